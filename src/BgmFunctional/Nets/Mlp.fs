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

    /// A layer for each step of inputs → units… → outputs; layer gets its number and its widths.
    let internal layers (layer: int -> int * int -> 'Layer) inputs (units: int list) outputs : 'Layer list * 'Layer =
        inputs :: units |> List.pairwise |> List.mapi layer, layer units.Length (List.last (inputs :: units), outputs)

    /// Layers inputs → units… → outputs; the last one has a bias if asked for.
    let init (key: Key) (outputBias: bool) (inputs: int) (units: int list) (outputs: int) : Mlp =
        let layer i (width, next) = Dense.init (key.Child(int64 i)) (outputBias || i < units.Length) width next

        let hidden, output = layers layer inputs units outputs
        { Hidden = hidden; Output = output }

    /// Layers inputs → units… → outputs as Keras starts them: Glorot weights, zero biases.
    let glorot (key: Key) (inputs: int) (units: int list) (outputs: int) : Mlp =
        let layer i (width, next) = Dense.glorot (key.Child(int64 i)) width next
        let hidden, output = layers layer inputs units outputs
        { Hidden = hidden; Output = output }

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
