namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A network in training with the moments of its optimiser: what a step takes and gives.
type internal NetworkTraining<'Weights, 'Moments> = {
    State: NetworkState<'Weights, 'Moments>
    Adam: Adam.State<'Weights>
}

/// The same of a multilayer perceptron.
type internal NetworkTraining = NetworkTraining<Network, Moments option>

/// What some rows say about a network: a gradient of its weights, and the moments by which they were normalised.
type internal NetworkPart<'Weights, 'Moments> = { Gradient: 'Weights; Moments: 'Moments }

/// The same of a multilayer perceptron.
type internal NetworkPart = NetworkPart<Network, Moments option>

[<RequireQualifiedAccess>]
module internal NetworkTraining =

    /// Adam as published for the whole family: β₁ 0.9, β₂ 0.99, and the ε of Keras.
    let adam: Adam.Config = { Beta1 = 0.9; Beta2 = 0.99; Epsilon = 1e-7 }

    let start (state: NetworkState<'Weights, 'Moments>) : NetworkTraining<'Weights, 'Moments> = {
        State = state
        Adam = Adam.init state.Weights
    }

    let rate (value: float) = Tensor.ofFloats Float32 [| 1 |] [| value |]

    /// One step down the sum of the parts' gradients; running moments take up the parts one after another.
    let step
        (adam: Adam.Config)
        (architecture: Architecture<'Weights, 'Moments, 'Noise>)
        (rate: Tensor)
        (parts: NetworkPart<'Weights, 'Moments> list)
        (training: NetworkTraining<'Weights, 'Moments>)
        : NetworkTraining<'Weights, 'Moments> =
        let gradient = parts |> List.map _.Gradient |> List.reduce (Tree.map2 (+))
        let weights, moments = Adam.update adam rate gradient training.Adam training.State.Weights

        {
            State = {
                Weights = weights
                Running = architecture.Advance training.State.Running (parts |> List.map _.Moments)
            }
            Adam = moments
        }
