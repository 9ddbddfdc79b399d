namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A convolution of images whose filters have a distribution, N(Location, softplus(Rho)²) each weight and independent, and whose biases are points.
type FlipoutConv2d = {
    /// Means of the weights, (height, width, channels, filters).
    Location: Tensor
    /// What softplus makes their standard deviations, in the same shape.
    Rho: Tensor
    /// (1, 1, 1, filters), or none.
    Bias: Tensor option
}

/// Flipout convolutions, as TensorFlow Probability's Convolution2DFlipout has them: one deviation of the filters for all images, and for each image
/// a sign for every channel it has and every one it gets.
[<RequireQualifiedAccess>]
module FlipoutConv2d =

    /// Locations from N(0, 0.1²), ρ from N(−3, 0.1²), zero biases, float32.
    let init (key: Key) (hasBias: bool) (side: int) (channels: int) (filters: int) : FlipoutConv2d =
        let normal child mean =
            Initial.normal (key.Child child) (side * side * channels) filters mean 0.1
            |> Tensor.reshape [| side; side; channels; filters |]
            |> Tensor.force

        {
            Location = normal 0L 0.0
            Rho = normal 1L -3.0
            Bias = Filters.bias hasBias filters
        }

    /// The shapes of the noise of one application to so many images.
    let noise images (layer: FlipoutConv2d) : FlipoutShape =
        let weights = layer.Location.Shape

        {
            Deviation = weights
            SignIn = [| images; 1; 1; weights[2] |]
            SignOut = [| images; 1; 1; weights[3] |]
        }

    /// conv(x, μ) + conv(x ∘ s_in, ΔW) ∘ s_out + b: (n, h, w, channels) -> (n, h, w, filters).
    let apply (layer: FlipoutConv2d) (noise: FlipoutNoise) (x: Tensor) : Tensor =
        let product x weights = Tensor.conv2d 1 Padding.Same weights x

        Perturbation.apply product layer.Location layer.Rho noise x
        |> Filters.add layer.Bias

    /// KL(N(μ, σ²) ‖ N(0, prior²)) summed over the weights, a scalar, nats.
    let kl (prior: float) (layer: FlipoutConv2d) : Tensor = Perturbation.divergence prior layer.Location layer.Rho

    /// The convolution with the means of its weights.
    let mean (layer: FlipoutConv2d) : Conv2d = { Weight = layer.Location; Bias = layer.Bias }

    /// The convolution with one draw of its weights, from standard normal deviations in their shape.
    let draw (deviation: Tensor) (layer: FlipoutConv2d) : Conv2d = {
        Weight = layer.Location + Tensor.softplus layer.Rho * deviation
        Bias = layer.Bias
    }
