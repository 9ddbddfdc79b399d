// The evaluations of a fit, as its model and its checkpoints keep them: mean squares as JSON, effects as arrays.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What an epoch's evaluation found.
type HistoryEntry = {
    /// From 1.
    Epoch: int
    /// Of the networks and latents after it.
    Evaluation: Evaluation
}

/// The same without its effect.
type StoredEvaluation = {
    /// From 1.
    Epoch: int
    /// Mean square of x − x̂.
    MseX: float
    /// Mean square of y − ŷ.
    MseY: float
    /// Mean square of v − v̂.
    MseV: float
}

/// From evaluations and back.
[<RequireQualifiedAccess>]
module internal StoredEvaluation =

    /// An entry without its effect.
    let ofEntry (entry: HistoryEntry) : StoredEvaluation = {
        Epoch = entry.Epoch
        MseX = entry.Evaluation.MseX
        MseY = entry.Evaluation.MseY
        MseV = entry.Evaluation.MseV
    }

    /// Its effect: of each row (n), or points of the curve (k, 2).
    let effect (entry: HistoryEntry) : Tensor =
        match entry.Evaluation.Effect with
        | Individual effects -> Tensor.ofFloats Float64 [| effects.Length |] effects
        | DoseResponse curve ->
            curve
            |> Array.collect (fun point -> [| point.X; point.Mean |])
            |> Tensor.ofFloats Float64 [| curve.Length; 2 |]

    let private effectOf (config: Config) (effect: Tensor) =
        match config.Treatment, effect.Shape with
        | Binary, [| _ |] -> Ok(Individual(Tensor.toArray effect))
        | Continuous, [| _; 2 |] ->
            Tensor.toArray effect
            |> Array.chunkBySize 2
            |> Array.map (fun point -> { X = point[0]; Mean = point[1] })
            |> DoseResponse
            |> Ok
        | _ -> Error "its effects are not those of its kind of treatment"

    /// Entries with their effects.
    let entries config (stored: StoredEvaluation list) (effects: Tensor list) : Result<HistoryEntry list, string> =
        let entry (stored: StoredEvaluation) effect : HistoryEntry = {
            Epoch = stored.Epoch
            Evaluation = { MseX = stored.MseX; MseY = stored.MseY; MseV = stored.MseV; Effect = effect }
        }

        if stored.Length <> effects.Length then
            Error "its history and its effects are not of the same evaluations"
        else
            effects
            |> Result.traverse (effectOf config)
            |> Result.map (List.map2 entry stored)
