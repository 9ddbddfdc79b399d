namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A network in training with the moments of its optimiser: what a step takes and gives.
type internal NetworkTraining = { State: NetworkState; Adam: Adam.State<Network> }

/// What some rows say about a network: a gradient of its weights, and the moments of its input.
type internal NetworkPart = { Gradient: Network; Moments: Moments option }

[<RequireQualifiedAccess>]
module internal NetworkTraining =

    /// Adam as published for the whole family: β₁ 0.9, β₂ 0.99, and the ε of Keras.
    let adam: Adam.Config = { Beta1 = 0.9; Beta2 = 0.99; Epsilon = 1e-7 }

    let start (state: NetworkState) = { State = state; Adam = Adam.init state.Weights }

    let rate (value: float) = Tensor.ofFloats Float32 [| 1 |] [| value |]

    /// One step down the sum of the parts' gradients; running moments take up the parts one after another.
    let step normalisation (rate: Tensor) (parts: NetworkPart list) (training: NetworkTraining) : NetworkTraining =
        let gradient = parts |> List.map _.Gradient |> List.reduce (Tree.map2 (+))
        let weights, moments = Adam.update adam rate gradient training.Adam training.State.Weights

        {
            State = {
                Weights = weights
                Running =
                    parts
                    |> List.map _.Moments
                    |> Network.advance normalisation training.State.Running
            }
            Adam = moments
        }
