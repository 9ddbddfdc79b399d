namespace BgmFunctional.ImageBgm

open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc

/// Where the chains of an image begin.
[<RequireQualifiedAccess>]
type ImageStart =
    /// At the likeliest, given the pixels that are seen, of 500 of the latents of the fit, others for each chain: burn-in is short, and chains that begin in
    /// different digits tell of both.
    | Sought
    /// At a draw of N(0, I), as published.
    | StandardNormal

/// How missing pixels are predicted. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type ImagePredictOptions = {
    /// How latents are drawn. Beyond 500 draws a chain is thinned.
    Sampling: SamplingOptions
    /// Where chains begin.
    Start: ImageStart
    /// Chains of each image. Under a Bayesian generator each has a draw of the weights of its own.
    Chains: int
    /// What is held of latents before any pixel is seen.
    Prior: LatentPrior
    /// How grey values are drawn, if not by the model's own law.
    Pixels: PixelLaw option
    /// `return_samples`: whether the prediction keeps every draw of every image.
    KeepDraws: bool
}

/// Options of predictions.
[<RequireQualifiedAccess>]
module ImagePredictOptions =

    /// HMC from sought latents under the density of those of the fit, two chains an image, 200 transitions of burn-in and 300 draws each, 95 % intervals,
    /// seed 42, all processors.
    let defaults: ImagePredictOptions = {
        Sampling = { SamplingOptions.defaults with BurnIn = 200; Draws = 300 }
        Start = ImageStart.Sought
        Chains = 2
        Prior = LatentPrior.Fitted
        Pixels = None
        KeepDraws = false
    }

    /// The published sampler: one chain from N(0, I) of 10 leapfrog steps, first 0.01 and adapted toward acceptance 0.75, burn-in 5000, 5000 draws;
    /// and logits drawn with their noise.
    let published: ImagePredictOptions = {
        defaults with
            Sampling = { SamplingOptions.defaults with Sampler = Hmc HmcOptions.defaults }
            Start = ImageStart.StandardNormal
            Chains = 1
            Prior = LatentPrior.StandardNormal
            Pixels = Some PixelLaw.LogitNormal
    }

    /// The defaults by the no-U-turn sampler.
    let nuts: ImagePredictOptions = { defaults with Sampling.Sampler = Nuts NutsOptions.defaults }

    let private mostKept = 500

    /// Every so many transitions one is kept.
    let thin options = SamplingOptions.thin mostKept options.Sampling.Draws

    /// Draws of each chain that are kept.
    let kept options = options.Sampling.Draws / thin options

    /// The options, or the first one outside its range.
    let check (options: ImagePredictOptions) : Result<ImagePredictOptions, ImageError> =
        options
        |> Setting.check ImageError.BadOption [
            yield! SamplingOptions.problems options.Sampling
            Setting.atLeast "chains" 1 options.Chains
        ]
