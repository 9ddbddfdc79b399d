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

/// The shapes of the random numbers of one application of a Flipout layer.
type FlipoutShape = {
    /// Of the weights.
    Deviation: int[]
    /// That multiplies the layer's input.
    SignIn: int[]
    /// That multiplies its output.
    SignOut: int[]
}

/// Shapes of noise.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module FlipoutShape =

    /// Of a dense layer of weights (inputs, outputs) on so many rows.
    let dense rows (weights: int[]) : FlipoutShape = {
        Deviation = weights
        SignIn = [| rows; weights[0] |]
        SignOut = [| rows; weights[1] |]
    }

/// What dense Flipout layers and convolutions share: how weights N(location, softplus(rho)²) are perturbed, and how far they are from their prior.
[<RequireQualifiedAccess>]
module internal Perturbation =

    /// product(x, μ) + product(x ∘ s_in, ΔW) ∘ s_out, ΔW the deviation that all rows share and every row sees under other signs.
    let apply (product: Tensor -> Tensor -> Tensor) (location: Tensor) (rho: Tensor) (noise: FlipoutNoise) (x: Tensor) =
        let deviation = Tensor.softplus rho * noise.Deviation
        product x location + product (x * noise.SignIn) deviation * noise.SignOut

    /// KL(N(μ, σ²) ‖ N(0, prior²)) summed over the weights, Σ ½((σ² + μ²)/prior² − 1) − log(σ/prior), a scalar, nats.
    let divergence (prior: float) (location: Tensor) (rho: Tensor) : Tensor =
        let sigma = Tensor.softplus rho
        let squares = (Tensor.square sigma + Tensor.square location) / (prior * prior)
        Tensor.sum (0.5 * (squares - 1.0) - log (sigma / prior))

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
        Perturbation.apply Tensor.matMul layer.Location layer.Rho noise x + layer.Bias

    /// KL(N(μ, σ²) ‖ N(0, 1)) summed over the weights, a scalar, nats.
    let kl (layer: Flipout) : Tensor = Perturbation.divergence 1.0 layer.Location layer.Rho

    /// The layer with the means of its weights.
    let mean (layer: Flipout) : Dense = { Weight = layer.Location; Bias = Some layer.Bias }

    /// The layer with one draw of its weights, from standard normal deviations (inputs, outputs).
    let draw (deviation: Tensor) (layer: Flipout) : Dense = {
        Weight = layer.Location + deviations layer * deviation
        Bias = Some layer.Bias
    }
