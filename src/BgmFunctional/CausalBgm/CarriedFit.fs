// What a fit carries from one round to the next, and how it stands in a checkpoint. With the configuration and the rows it is all that decides what
// comes, so that a fit goes on from it with the same bits.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.CausalBgm.Model

/// The best networks and latents so far, by the mean square of y.
type internal BestFit = { Epoch: int; MseY: float; Networks: Networks<NetworkState>; Latents: Tensor }

/// Iterative updating after some epochs.
type internal UpdatingState = {
    Epoch: int
    Encoder: NetworkState
    Networks: Networks<NetworkTraining>
    Latents: LatentState
    /// The latest first.
    History: HistoryEntry list
    Best: BestFit option
}

/// A fit in one of its two stages.
type internal CarriedFit =
    | InWarmStart of iterations: int * state: EgmState
    | InUpdating of UpdatingState

/// The best model so far, apart from its tensors.
type BestRecord = {
    /// Whose networks and latents it has.
    Epoch: int
    /// What it left of the outcome.
    MseY: float
}

/// The header of a checkpoint of a fit: all that is no tensor.
type FitRecord = {
    /// Of the warm start.
    Iterations: int
    /// Of iterative updating.
    Epochs: int
    /// Evaluations so far, the latest first.
    History: StoredEvaluation list
    /// One, or none yet.
    Best: BestRecord list
}

/// The tensors of iterative updating.
type internal UpdatingTensors = {
    Encoder: NetworkState
    Networks: Networks<NetworkTraining>
    Latents: LatentState
    Effects: Tensor list
    Best: (Networks<NetworkState> * Tensor) list
}

/// The tensors of a fit: one of the two.
type internal FitTensors = { WarmStart: EgmState list; Updating: UpdatingTensors list }

/// Fits in checkpoints.
[<RequireQualifiedAccess>]
module internal FitCheckpoint =

    /// What the bits of a fit depend on, by name.
    let origin (config: Config) (options: FitOptions) (data: Observations) : Map<string, string> =
        let columns = [ data.V; data.X; data.Y ] @ Option.toList data.U |> List.map Tensor.toArray

        Settings.listModel config Settings.defaultSegments false
        @ Settings.listFit options
        |> Map.ofList
        |> LearningRates.withoutEpochs config.Rates
        |> Map.add
            "rows"
            $"{Observations.rows data} rows, {Observations.covariates data} covariates, {Fingerprint.ofColumns (List.toArray columns)}"

    let private record (options: FitOptions) fit : FitRecord =
        match fit with
        | InWarmStart(iterations, _) -> { Iterations = iterations; Epochs = 0; History = []; Best = [] }
        | InUpdating state -> {
            Iterations = options.Training.EgmIterations
            Epochs = state.Epoch
            History = state.History |> List.map StoredEvaluation.ofEntry
            Best =
                state.Best
                |> Option.map (fun best -> { Epoch = best.Epoch; MseY = best.MseY })
                |> Option.toList
          }

    let private tensors fit : FitTensors =
        match fit with
        | InWarmStart(_, state) -> { WarmStart = [ state ]; Updating = [] }
        | InUpdating state -> {
            WarmStart = []
            Updating = [
                {
                    Encoder = state.Encoder
                    Networks = state.Networks
                    Latents = state.Latents
                    Effects = state.History |> List.map StoredEvaluation.effect
                    Best =
                        state.Best
                        |> Option.map (fun best -> best.Networks, best.Latents)
                        |> Option.toList
                }
            ]
          }

    /// Tensors of the shapes that go with a record, of a fit that would start updating like this.
    let private shapes (config: Config) (options: FitOptions) (start: EgmState * UpdatingState) (record: FitRecord) =
        let egm, updating = start
        let rows = updating.Latents.Z.Shape[0]

        let effect =
            match config.Treatment with
            | Binary -> [| rows |]
            | Continuous -> [| Evaluator.CurvePoints; 2 |]

        if record.Iterations < options.Training.EgmIterations then
            { WarmStart = [ egm ]; Updating = [] }
        else
            {
                WarmStart = []
                Updating = [
                    {
                        Encoder = updating.Encoder
                        Networks = updating.Networks
                        Latents = updating.Latents
                        Effects = record.History |> List.map (fun _ -> Tensor.fill Float64 effect 0.0)
                        Best =
                            record.Best
                            |> List.map (fun _ -> Networks.map _.State updating.Networks, updating.Latents.Z)
                    }
                ]
            }

    let private restore config (record: FitRecord) (tensors: FitTensors) : Result<CarriedFit, string> =
        match tensors with
        | { WarmStart = [ state ] } -> Ok(InWarmStart(record.Iterations, state))
        | { Updating = [ state ] } ->
            StoredEvaluation.entries config record.History state.Effects
            |> Result.map (fun history ->
                InUpdating {
                    Epoch = record.Epochs
                    Encoder = state.Encoder
                    Networks = state.Networks
                    Latents = LatentState.copy state.Latents
                    History = history
                    Best =
                        List.zip record.Best state.Best
                        |> List.tryHead
                        |> Option.map (fun (best, (networks, latents)) -> {
                            Epoch = best.Epoch
                            MseY = best.MseY
                            Networks = networks
                            Latents = latents
                        })
                })
        | _ -> Error "it has no stage"

    /// How a fit stands in a checkpoint, one that starts like this.
    let form config (options: FitOptions) start : FitForm<CarriedFit, FitRecord, FitTensors> = {
        Kind = "bgm.causal-bgm.fit"
        Take = fun fit -> record options fit, tensors fit
        EpochsDone = _.Epochs
        Shapes = shapes config options start
        Restore = restore config
    }
