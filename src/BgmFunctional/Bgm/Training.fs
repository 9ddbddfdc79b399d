// What a fit carries between its steps, and the checkpoint that keeps it.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// What an epoch's evaluation found.
type HistoryEntry = {
    /// From 1.
    Epoch: int
    /// Of generator and latents after it.
    Evaluation: Evaluation
}

/// How far a fit has come: the header of its checkpoint.
type FitRecord = {
    /// Iterations of the warm start that are done.
    Iterations: int
    /// Epochs of iterative updating that are done.
    Epochs: int
    /// The evaluations, the latest first.
    History: HistoryEntry list
}

/// What a warm start carries here.
type internal WarmStartState = WarmStartState<Network, Moments option, Network, Moments option, Discriminator>

/// Its tensors: the warm start's, which stands still after its end; the generator and the latents of iterative updating, which are fresh before its start.
type internal FitTensors = { WarmStart: WarmStartState; Generator: NetworkTraining; Latents: LatentState }

/// All that a fit carries.
type internal CarriedFit = { Record: FitRecord; Tensors: FitTensors }

/// Fits in checkpoints.
[<RequireQualifiedAccess>]
module internal FitCheckpoint =

    let private kind = "bgm.table.fit"

    /// What the bits of a fit depend on; more epochs only go on.
    let origin (config: Config) (options: FitOptions) (matrix: Tensor) =
        Settings.list { Config = config; Options = options }
        |> Map.ofList
        |> Map.remove "epochs"
        |> Map.add "data" $"{matrix.Shape[0]} rows, {Fingerprint.ofColumns [| Tensor.toArray matrix |]}"

    /// Saves by a plan if there is one.
    let save plan (origin: Lazy<Map<string, string>>) (fit: CarriedFit) : Result<unit, BgmError> =
        match plan with
        | None -> Ok()
        | Some plan ->
            Checkpoint.save plan kind origin.Value fit.Record fit.Tensors
            |> Result.mapError BgmError.Checkpoint

    /// A fit where its checkpoint left it, or the fresh one.
    let load
        plan
        (origin: Lazy<Map<string, string>>)
        (options: FitOptions)
        (fresh: CarriedFit)
        : Result<CarriedFit, BgmError> =
        match plan with
        | None -> Ok fresh
        | Some plan ->
            Checkpoint.load<FitRecord, FitTensors> plan kind origin.Value fresh.Tensors
            |> Result.mapError BgmError.Checkpoint
            |> Result.bind (fun found ->
                match found with
                | None -> Ok fresh
                | Some(record, _) when record.Epochs > options.Training.Epochs ->
                    let wanted = $"at least the {record.Epochs} that the checkpoint has done"
                    Error(BgmError.BadOption("epochs", string options.Training.Epochs, wanted))
                | Some(record, tensors) -> Ok { Record = record; Tensors = tensors })
