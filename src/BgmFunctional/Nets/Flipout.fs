namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A dense layer whose weights have a distribution, N(Location, softplus(Rho)²) each and independent, and whose biases are points.
type Flipout = {
    /// Means of the weights, (inputs, outputs).
    Location: Tensor
    /// What softplus makes their standard deviations, (inputs, outputs).
    Rho: Tensor
    /// (1, outputs).
    Bias: Tensor
}

/// The random numbers of one application of a Flipout layer to n rows.
type FlipoutNoise = {
    /// Standard normal, (inputs, outputs): one deviation of the weights for all rows.
    Deviation: Tensor
    /// −1 or 1, (n, inputs).
    SignIn: Tensor
    /// −1 or 1, (n, outputs).
    SignOut: Tensor
}

/// Dense Flipout layers: Wen, Vicol, Ba, Tran and Grosse, ICLR 2018, arXiv:1803.04386, as TensorFlow Probability's DenseFlipout has them.
[<RequireQualifiedAccess>]
module Flipout =

    /// Locations and biases from N(0, 0.1²), ρ from N(−3, 0.1²), float32.
    let init (key: Key) (inputs: int) (outputs: int) : Flipout = {
        Location = Initial.normal (key.Child 0L) inputs outputs 0.0 0.1
        Rho = Initial.normal (key.Child 1L) inputs outputs -3.0 0.1
        Bias = Initial.normal (key.Child 2L) 1 outputs 0.0 0.1
    }

    /// Standard deviations of the weights, (inputs, outputs).
    let deviations (layer: Flipout) = Tensor.softplus layer.Rho

    /// x·W + ((x ∘ s_in)·ΔW) ∘ s_out + b, ΔW the deviation that all rows share and every row sees under other signs: (n, inputs) -> (n, outputs).
    let apply (layer: Flipout) (noise: FlipoutNoise) (x: Tensor) : Tensor =
        let deviation = deviations layer * noise.Deviation
        let perturbation = Tensor.matMul (x * noise.SignIn) deviation * noise.SignOut
        Tensor.matMul x layer.Location + layer.Bias + perturbation

    /// KL(N(μ, σ²) ‖ N(0, 1)) summed over the weights, Σ ½(σ² + μ² − 1) − log σ, a scalar, nats.
    let kl (layer: Flipout) : Tensor =
        let sigma = deviations layer
        Tensor.sum (0.5 * (Tensor.square sigma + Tensor.square layer.Location - 1.0) - log sigma)

    /// The layer with the means of its weights.
    let mean (layer: Flipout) : Dense = { Weight = layer.Location; Bias = Some layer.Bias }

    /// The layer with one draw of its weights, from standard normal deviations (inputs, outputs).
    let draw (deviation: Tensor) (layer: Flipout) : Dense = {
        Weight = layer.Location + deviations layer * deviation
        Bias = Some layer.Bias
    }
