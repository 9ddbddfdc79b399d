// The warm start by encoding generative modelling: a critic pulls e(V) toward N(0, I) while g, e, f and h learn to reconstruct and to predict.
// Liu, Chen and Wong, PNAS 2024; the critic's loss is that of Gulrajani et al., arXiv:1704.00028.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// What rows say in an iteration of the warm start.
type EncodingLosses = {
    /// −E d(e(v)).
    Adversarial: Tensor
    /// Mean square of v − g(e(v)).
    V: Tensor
    /// Mean square of x − h, or the logistic loss of a binary treatment, nats.
    X: Tensor
    /// Mean square of y − f.
    Y: Tensor
}

/// Losses of an iteration of the warm start.
type EgmLosses = {
    /// Of a batch of rows.
    Rows: EncodingLosses
    /// Mean square of z − e(g(z)), z drawn from the prior.
    Z: Tensor
}

/// The losses of the warm start.
[<RequireQualifiedAccess>]
module Egm =

    /// Of the gradient penalty in the critic's loss.
    let penaltyWeight = 10.0

    /// Of each mean square of a raw variance.
    let varianceWeight = 0.001

    let private meanSquare (x: Tensor) = Tensor.mean (Tensor.square x)

    /// −E d(z) + E d(e(v)) + 10·E(‖∇d(ẑ)‖ − 1)², ẑ = mix·z + (1 − mix)·e(v) with one mix (1, 1) for all rows; z and encoded (n, q).
    let criticLoss (critic: Discriminator) (z: Tensor) (encoded: Tensor) (mix: Tensor) : Tensor =
        let between = mix * z + (1.0 - mix) * encoded

        Tensor.mean (Discriminator.apply critic encoded)
        - Tensor.mean (Discriminator.apply critic z)
        + penaltyWeight * Discriminator.gradientPenalty critic between

    /// What rows say: −E d(e(v)) + ‖v − g(e(v))‖² + ‖x − h‖² (or the logistic loss) + ‖y − f‖² + 0.001·(mean squares of the raw variances of h
    /// and f), norms as means, with its parts.
    let encodingLoss
        (config: Config)
        (critic: Discriminator)
        (encoder: Tensor -> Tensor)
        (networks: Networks<Tensor -> Tensor>)
        (rows: Observations)
        =
        let z = encoder rows.V
        let v = networks.Covariates z
        let x = networks.Treatment(Model.treatmentInput config.Latents z)
        let y = networks.Outcome(Model.outcomeInput config.Latents z rows.X)

        let losses = {
            Adversarial = -(Tensor.mean (Discriminator.apply critic z))
            V = meanSquare (rows.V - Model.means v)
            X =
                match config.Treatment with
                | Continuous -> meanSquare (rows.X - Model.means x)
                | Binary -> -(Tensor.mean (Model.logLikelihoodX config x rows.X))
            Y = meanSquare (rows.Y - Model.means y)
        }

        let variances = meanSquare (Model.rawVariance x) + meanSquare (Model.rawVariance y)
        losses.Adversarial + losses.V + losses.X + losses.Y + varianceWeight * variances, losses

    /// What draws z of the prior (n, q) say: weight·‖z − e(g(z))‖² + 0.001·(mean square of the raw variance of g), and the norm alone.
    let decodingLoss (config: Config) (encoder: Tensor -> Tensor) (covariates: Tensor -> Tensor) (z: Tensor) =
        let v = covariates z
        let reconstruction = meanSquare (z - encoder (Model.means v))

        config.LatentReconstruction * reconstruction
        + varianceWeight * meanSquare (Model.rawVariance v),
        reconstruction
