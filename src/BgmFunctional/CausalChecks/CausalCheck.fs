// What to look at before an effect by CausalBGM is believed: overlap and balance of the latent confounders, predictions of treatment and outcome, what the
// latents have learned, and how well they give the covariates back.
namespace BgmFunctional.CausalChecks

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Kernels

/// What checks of a model on rows have found.
type CausalCheck = {
    /// The columns.
    Parts: Parts
    /// What values the treatment takes.
    Treatment: TreatmentKind
    /// Rows that it was checked on.
    Rows: int
    /// The level of the tests together.
    Alpha: float
    /// Could every row have had every arm, given its latent confounders?
    Overlap: Overlap
    /// Of every latent confounder.
    Balance: LatentBalance list
    /// The treatment as predicted from covariates.
    OfTreatment: PredictiveCheck
    /// Tenths of the rows by P(x = 1 | v), where the treatment is binary.
    Calibration: CalibrationGroup list
    /// The outcome as predicted from covariates and treatment.
    OfOutcome: PredictiveCheck
    /// Of every latent.
    Latents: LatentUse list
    /// Of every covariate.
    Covariates: Reconstruction list
    /// What is wrong, one line each.
    Warnings: string list
}

/// Checks of a model.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module CausalCheck =

    /// Some rows, drawn at random if there are more.
    let private someRows (key: Key) most (data: Observations) =
        let n = Observations.rows data

        if n <= most then
            data
        else
            let order = Array.zeroCreate<int> n
            key.Permute(System.Span order)

            Observations.gather (Tensor.view [| most |] (Array.sort order[.. most - 1])) data
            |> Tree.map Tensor.force

    let private arms (model: CausalModel) (x: float[]) : Arms =
        match model.Config.Treatment with
        | Binary -> { Labels = [ "0"; "1" ]; OfRow = Array.map int x; Cuts = [||] }
        | Continuous ->
            let ranges = Ranges.tenths x

            {
                Labels = Overlap.labelsOf ranges
                OfRow = ranges.OfRow
                Cuts = ranges.Cuts |> List.map (Units.enter model.Units.X) |> List.toArray
            }

    /// Covariates in the data's units.
    let private places (model: CausalModel) (data: Observations) : PlaceVariable list =
        let p = Observations.covariates data
        let v = Tensor.toArray data.V

        model.Parts.Covariates
        |> List.mapi (fun j name -> {
            Name = name
            Values =
                Array.init (v.Length / p) (fun i ->
                    model.Scaling.Means[j] + model.Scaling.Deviations[j] * v[i * p + j])
            Show = Overlap.ofNumber
        })

    let private check (options: CausalCheckOptions) (model: CausalModel) (data: Observations) : CausalCheck =
        use team = new Team(options.Predict.Sampling.Threads)
        let key = (Key.OfSeed options.Predict.Sampling.Seed).Child 20L
        let seen = someRows (key.Child 0L) options.MostRows data
        let x, y = Tensor.toArray seen.X, Tensor.toArray seen.Y
        let arms = arms model x

        // From here on as the networks see them.
        let data = LearningUnits.enter model.Units seen
        let model = { model with Config = LearningUnits.configure model.Units model.Config }
        let everything = LatentDraws.sample team options.Predict model data Given.Everything
        let alone = LatentDraws.sample team options.Predict model data Given.Covariates

        let propensities =
            everything
            |> Array.map (LatentPropensity.ofChain team (key.Child 1L) model.Config arms)

        let overlap =
            Overlap.ofPropensities
                model.Parts.Treatment
                options.Bound
                (places model data)
                arms.Labels
                (LatentPropensity.ofRows arms x.Length propensities)
                arms.OfRow

        let balance = List.init model.Config.Latents.Z0 (LatentPropensity.balance arms everything propensities)

        let treatment, outcome, predicted = Predictive.checks team (key.Child 2L) model data (x, y) alone

        let treatment, outcome =
            match NodeCheck.adjust [ treatment.Fit; outcome.Fit ] with
            | [ x; y ] -> { treatment with Fit = x }, { outcome with Fit = y }
            | _ -> treatment, outcome

        let latents = LatentUse.check team model data everything
        let covariates = Reconstruction.check team model data everything
        let discrepancies = treatment.Discrepancies.Length + outcome.Discrepancies.Length
        let isBinary = (model.Config.Treatment = Binary)

        {
            Parts = model.Parts
            Treatment = model.Config.Treatment
            Rows = x.Length
            Alpha = options.Alpha
            Overlap = overlap
            Balance = balance
            OfTreatment = treatment
            Calibration = predicted |> Option.map (Predictive.calibration x) |> Option.defaultValue []
            OfOutcome = outcome
            Latents = latents
            Covariates = covariates
            Warnings = [
                yield! Overlap.warnings overlap
                yield! LatentPropensity.warnings overlap balance

                for check in [ treatment; outcome ] do
                    yield! PredictionWarning.ofUniformity options.Alpha check.Fit
                    yield! PredictionWarning.ofDependence options.Alpha model.Parts.Treatment check.Fit

                    for discrepancy in check.Discrepancies do
                        yield!
                            PredictionWarning.ofDiscrepancy
                                (options.Alpha / float discrepancies)
                                check.Fit.Node
                                discrepancy

                yield! PredictionWarning.ofConfounding options.Alpha treatment.Fit outcome.Fit

                if not isBinary then
                    yield! PredictionWarning.ofAtom model.Parts.Treatment x

                yield! PredictionWarning.ofAtom model.Parts.Outcome y
                yield! LatentUse.warnings latents
                yield! Reconstruction.warnings covariates
            ]
        }

    let private requireRows (data: Observations) =
        let rows = Observations.rows data

        if rows < CausalCheckOptions.fewestRows then
            Error(CausalError.TooFewRows(rows, CausalCheckOptions.fewestRows))
        else
            Ok()

    /// Checks a model on rows; those that it was not fitted to test it best. The answers depend on options and seed alone, not on threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (options: CausalCheckOptions) (model: CausalModel) (data: Observations) : Result<CausalCheck, CausalError> =
        CausalCheckOptions.check model.Config options
        |> Result.bind (fun _ -> Predict.requireAuxiliary model data)
        |> Result.bind (fun () -> requireRows data)
        |> Result.map (fun () -> check options model data)

    /// The same of the rows of a table with the columns that the model was fitted to.
    let ofFrame (options: CausalCheckOptions) (model: CausalModel) (frame: Frame) : Result<CausalCheck, CausalError> =
        Dataset.ofParts model.Config.Treatment model.Parts model.Scaling frame
        |> Result.bind (
            Dataset.withAuxiliaryOf ((Key.OfSeed options.Predict.Sampling.Seed).Child 3L) model.Auxiliary frame
        )
        |> Result.bind (fun dataset -> run options model dataset.Observations)
