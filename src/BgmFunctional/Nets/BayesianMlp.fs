namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A multilayer perceptron whose weights have distributions: batch normalisation of the input, then Flipout layers with LeakyReLU between.
type BayesianMlp = {
    /// Of the input.
    Norm: BatchNorm
    /// Each is followed by the activation.
    Hidden: Flipout list
    /// The linear layer at the end.
    Output: Flipout
}

/// Bayesian multilayer perceptrons.
[<RequireQualifiedAccess>]
module BayesianMlp =

    /// Layers inputs → units… → outputs.
    let init (key: Key) (inputs: int) (units: int list) (outputs: int) : BayesianMlp =
        let layer i (width, next) = Flipout.init (key.Child(int64 i)) width next
        let hidden, output = Mlp.layers layer inputs units outputs
        { Norm = BatchNorm.init inputs; Hidden = hidden; Output = output }

    /// The Flipout layers, in order; noise comes in the same order.
    let layers (net: BayesianMlp) = net.Hidden @ [ net.Output ]

    /// (n, inputs) -> (n, outputs), the input normalised by these moments.
    let apply (slope: float) (net: BayesianMlp) (moments: Moments) (noise: FlipoutNoise list) (x: Tensor) : Tensor =
        let hidden, output = List.splitAt net.Hidden.Length noise

        (BatchNorm.apply net.Norm moments x, net.Hidden, hidden)
        |||> List.fold2 (fun x layer noise -> Tensor.leakyRelu slope (Flipout.apply layer noise x))
        |> Flipout.apply net.Output output.Head

    /// Σ of the layers' divergences from their priors, a scalar, nats.
    let kl (net: BayesianMlp) : Tensor = layers net |> List.map Flipout.kl |> List.reduce (+)

    /// The plain network with the means of the weights.
    let mean (net: BayesianMlp) (moments: Moments) : Mlp =
        layers net |> List.map Flipout.mean |> BatchNorm.fold net.Norm moments

    /// The plain network with one draw of the weights, from standard normal deviations, (inputs, outputs) for each layer.
    let draw (deviations: Tensor list) (net: BayesianMlp) (moments: Moments) : Mlp =
        List.map2 Flipout.draw deviations (layers net)
        |> BatchNorm.fold net.Norm moments
