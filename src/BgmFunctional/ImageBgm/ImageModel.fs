/// The density p(z, x) of images, written once: training, chains, evaluation and tests call it. Z ~ N(0, I), and each pixel given Z is
/// Bernoulli(σ(ℓ)), ℓ a logit that the generator makes; a grey pixel counts as the share of its whiteness. Liu and Wong, arXiv:2601.05355.
module BgmFunctional.ImageBgm.ImageModel

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// The random numbers of one application of a generator.
type ImageNoise = {
    /// Of its weights, if they have a distribution.
    Layers: FlipoutNoise list
    /// Standard normal, (n, height·width): of the logits.
    Logits: Tensor
}

/// Beyond it a logit says no more.
let greatestLogit = 10.0

/// Means of logits from a generator's outputs: (n, h, w, 2) -> (n, h·w).
let meanLogits (output: Tensor) : Tensor = Images.flatten (Tensor.slice 3 0 1 output)

/// Variances of logits, softplus + 1e-6: (n, h, w, 2) -> (n, h·w).
let variances (output: Tensor) : Tensor = Tensor.softplus (Images.flatten (Tensor.slice 3 1 1 output)) + 1e-6

/// Logits drawn with standard normal noise (n, h·w).
let drawLogits (noise: Tensor) (output: Tensor) : Tensor = meanLogits output + sqrt (variances output) * noise

/// log p(x | ℓ) of each pixel, the logit clipped to ±10: xℓ − log(1 + e^ℓ), nats.
let logLikelihoods (logits: Tensor) (x: Tensor) : Tensor =
    let logits = Tensor.clamp -greatestLogit greatestLogit logits
    x * logits - Tensor.softplus logits

/// Grey values of logits.
let grey (logits: Tensor) : Tensor = Tensor.sigmoid logits

/// log p(z, x) of images x (n, h·w), by a network from z to logits.
let internal joint: Joint<Tensor> = {
    LogPrior = Some Joint.logStandardNormal
    Factors = [
        {
            Input = fun z _ -> z
            LogDensity = fun logits _ x -> Tensor.sumKeep 1 (logLikelihoods logits x)
        }
    ]
}

/// log p(z, seen pixels of x), (n, 1), nats, with log p(z) as it is given: a pixel counts if seen (n, h·w) is 1 there, and not if it is 0. By logits that
/// are a function of z, such as the mean ones of a plain generator, it is one too, so that a leapfrog conserves its energy.
let logJointOfSeen logPrior (logits: Tensor -> Tensor) (x: Tensor) (seen: Tensor) (z: Tensor) : Tensor =
    logPrior z + Tensor.sumKeep 1 (seen * logLikelihoods (logits z) x)

let private advance running batches = batches |> List.fold (List.map2 BatchNorm.advance) running

/// Generators as they are, to means and raw variances of logits (n, h, w, 2). The prior of their weights has this standard deviation.
let private outputs (priorSd: float) : Architecture<ImageGenerator, Moments list, FlipoutNoise list> = {
    Train = fun rowWeights _ noise net z -> ImageGenerator.apply (ImageBlocks.ofBatch rowWeights) noise net z
    Apply = fun running noise net z -> ImageGenerator.apply (ImageBlocks.ofRun running) noise net z |> fst
    Advance = advance
    Kl = ImageGenerator.kl priorSd
    Noise =
        fun key rows net ->
            let block, layers, _ = NoiseBlock.ForFlipout(key, ImageGenerator.noise rows net, [])
            block, layers
}

/// Generators whose output is logits (n, h·w): drawn in training, as published, means else.
let internal generator (priorSd: float) : Architecture<ImageGenerator, Moments list, ImageNoise> =
    let outputs = outputs priorSd

    {
        Train =
            fun rowWeights running noise net z ->
                let output, moments = outputs.Train rowWeights running noise.Layers net z
                drawLogits noise.Logits output, moments
        Apply = fun running noise net z -> outputs.Apply running noise.Layers net z |> meanLogits
        Advance = outputs.Advance
        Kl = outputs.Kl
        Noise =
            fun key rows net ->
                let pixels = net.Height * net.Width

                let block, layers, logits =
                    NoiseBlock.ForFlipout(key, ImageGenerator.noise rows net, [ Draw.Normal, [| rows; pixels |] ])

                block, { Layers = layers; Logits = logits.Head }
    }

/// Encoders of images (n, h·w), which need no noise.
let internal encoder (height: int) (width: int) : Architecture<ImageEncoder, Moments list, unit> =
    let images = Images.ofRows height width

    {
        Train = fun rowWeights _ () net x -> ImageEncoder.apply (ImageBlocks.ofBatch rowWeights) net (images x)
        Apply = fun running () net x -> ImageEncoder.apply (ImageBlocks.ofRun running) net (images x) |> fst
        Advance = advance
        Kl = fun _ -> None
        Noise = fun key _ _ -> fst (NoiseBlock.Create(key, [])), ()
    }

/// Critics of images (n, h·w) with dropout.
let internal critic (height: int) (width: int) : Judge<ImageCritic, Tensor list> = {
    Apply = fun dropout net x -> ImageCritic.apply (Some dropout) net (Images.ofRows height width x)
    Noise =
        fun key rows net ->
            let shapes = ImageCritic.noise rows height width net
            NoiseBlock.Create(key, [ for shape in shapes -> Draw.Uniform, shape ])
}

/// The warm start, with x̃ = σ(ℓ) of drawn logits.
let internal warmStart (config: ImageConfig) (height: int) (width: int) : WarmStartModel<_, _, _, _, _, _, _, _, _> = {
    Latents = config.Latents
    DrawWidth = height * width
    Generator = outputs config.PriorSd
    Encoder = encoder height width
    Critic = critic height width
    CriticShares = 2
    Input = id
    Draw = fun output deviates _ -> grey (drawLogits deviates output)
    Misfit = fun drawn x -> Tensor.mean (Tensor.square (x - drawn))
    Spread = fun output -> Tensor.mean (Tensor.square (variances output))
}

/// A fresh generator for images of this size.
let initGenerator (key: Key) (config: ImageConfig) (height: int) (width: int) =
    let net = ImageGenerator.init config.Networks key config.Latents config.GFilters height width
    { Weights = net; Running = ImageBlocks.initialMoments net.Blocks }: NetworkState<ImageGenerator, Moments list>

/// A fresh encoder for images of this size.
let initEncoder (key: Key) (config: ImageConfig) (height: int) (width: int) =
    let net = ImageEncoder.init key config.Latents config.EFilters config.EUnits height width
    { Weights = net; Running = ImageBlocks.initialMoments net.Blocks }: NetworkState<ImageEncoder, Moments list>

/// Fresh networks of a warm start on images of this size.
let internal initWarmStart (key: Key) (config: ImageConfig) (height: int) (width: int) : WarmStartState<_, _, _, _, _> = {
    Encoder = NetworkTraining.start (initEncoder (key.Child 0L) config height width)
    Generator = NetworkTraining.start (initGenerator (key.Child 1L) config height width)
    CriticZ = JudgeTraining.start (Discriminator.init (key.Child 2L) BatchNormalised config.Latents config.DzUnits)
    CriticX = JudgeTraining.start (ImageCritic.init (key.Child 3L) config.DxFilters config.DxUnits 1 height width)
}

/// Rows of a chunk: enough for quick convolutions.
let private chunk = 64

/// e(x) by running moments: (n, h·w) -> (n, q).
let internal encode team (height: int) (width: int) (encoder: NetworkState<ImageEncoder, Moments list>) x =
    let folded = ImageEncoder.fold encoder.Running encoder.Weights
    ChunkedRows.map chunk team (fun net x -> ImageEncoder.applyPlain net (Images.ofRows height width x)) folded x

/// Outputs of a generator without normalisation: (n, q) -> (n, h, w, 2).
let internal decode team (generator: ImageGenerator) z =
    ChunkedRows.map chunk team (fun net z -> Images.flatten (ImageGenerator.applyPlain net z)) generator z
    |> Images.ofRows generator.Height generator.Width

/// Grey values by mean logits of a generator's mean weights: (n, q) -> (n, h·w).
let internal greys team (generator: NetworkState<ImageGenerator, Moments list>) z =
    decode team (ImageGenerator.mean generator.Running generator.Weights) z
    |> meanLogits
    |> grey
    |> Tensor.force

/// Mean square of x − x̂, both (n, h·w).
let internal meanSquare (x: Tensor) (again: Tensor) : float =
    Array.map2 (fun x again -> (float x - float again) ** 2.0) (Tensor.toFloat32 x) (Tensor.toFloat32 again)
    |> Array.average
