namespace BgmFunctional.ImageBgm

open System
open System.Threading
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
    /// Kind of transitions; `step_size` and `num_leapfrog_steps` are its own.
    Sampler: Sampler
    /// Where chains begin.
    Start: ImageStart
    /// Chains of each image. Under a Bayesian generator each has a draw of the weights of its own.
    Chains: int
    /// `burn_in`: transitions of each chain that tune the sampler and are not kept.
    BurnIn: int
    /// `n_mcmc`: transitions of each chain after that; beyond 500 they are thinned to at most as many draws, so that time and memory do not grow.
    Draws: int
    /// `alpha`: intervals have level 1 − alpha.
    Alpha: float
    /// `return_samples`: whether the prediction keeps every draw of every image.
    KeepDraws: bool
    /// `seed`, names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Ends the work between two batches.
    Cancellation: CancellationToken
    /// Called with the chains that have ended and all chains, now and then, by one thread at a time.
    Progress: int -> int -> unit
}

/// Options of predictions.
[<RequireQualifiedAccess>]
module ImagePredictOptions =

    /// HMC from sought latents, two chains an image, 200 transitions of burn-in and 300 draws each, 95 % intervals, seed 42, all processors.
    let defaults: ImagePredictOptions = {
        Sampler = Hmc HmcOptions.recommended
        Start = ImageStart.Sought
        Chains = 2
        BurnIn = 200
        Draws = 300
        Alpha = 0.05
        KeepDraws = false
        Seed = 42L
        Threads = Environment.ProcessorCount
        Cancellation = CancellationToken.None
        Progress = fun _ _ -> ()
    }

    /// The published sampler: one chain from N(0, I) of 10 leapfrog steps, first 0.01 and adapted toward acceptance 0.75, burn-in 5000, 5000 draws.
    let published: ImagePredictOptions = {
        defaults with
            Sampler = Hmc HmcOptions.defaults
            Start = ImageStart.StandardNormal
            Chains = 1
            BurnIn = 5000
            Draws = 5000
    }

    /// The defaults by the no-U-turn sampler.
    let nuts: ImagePredictOptions = { defaults with Sampler = Nuts NutsOptions.defaults }

    let private mostKept = 500

    /// Every so many transitions one is kept.
    let thin options = (options.Draws + mostKept - 1) / mostKept

    /// Draws of each chain that are kept.
    let kept options = options.Draws / thin options

    /// The options, or the first one outside its range.
    let check (options: ImagePredictOptions) : Result<ImagePredictOptions, ImageError> =
        let sampler =
            Sampler.problems options.Sampler
            |> List.tryPick (fun problem ->
                match problem with
                | McmcError.BadOption(name, found, wanted) -> Some(name, found, wanted)
                | _ -> None)

        Setting.check
            ImageError.BadOption
            [
                sampler
                Setting.atLeast "chains" 1 options.Chains
                Setting.atLeast "burn-in" 0 options.BurnIn
                Setting.atLeast "draws" 4 options.Draws
                Setting.inside "alpha" options.Alpha
                Setting.threads options.Threads
            ]
            options
