// What to look at before an effect by CausalBGM is believed: overlap and balance of the latent confounders, predictions of treatment and outcome, what the
// latents have learned, and how well they give the covariates back.
namespace BgmFunctional.CausalChecks

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc

/// How a model is checked.
[<NoComparison; NoEquality>]
type CausalCheckOptions = {
    /// How latents are drawn; also seed and threads.
    Predict: PredictOptions
    /// The level of the tests together: the probability of any warning from them if the model is right.
    Alpha: float
    /// A propensity below it is scarce, for two arms; for K arms 2/K of it.
    Bound: float
    /// Rows that are looked at; of more, so many are drawn at random.
    MostRows: int
}

/// Options of checks.
[<RequireQualifiedAccess>]
module CausalCheckOptions =

    /// Latents by four long-stepping chains a row, whose few draws depend little on each other, each under weights of its own; level 0.05, bound 0.05,
    /// 5000 rows.
    let defaults = {
        Predict = {
            PredictOptions.defaults with
                Sampling.Sampler = Hmc HmcOptions.recommended
                Sampling.BurnIn = 300
                Sampling.Draws = 100
                Chains = 4
        }
        Alpha = 0.05
        Bound = 0.05
        MostRows = 5000
    }

    /// Rows below which a check says little.
    let internal fewestRows = 50

    /// The options, or the first one outside its range for this kind of model.
    let check (config: Config) (options: CausalCheckOptions) : Result<CausalCheckOptions, CausalError> =
        options
        |> Setting.check CausalError.BadOption [
            Setting.inside "alpha" options.Alpha
            Setting.require
                "bound"
                (string options.Bound)
                "above 0 and below 0.5"
                (options.Bound > 0.0 && options.Bound < 0.5)
            Setting.atLeast "rows" fewestRows options.MostRows
        ]
        |> Result.bind (fun options ->
            PredictOptions.check { config with Treatment = Binary } { options.Predict with Doses = [] }
            |> Result.map (fun _ -> options))

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

/// Warnings about predictions, in words.
[<RequireQualifiedAccess>]
module private PredictionWarning =

    /// Distances of distribution functions, and correlations of ranks, that matter: below, no interval is off by more than five points.
    let private leastDistance, leastCorrelation = 0.05, 0.1

    let ofUniformity alpha (check: NodeCheck) = [
        if check.AdjustedP < alpha && check.Distance > leastDistance then
            $"prediction of '{check.Node}': its residuals are not uniform (distance %.3f{check.Distance}); intervals of drawn values are off"
    ]

    let private dependent alpha (check: NodeCheck) =
        check.Parents
        |> List.filter (fun test -> test.AdjustedP < alpha && abs test.Dependence.Correlation >= leastCorrelation)

    /// A treatment on which the outcome's residuals depend, and covariates on which residuals depend, in one line.
    let ofDependence alpha treatment (check: NodeCheck) = [
        let own, covariates = dependent alpha check |> List.partition (fun test -> test.Parent = treatment)

        for test in own do
            $"prediction of '{check.Node}': its residuals depend on '{treatment}' (correlation %.2f{test.Dependence.Correlation}); the effect is off"

        match
            covariates
            |> List.sortByDescending (fun test -> abs test.Dependence.Correlation)
        with
        | [] -> ()
        | strongest :: others ->
            let rest =
                match others.Length with
                | 0 -> ""
                | 1 -> ", and on one covariate more"
                | count -> $", and on {count} covariates more"

            $"prediction of '{check.Node}': its residuals depend on '{strongest.Parent}' (correlation %.2f{strongest.Dependence.Correlation}){rest}; more latents or a longer fit may do"
    ]

    /// Covariates on which both depend.
    let ofConfounding alpha (treatment: NodeCheck) (outcome: NodeCheck) = [
        let names check = dependent alpha check |> List.map _.Parent

        match names treatment |> List.filter (fun name -> List.contains name (names outcome)) with
        | [] -> ()
        | both ->
            let named =
                both
                |> List.truncate 5
                |> List.map (fun name -> $"'{name}'")
                |> String.concat ", "

            let rest = if both.Length > 5 then $" and {both.Length - 5} more" else ""
            $"confounding is left: the residuals of '{treatment.Node}' and of '{outcome.Node}' both depend on {named}{rest}"
    ]

    let ofDiscrepancy level name (discrepancy: Discrepancy) = [
        if discrepancy.P < level then
            $"prediction of '{name}': its {discrepancy.Statistic} is %.3g{discrepancy.Seen} in the data and %.3g{Array.average discrepancy.Drawn} in what the model draws"
    ]

    /// A normal distribution has no value that many rows share.
    let ofAtom name (values: float[]) = [
        let value, count = Predictive.commonest values

        if 20 * count > values.Length then
            $"column '{name}': {count} of {values.Length} rows are exactly %g{value}, which no normal distribution is; means are right, intervals of drawn values are not"
    ]

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
