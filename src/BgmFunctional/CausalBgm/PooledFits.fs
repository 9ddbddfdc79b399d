// One answer from several fits. Networks that are trained from other random numbers end elsewhere, and share out among the parts of Z what they find in
// the covariates in other ways; the interval of one fit knows nothing of that. Fits are pooled as multiply imputed data are (Rubin 1987): their answers
// are averaged, and variances within and between them add up.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Data
open BgmFunctional.LatentVariables
open MathNet.Numerics.Distributions

/// Several fits as one.
[<RequireQualifiedAccess>]
module PooledFits =

    /// A fit's posterior as an estimate: its variance is that of the normal distribution with an interval as long.
    let private estimate alpha (posterior: Posterior) : CompletedEstimate =
        let reach = Normal.InvCDF(0.0, 1.0, 1.0 - alpha / 2.0)
        let deviation = (posterior.High - posterior.Low) / (2.0 * reach)
        { Estimate = posterior.Mean; Variance = deviation * deviation }

    /// A quantity by all fits.
    let private posterior alpha (fits: Posterior[]) : Posterior =
        let pooled = fits |> Array.map (estimate alpha) |> Rubin.pool alpha infinity ""
        { Mean = pooled.Estimate; Low = pooled.Low; High = pooled.High }

    /// All posteriors of an effect, in an order that its form gives.
    let private posteriors effect =
        match effect with
        | Effects(ate, att, rows) -> Array.concat [ [| ate |]; Option.toArray att; rows ]
        | Curve points -> points |> Array.map _.Outcome

    /// An effect of the same form with these posteriors.
    let private withPosteriors (values: Posterior[]) effect =
        match effect with
        | Effects(_, att, rows) ->
            Effects(values[0], att |> Option.map (fun _ -> values[1]), values[values.Length - rows.Length ..])
        | Curve points ->
            Array.map2 (fun (point: DosePosterior) outcome -> { point with Outcome = outcome }) points values
            |> Curve

    /// Predictions of the same rows by the same options as one; of a single one, itself.
    let internal pool (predictions: Prediction list) : Prediction =
        match predictions with
        | [ only ] -> only
        | _ ->
            let first = predictions.Head

            let pooled =
                predictions
                |> List.map (_.Effect >> posteriors)
                |> Array.transpose
                |> Array.map (posterior first.Alpha)

            {
                first with
                    Effect = withPosteriors pooled first.Effect
                    Fits = predictions.Length
                    Acceptance = predictions |> List.averageBy _.Acceptance
                    RHat = predictions |> List.map _.RHat |> List.max
                    Ess = predictions |> List.map _.Ess |> List.min
                    RowsConverged = predictions |> List.averageBy _.RowsConverged
                    Warnings = predictions |> List.collect _.Warnings |> List.distinct
            }

    /// The models, or what makes them no fits of one question.
    let private check (models: CausalModel list) : Result<CausalModel list, CausalError> =
        match models with
        | [] -> Error(CausalError.BadOption("models", "none", "one fit at least"))
        | first :: others ->
            let question (model: CausalModel) =
                let kind = if model.Config.Treatment = Binary then "binary" else "continuous"
                $"{kind} '{model.Parts.Treatment}' and '{model.Parts.Outcome}'"

            match others |> List.tryFind (fun other -> question other <> question first) with
            | Some other ->
                Error(CausalError.BadOption("models", question other, $"fits of {question first}, as the first is"))
            | None -> Ok models

    /// The effect of the treatment on the rows of a table by several fits, which differ in their seeds at least, pooled. Fits of other treatments or
    /// outcomes are refused, and so is what `Predict.ofFrame` refuses.
    let ofFrame (options: PredictOptions) (models: CausalModel list) (frame: Frame) : Result<Prediction, CausalError> =
        let count = models.Length

        let predict i =
            Predict.ofFrame {
                options with
                    Sampling.Progress = fun ended all -> options.Sampling.Progress (i * all + ended) (count * all)
            }

        check models
        |> Result.bind (fun models -> List.indexed models |> Result.traverse (fun (i, model) -> predict i model frame))
        |> Result.map pool
