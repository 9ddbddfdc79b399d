namespace BgmFunctional.Bgm

open System
open System.Threading
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets

/// Where the chains of a row begin.
[<RequireQualifiedAccess>]
type LatentStart =
    /// At a draw of N(0, I), as published.
    | StandardNormal
    /// At e(x).
    | Encoded

/// How holes are filled. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type PredictOptions = {
    /// Kind of transitions; the published one is HMC of `num_leapfrog_steps` 10 from `step_size` 0.01 on.
    Sampler: Sampler
    /// Where chains begin.
    Start: LatentStart
    /// Chains of each row, as many as there are draws of a Bayesian generator's weights, which a chain holds fixed; none: one, of a Bayesian generator
    /// four, so that intervals hold the uncertainty of weights too.
    Chains: int option
    /// `burn_in`: transitions of each chain that tune the sampler and are not kept.
    BurnIn: int
    /// `n_mcmc`: transitions of each chain after that; beyond a thousand they are thinned to at most as many draws, so that memory does not grow.
    Draws: int
    /// `alpha`: intervals have level 1 − alpha.
    Alpha: float
    /// Completed matrices, each with one posterior draw in every hole, far apart along the chains: multiple imputation.
    Imputations: int
    /// `return_samples`: keep every draw of every row, without thinning.
    KeepDraws: bool
    /// `seed`: names all random numbers.
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
module PredictOptions =

    /// The published defaults: HMC from N(0, I), burn-in 5000, 5000 draws, 95 % intervals, seed 42; all processors, no imputations. Steps are drawn anew
    /// within ± 50 % for each transition.
    let defaults = {
        Sampler = Hmc HmcOptions.recommended
        Start = LatentStart.StandardNormal
        Chains = None
        BurnIn = 5000
        Draws = 5000
        Alpha = 0.05
        Imputations = 0
        KeepDraws = false
        Seed = 42L
        Threads = Environment.ProcessorCount
        Cancellation = CancellationToken.None
        Progress = fun _ _ -> ()
    }

    /// The defaults by the no-U-turn sampler.
    let nuts = { defaults with Sampler = Nuts NutsOptions.defaults }

    /// The no-U-turn sampler from e(x), four chains of 300 and 250 transitions: as many effective draws in a fraction of the time.
    let quick = {
        nuts with
            Start = LatentStart.Encoded
            Chains = Some 4
            BurnIn = 300
            Draws = 250
    }

    /// Draws of all chains of a row that are kept at most.
    let private mostKept = 1000

    /// Chains of each row under a generator.
    let chains (networks: NetworkKind) options =
        options.Chains |> Option.defaultValue (if networks = Plain then 1 else 4)

    /// Every so many transitions one is kept.
    let thin networks options =
        if options.KeepDraws then
            1
        else
            let all = options.Draws * chains networks options
            (all + mostKept - 1) / mostKept

    /// Draws of each chain that are kept.
    let kept networks options = options.Draws / thin networks options

    /// The options, or the first one outside its range for this kind of generator.
    let check networks (options: PredictOptions) : Result<PredictOptions, BgmError> =
        let sampler =
            match Sampler.problems options.Sampler with
            | McmcError.BadOption(name, found, wanted) :: _ -> Some(name, found, wanted)
            | _ -> None

        let imputations () =
            Setting.between "imputations" 0 (kept networks options * chains networks options) options.Imputations

        let ofChains = [
            options.Chains |> Option.bind (Setting.between "chains" 1 100)
            // Each chain has to keep four draws or more.
            Setting.atLeast "draws" 4 options.Draws
        ]

        Setting.check
            BgmError.BadOption
            ([ sampler; Setting.atLeast "burn-in" 0 options.BurnIn ]
             @ ofChains
             @ [
                 (if List.forall Option.isNone ofChains then imputations () else None)
                 Setting.inside "alpha" options.Alpha
                 Setting.threads options.Threads
             ])
            options
