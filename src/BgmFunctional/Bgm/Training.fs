// What a fit of a table carries between its steps, and what its checkpoint depends on.
namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// What an epoch's evaluation found.
type HistoryEntry = {
    /// From 1.
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

    /// What the bits of a fit depend on. More epochs only go on, unless the rate follows a plan that ends with them.
    let origin (config: Config) (options: FitOptions) (matrix: Tensor) =
        Settings.list { Config = config; Options = options }
        |> Map.ofList
        |> if config.Schedule = Constant then Map.remove "epochs" else id
        |> Map.add "data" $"{matrix.Shape[0]} rows, {Fingerprint.ofColumns [| Tensor.toArray matrix |]}"
