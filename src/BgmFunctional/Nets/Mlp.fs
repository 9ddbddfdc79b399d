namespace BgmFunctional.Nets

open System
open BgmFunctional.Kernels
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What follows each hidden layer.
type Activation =
    /// max(x, 0).
    | Relu
    /// x above 0, slope·x below.
    | LeakyRelu of slope: float
    /// Hyperbolic tangent.
    | Tanh
    /// log(1 + eˣ): a smooth Relu.
    | Softplus

/// Activations and their texts.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Activation =

    /// The activation of each value.
    let internal apply activation x =
        match activation with
        | Relu -> Tensor.relu x
        | LeakyRelu slope -> Tensor.leakyRelu slope x
        | Tanh -> tanh x
        | Softplus -> Tensor.softplus x

    let private named = [ "relu", Relu; "tanh", Tanh; "softplus", Softplus ]

    let private leaky = "leaky-relu:"

    /// relu, leaky-relu:0.2, tanh or softplus.
    let format activation =
        match activation with
        | LeakyRelu slope -> leaky + Number.format slope
        | other -> named |> List.find (snd >> (=) other) |> fst

    /// The activation that such a text says, or none.
    let parse (text: string) =
        if text.StartsWith(leaky, StringComparison.Ordinal) then
            Number.tryParse text[leaky.Length ..]
            |> Option.filter (fun slope -> slope >= 0.0 && slope <= 1.0)
            |> Option.map LeakyRelu
        else
            named |> List.tryFind (fst >> (=) text) |> Option.map snd

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

    /// The layers in order, the linear one last.
    let internal dense (net: Mlp) : Dense list = net.Hidden @ [ net.Output ]

    /// The network of layers in order.
    let internal ofDense (layers: Dense list) : Mlp =
        let hidden, output = List.splitAt (layers.Length - 1) layers
        { Hidden = hidden; Output = output.Head }

    /// (n, inputs) -> (n, outputs).
    let apply (activation: Activation) (net: Mlp) (x: Tensor) : Tensor =
        net.Hidden
        |> List.fold (fun x layer -> Activation.apply activation (Dense.apply layer x)) x
        |> Dense.apply net.Output
