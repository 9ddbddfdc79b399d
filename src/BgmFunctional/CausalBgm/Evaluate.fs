namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Questions to a fitted model at given latents, answered with the means of its weights and without uncertainty.
[<RequireQualifiedAccess>]
module Evaluate =

    /// e(V) of rows: (n, p) -> (n, q).
    let encode (model: CausalModel) (data: Observations) : Tensor = Stages.encode model.Encoder data.V

    let private ask threads (model: CausalModel) (data: Observations) (z: Tensor) question =
        use team = new Team(threads)
        let networks = Model.posteriorMeans model.Networks
        question (Evaluator(model.Config, LearningUnits.enter model.Units data, networks, z, team)) networks

    /// Mean squares, and the individual effects, or the average dose-response function on 200 doses between the 5 % and the 95 % quantile, at latents
    /// (n, q) such as e(V) or the model's own.
    let run threads (model: CausalModel) data z : Evaluation =
        ask threads model data z (fun (evaluator: Evaluator) networks -> evaluator.Run networks)
        |> Evaluation.leave model.Units

    /// The average dose-response function of the rows at these doses.
    let doseResponse threads (doses: float[]) (model: CausalModel) data z : DosePoint[] =
        let inside = doses |> Array.map (Units.enter model.Units.X)

        ask threads model data z (fun (evaluator: Evaluator) networks -> evaluator.DoseResponse(networks, inside))
        |> Array.map2 (fun dose point -> { Evaluation.leavePoint model.Units point with X = dose }) doses

    /// The evaluation at e(V) of the rows of a table with the columns that the model was fitted to.
    let ofFrame threads (model: CausalModel) (frame: Frame) : Result<Evaluation, CausalError> =
        Dataset.ofParts model.Config.Treatment model.Parts model.Scaling frame
        |> Result.map (fun dataset -> run threads model dataset.Observations (encode model dataset.Observations))
