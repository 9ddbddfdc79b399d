/// The model of a table: Z ~ N(0, I), X | Z ~ N(μ(Z), Σ(Z)) by one network; each formula is written once, for training, chains, evaluation and tests.
/// Liu and Wong, arXiv:2601.05355.
module BgmFunctional.Bgm.Model

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Standard deviation of the prior of a Bayesian generator's weights, and of its biases, which are points.
let priorSd = 0.1

/// What the generator's outputs (n, outputs) say of rows.
let gaussian (config: Config) (output: Tensor) : Gaussian = Gaussian.ofOutput (Covariance.rank config.Covariance) output

/// −log of the prior density at the weights' distribution and at the biases, a scalar, nats, without constants; none where weights are points.
let divergence (net: Network) : Tensor option =
    let ofLayer (layer: Flipout) =
        Perturbation.divergence priorSd layer.Location layer.Rho
        + 0.5 / (priorSd * priorSd) * Tensor.sum (Tensor.square layer.Bias)

    match net with
    | BayesianNet net -> BayesianMlp.layers net |> List.map ofLayer |> List.reduce (+) |> Some
    | PlainNet _
    | NormalisedNet _ -> None

/// How the generator is trained.
let generatorArchitecture (config: Config) = { Architecture.perceptron config.Normalisation with Kl = divergence }

/// How it is trained in iterative updating.
let updatedGenerator (config: Config) =
    let architecture = generatorArchitecture config
    let weigh = Gaussian.weigh config.VariancePower (Covariance.rank config.Covariance)

    if config.VariancePower = 0.0 then
        architecture
    else
        {
            architecture with
                Train =
                    fun rowWeights running noise weights z ->
                        let output, moments = architecture.Train rowWeights running noise weights z
                        weigh output, moments
        }

/// How the encoder is trained: a plain network.
let encoderArchitecture: Architecture<Network, Moments option, FlipoutNoise list> =
    Architecture.perceptron FixedMoments

/// p(z, x).
let joint (config: Config) : Joint<Cells> = {
    LogPrior = Some Joint.logStandardNormal
    Factors = [
        {
            Input = fun z _ -> z
            LogDensity = fun output _ cells -> Gaussian.logDensity (gaussian config output) cells
        }
    ]
}

/// A fresh generator of rows of so many cells.
let initGenerator (key: Key) (config: Config) (cells: int) : NetworkState =
    let outputs = Gaussian.outputs cells (Covariance.rank config.Covariance)
    Network.initNormalised config.Networks key config.Latents config.GUnits outputs

/// A fresh encoder of rows of so many cells.
let initEncoder (key: Key) (config: Config) (cells: int) : NetworkState =
    Network.init Plain key cells config.EUnits config.Latents

/// e(x), with 0, the mean of its column, in the place of a hole: (n, p) -> (n, q).
let encode (encoder: NetworkState) (cells: Cells) : Tensor =
    Tensor.force (Network.applyPlain (Network.mean encoder) cells.Values)

/// softplus⁻¹.
let private inverseSoftplus (x: float) = x + log (1.0 - exp -x)

/// Generator and encoder that are the linear maps of a factor analysis: z ↦ (μ + Wz, ψ), and x ↦ E[z | x].
let ofFactors (config: Config) (factors: FactorModel) (generator: NetworkState, encoder: NetworkState) =
    let p, q = factors.Mean.Length, config.Latents
    let identity = Array2D.init q q (fun a b -> if a = b then 1.0 else 0.0)
    let regression = FactorAnalysis.regression factors
    let loadings = Array2D.init q (2 * p) (fun a j -> if j < p then factors.Loadings[j][a] else 0.0)
    let offsets = Array.append factors.Mean (factors.Noise |> Array.map inverseSoftplus)

    let codesOfMean =
        Array.init q (fun a -> -(Seq.sum (seq { for j in 0 .. p - 1 -> regression[j, a] * factors.Mean[j] })))

    // Spare units speak up in proportion to the noise: a column that factors explain is left alone.
    let shares = Array.append factors.Noise (Array.zeroCreate p)

    LinearStart.embed identity loadings offsets shares generator,
    LinearStart.embed regression identity codesOfMean (Array.zeroCreate q) encoder

/// A layer without weights to the columns first … first + count − 1 of its outputs, which have these biases.
let private restart (first: int) (biases: Tensor) (weight: Tensor) (bias: Tensor) =
    let count = biases.Shape[1]
    let last = weight.Shape[1] - first - count

    let around (middle: Tensor) (x: Tensor) =
        Tensor.concat 1 [
            Tensor.slice 1 0 first x
            middle
            if last > 0 then
                Tensor.slice 1 (first + count) last x
        ]
        |> Tensor.force

    around (Tensor.fill Float32 [| weight.Shape[0]; count |] 0.0) weight, around biases bias

/// The generator with the variances that its means leave to each column's seen cells at latents z (n, q), the same for every z. The warm start has no use for
/// variances: noise only adds to its mean squares, so that they vanish, and a likelihood that begins there is all but infinite.
let withVariances (config: Config) (cells: Cells) (z: Tensor) (generator: NetworkState) : NetworkState =
    let columns = Cells.columns cells
    let means = (Network.applyPlain (Network.mean generator) z |> gaussian config).Mean
    let squares = Cells.mask cells (Tensor.square (cells.Values - means))
    let seen = Cells.mask cells (Tensor.fill Float32 cells.Values.Shape 1.0)

    let biases =
        Tensor.sumKeep 0 squares / Tensor.sumKeep 0 seen
        |> Tensor.toArray
        |> Array.map (max 1e-4 >> inverseSoftplus)
        |> Tensor.ofFloats Float32 [| 1; columns |]

    let dense (layer: Dense) : Dense =
        let weight, bias = restart columns biases layer.Weight layer.Bias.Value
        { Weight = weight; Bias = Some bias }

    let weights =
        match generator.Weights with
        | PlainNet mlp -> PlainNet { mlp with Output = dense mlp.Output }
        | NormalisedNet(norm, mlp) -> NormalisedNet(norm, { mlp with Output = dense mlp.Output })
        | BayesianNet net ->
            let location, bias = restart columns biases net.Output.Location net.Output.Bias
            BayesianNet { net with Output = { net.Output with Location = location; Bias = bias } }

    { generator with Weights = weights }

/// The warm start with holes. Encoder and critic see rows with 0 in their holes, which is the mean of the column; so that a critic cannot tell rows that g
/// makes by their lack of holes, these get the holes of the rows whose places they take, as in MisGAN (Li, Jiang and Marlin, arXiv:1902.09599). What
/// is not seen has no say in reconstructions.
let internal warmStart
    (config: Config)
    (cells: int)
    : WarmStartModel<_, _, _, _, _, _, Discriminator, Tensor list, Cells> = {
    Latents = config.Latents
    DrawWidth = cells + Covariance.rank config.Covariance
    Generator = generatorArchitecture config
    Encoder = encoderArchitecture
    Critic = Judge.discriminator
    CriticShares = 1
    Input = _.Values
    Draw = fun output deviates rows -> Gaussian.draw (gaussian config output) deviates |> Cells.mask rows
    Misfit = fun drawn rows -> Cells.meanSquare rows drawn
    Spread = fun output -> Tensor.mean (Tensor.square (gaussian config output).Variance)
}
