// The warm start by encoding generative modelling: critics pull e(x) toward N(0, I) and g(z) toward images, while g and e learn to undo each other.
// Liu, Chen and Wong, PNAS 2024; the critics' losses are least squares as in Mao et al., arXiv:1611.04076, with labels 0.9 and 0.1.
namespace BgmFunctional.ImageBgm

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A critic in training.
type internal CriticTraining<'Critic> = { Critic: 'Critic; Adam: Adam.State<'Critic> }

/// All that the warm start trains.
type internal ImageTraining = {
    Encoder: NetworkTraining<ImageEncoder, Moments list>
    Generator: NetworkTraining<ImageGenerator, Moments list>
    CriticZ: CriticTraining<Discriminator>
    CriticX: CriticTraining<ImageCritic>
}

/// The losses of an iteration of the warm start.
type ImageLosses = {
    /// Of the critic of latents, ½[E(0.9 − d(z))² + E(0.1 − d(e(x)))²].
    CriticZ: float
    /// Of the critic of images, with its penalty.
    CriticX: float
    /// E(0.9 − d(e(x)))².
    AdversarialZ: float
    /// E(0.9 − d(g(z)))².
    AdversarialX: float
    /// Mean square of x − g(e(x)).
    Images: float
    /// Mean square of z − e(g(z)).
    Latents: float
}

/// The losses of the warm start. Critics, encoders and generators are functions on tensors here.
[<RequireQualifiedAccess>]
module internal ImageEgm =

    /// Adam as published for it: β₁ 0.5, β₂ 0.9, and the ε of Keras.
    let adam: Adam.Config = { Beta1 = 0.5; Beta2 = 0.9; Epsilon = 1e-7 }

    /// What a critic is to say of what is real, and of what is made.
    let real, made = 0.9, 0.1

    /// Of each mean square of what e and g undo.
    let reconstructionWeight = 10.0

    /// E(label − d)².
    let miss (label: float) (scores: Tensor) : Tensor = Tensor.mean (Tensor.square (label - scores))

    /// E(‖∇d(x̂)‖ − 1)², x̂ = mix·x + (1 − mix)·x̃ with a mix of its own for each row, (n, 1).
    let penalty (critic: Tensor -> Tensor) (mix: Tensor) (x: Tensor) (made: Tensor) : Tensor =
        Discriminator.slopePenalty critic (mix * x + (1.0 - mix) * made)

    /// ½[E(0.9 − d(x))² + E(0.1 − d(x̃))²] + gamma·penalty.
    let criticLoss (gamma: float) (critic: Tensor -> Tensor) (mix: Tensor) (x: Tensor) (made': Tensor) : Tensor =
        let misses = 0.5 * (miss real (critic x) + miss made (critic made'))
        if gamma > 0.0 then misses + gamma * penalty critic mix x made' else misses

    let private meanSquare (x: Tensor) = Tensor.mean (Tensor.square x)

    /// What images say to e and g: E(0.9 − d_z(e(x)))² + 10·E(x − g(e(x)))²; the loss, its two parts, and what e and g have besides.
    let encodingLoss
        (criticZ: Tensor -> Tensor)
        (encode: Tensor -> Tensor * 'E)
        (decode: Tensor -> Tensor * 'G)
        (x: Tensor)
        =
        let z, ofE = encode x
        let again, ofG = decode z
        let adversarial, reconstruction = miss real (criticZ z), meanSquare (x - again)
        adversarial + reconstructionWeight * reconstruction, ((adversarial, reconstruction), (ofE, ofG))

    /// What draws of the prior say: E(0.9 − d_x(g(z)))² + 10·E(z − e(g(z)))².
    let decodingLoss
        (criticX: Tensor -> Tensor)
        (encode: Tensor -> Tensor * 'E)
        (decode: Tensor -> Tensor * 'G)
        (z: Tensor)
        =
        let x, ofG = decode z
        let again, ofE = encode x
        let adversarial, reconstruction = miss real (criticX x), meanSquare (z - again)
        adversarial + reconstructionWeight * reconstruction, ((adversarial, reconstruction), (ofE, ofG))

    let startCritic (critic: 'Critic) : CriticTraining<'Critic> = { Critic = critic; Adam = Adam.init critic }

    /// Fresh networks for images of this size.
    let start (key: Key) (config: ImageConfig) (height: int) (width: int) : ImageTraining = {
        Encoder = NetworkTraining.start (ImageModel.initEncoder (key.Child 0L) config height width)
        Generator = NetworkTraining.start (ImageModel.initGenerator (key.Child 1L) config height width)
        CriticZ = startCritic (Discriminator.init (key.Child 2L) BatchNormalised config.Latents config.DzUnits)
        CriticX = startCritic (ImageCritic.init (key.Child 3L) config.DxFilters config.DxUnits 1 height width)
    }

    /// One step of a critic down the sum of gradients.
    let stepCritic rate (gradients: 'Critic list) (training: CriticTraining<'Critic>) : CriticTraining<'Critic> =
        let critic, adam =
            Adam.update adam rate (List.reduce (Tree.map2 (+)) gradients) training.Adam training.Critic

        { Critic = critic; Adam = adam }
