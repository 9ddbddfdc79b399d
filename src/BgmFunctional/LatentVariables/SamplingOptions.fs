namespace BgmFunctional.LatentVariables

open System
open System.Threading
open BgmFunctional.Mcmc

/// Where the chains of a row begin.
[<RequireQualifiedAccess>]
type LatentStart =
    /// At the row's code, e of it: burn-in is short.
    | Encoded
    /// At a draw of N(0, I), as published.
    | StandardNormal

/// Starts.
[<RequireQualifiedAccess>]
module internal LatentStart =

    /// Where chains of some rows begin, whose codes are asked for only if they begin there.
    let from (codes: unit -> float[]) start =
        match start with
        | LatentStart.Encoded -> Start.At(codes ())
        | LatentStart.StandardNormal -> Start.StandardNormal

/// How latents are drawn from their posterior, whatever the model. Names in backquotes are those of the published packages.
[<NoComparison; NoEquality>]
type SamplingOptions = {
    /// Kind of transitions; `step_size` and `num_leapfrog_steps`, or `q_sd`, are its own.
    Sampler: Sampler
    /// `burn_in`: transitions of each chain that tune the sampler and are not kept.
    BurnIn: int
    /// `n_mcmc`: transitions of each chain after that. Where they are more than a prediction needs they are thinned, so that memory does not grow.
    Draws: int
    /// `alpha`: intervals have level 1 − alpha.
    Alpha: float
    /// `seed`: names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Ends the work between two batches.
    Cancellation: CancellationToken
    /// Called with the chains that have ended and all chains, now and then, by one thread at a time.
    Progress: int -> int -> unit
}

/// Options of sampling.
[<RequireQualifiedAccess>]
module SamplingOptions =

    /// Adaptive HMC of ten leapfrog steps, drawn anew within ± 50 % for each transition; as published burn-in 5000, 5000 draws, 95 % intervals and seed 42;
    /// all processors.
    let defaults: SamplingOptions = {
        Sampler = Hmc HmcOptions.recommended
        BurnIn = 5000
        Draws = 5000
        Alpha = 0.05
        Seed = 42L
        Threads = Environment.ProcessorCount
        Cancellation = CancellationToken.None
        Progress = fun _ _ -> ()
    }

    /// Every so many draws one is kept, so that at most so many are.
    let internal thin most draws = (draws + most - 1) / most

    /// One chain of each row from a start on, of which every so many transitions are kept; it reports nothing.
    let internal chain (options: SamplingOptions) thin start : ChainOptions = {
        ChainOptions.defaults with
            Sampler = options.Sampler
            BurnIn = options.BurnIn
            Draws = options.Draws
            Thin = thin
            ChainsPerRow = 1
            Start = start
            Cancellation = options.Cancellation
    }

    /// Those outside their ranges.
    let internal problems (options: SamplingOptions) = [
        Setting.sampler options.Sampler
        Setting.atLeast "burn-in" 0 options.BurnIn
        // Each chain has to keep four draws or more.
        Setting.atLeast "draws" 4 options.Draws
        Setting.inside "alpha" options.Alpha
        Setting.threads options.Threads
    ]
