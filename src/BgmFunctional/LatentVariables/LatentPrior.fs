namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Where the latents lie of a row of which nothing is known.
[<RequireQualifiedAccess>]
type LatentPrior =
    /// N(0, I), as published. What is made of a z that is far from those of all rows of the fit need not look like one.
    | StandardNormal
    /// The density of the latents of the fit, by a mixture of normals: empirical Bayes. In their mean over rows, posteriors would be the prior were the model
    /// right (Tomczak and Welling, VAE with a VampPrior, AISTATS 2018, arXiv:1705.07120, section 2); they are not N(0, I).
    | Fitted

/// Priors of latents, given those of a fit, (n, q).
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal LatentPrior =

    /// Of one fit there is one density, whatever it is asked.
    let private density latents = NormalMixture.choose (Key.OfSeed 0L) latents

    /// log p(z): (m, q) -> (m, 1), nats.
    let logDensity (latents: Tensor) (prior: LatentPrior) : Tensor -> Tensor =
        match prior with
        | LatentPrior.StandardNormal -> Joint.logStandardNormal
        | LatentPrior.Fitted -> NormalMixture.logDensity latents.DType (density latents)

    /// Draws (count, q).
    let draw (key: Key) (count: int) (latents: Tensor) (prior: LatentPrior) : Tensor =
        match prior with
        | LatentPrior.StandardNormal -> Initial.normal key count latents.Shape[1] 0.0 1.0
        | LatentPrior.Fitted -> NormalMixture.draw key count (density latents)
