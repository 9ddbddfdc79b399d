// What a fit of a table carries between its steps, and what its checkpoint depends on.
namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// What an epoch's evaluation found.
type HistoryEntry = {
    /// From 1; 0 of a fit that stays where it began.
    Epoch: int
    /// Of generator and latents after it.
    Evaluation: Evaluation
}

/// What a warm start carries here.
type internal WarmStartState = WarmStartState<Network, Moments option, Network, Moments option, Discriminator>

/// All that a fit carries.
type internal CarriedFit = CarriedFit<Network, Moments option, Network, Moments option, Discriminator, HistoryEntry>

/// How a fit goes on and is watched.
type internal FitWork = FitWork<CarriedFit, HistoryEntry, BgmError>

/// Fits in checkpoints.
[<RequireQualifiedAccess>]
module internal FitCheckpoint =

    let kind = "bgm.table.fit"

    /// What the bits of a fit depend on.
    let origin (config: Config) (options: FitOptions) (matrix: Tensor) =
        Settings.list { Config = config; Options = options }
        |> Map.ofList
        |> LearningRates.withoutEpochs config.Rates
        |> Map.add "data" $"{matrix.Shape[0]} rows, {Fingerprint.ofColumns [| Tensor.toArray matrix |]}"
