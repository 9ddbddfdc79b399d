namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// What follows each hidden layer.
type Activation =
    /// max(x, 0).
    | Relu
    /// x above 0, slope·x below.
    | LeakyRelu of slope: float
    /// Hyperbolic tangent.
    | Tanh

/// The weights of a multilayer perceptron: hidden layers, each followed by the activation, and a linear output layer.
type Mlp = {
    /// Each is followed by the activation.
    Hidden: Dense list
    /// The linear layer at the end.
    Output: Dense
}

/// Multilayer perceptrons.
[<RequireQualifiedAccess>]
module Mlp =

    /// Layers inputs → units… → outputs; the last one has a bias if asked for.
    let init (key: Key) (outputBias: bool) (inputs: int) (units: int list) (outputs: int) : Mlp =
        let layer i (width, next) = Dense.init (key.Child(int64 i)) true width next

        {
            Hidden = inputs :: units |> List.pairwise |> List.mapi layer
            Output = Dense.init (key.Child(int64 units.Length)) outputBias (List.last (inputs :: units)) outputs
        }

    let private activate activation x =
        match activation with
        | Relu -> Tensor.relu x
        | LeakyRelu slope -> Tensor.leakyRelu slope x
        | Tanh -> tanh x

    /// (n, inputs) -> (n, outputs).
    let apply (activation: Activation) (net: Mlp) (x: Tensor) : Tensor =
        net.Hidden
        |> List.fold (fun x layer -> activate activation (Dense.apply layer x)) x
        |> Dense.apply net.Output
