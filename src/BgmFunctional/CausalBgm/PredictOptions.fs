namespace BgmFunctional.CausalBgm

open System
open System.Threading
open BgmFunctional.Mcmc

/// What an interval of an effect is of. `sample_y`.
[<RequireQualifiedAccess>]
type IntervalOf =
    /// Mean outcomes: a credible interval.
    | MeanOutcome
    /// Outcomes that are drawn, with noise of their own under each treatment: a predictive interval.
    | DrawnOutcome

/// Where the chains of a row begin.
[<RequireQualifiedAccess>]
type LatentStart =
    /// At e(V): burn-in is short.
    | Encoded
    /// At a draw of N(0, I), as published.
    | StandardNormal

/// How effects are predicted. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type PredictOptions = {
    /// Kind of transitions.
    Sampler: Sampler
    /// Where chains begin.
    Start: LatentStart
    /// Chains of each row, which R-hat compares.
    Chains: int
    /// Draws of the weights of Bayesian networks, or of those drawn by Hamiltonian Monte Carlo, through which each chain passes; each has its own, holds
    /// each fixed for as many transitions, and its draws are pooled, so that intervals hold the uncertainty of weights too. At most as many as Draws; of
    /// networks whose weights are points there is one.
    WeightDraws: int
    /// `burn_in`: transitions of each chain that tune the sampler and are not kept.
    BurnIn: int
    /// Transitions after each further change of the weights that are not kept.
    Settle: int
    /// `n_mcmc`: transitions of each chain after that, under all draws of the weights together; beyond two thousand they are thinned, so that memory does
    /// not grow.
    Draws: int
    /// `alpha`: intervals have level 1 − alpha.
    Alpha: float
    /// `sample_y`.
    IntervalOf: IntervalOf
    /// `x_values` of a continuous treatment; none of a binary one.
    Doses: float list
    /// Names all random numbers.
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

    /// HMC of four leapfrog steps from e(V); two chains a row, 100 transitions of burn-in, then one under each of 400 draws of the weights after 2 to
    /// settle; 99 % credible intervals, seed 0, all processors. An average over many rows has nearly all its spread from the weights, so that its
    /// effective draws are those of the weights; and a change of them moves latents so little that few transitions make up for it.
    let defaults = {
        Sampler = Hmc { LeapfrogSteps = 4; StepSize = 0.3; Adapt = Adapt.StepSize 0.65; Jitter = 0.3 }
        Start = LatentStart.Encoded
        Chains = 2
        WeightDraws = 400
        BurnIn = 100
        Settle = 2
        Draws = 400
        Alpha = 0.01
        IntervalOf = IntervalOf.MeanOutcome
        Doses = []
        Seed = 0L
        Threads = Environment.ProcessorCount
        Cancellation = CancellationToken.None
        Progress = fun _ _ -> ()
    }

    /// The published sampler: a random walk of standard deviation 1 from N(0, I), burn-in 5000, 3000 draws. It moves slowly, so that it stays longer with
    /// each of fewer draws of the weights.
    let published = {
        defaults with
            Sampler = Metropolis(ProposalSd.Fixed 1.0)
            Start = LatentStart.StandardNormal
            WeightDraws = 50
            BurnIn = 5000
            Settle = 20
            Draws = 3000
    }

    /// The same by a random walk of this standard deviation, `q_sd`; 0 or below: adapted in burn-in, from 1 on.
    let randomWalk (sd: float) =
        let proposal = if sd <= 0.0 then ProposalSd.Adapted 1.0 else ProposalSd.Fixed sd
        { published with Sampler = Metropolis proposal }

    /// The defaults by the no-U-turn sampler.
    let nuts = { defaults with Sampler = Nuts NutsOptions.defaults; BurnIn = 300 }

    /// Draws of a chain that are kept at most.
    let private mostKept = 2048

    /// Every so many transitions one is kept.
    let thin options = (options.Draws + mostKept - 1) / mostKept

    /// Stretches of a chain, one under each draw of the weights: of those there are, as many as are asked for and leave a kept one to each.
    let stretches available options = min available (min options.WeightDraws (options.Draws / thin options))

    /// Draws that are kept of each of so many stretches of a chain.
    let kept stretches options = options.Draws / stretches / thin options

    /// The options, or the first one outside its range for this kind of model.
    let check (config: Config) (options: PredictOptions) : Result<PredictOptions, CausalError> =
        let bad name found wanted = Some(CausalError.BadOption(name, found, wanted))

        let atLeast name low (value: int) =
            if value < low then
                bad name (string value) $"a whole number, at least {low}"
            else
                None

        let problems = [
            (match Sampler.problems options.Sampler with
             | McmcError.BadOption(name, found, wanted) :: _ -> bad name found wanted
             | _ -> None)
            atLeast "chains" 1 options.Chains
            atLeast "weight draws" 1 options.WeightDraws
            atLeast "burn-in" 0 options.BurnIn
            atLeast "settling transitions" 0 options.Settle
            atLeast "draws" 4 options.Draws
            (if options.Alpha > 0.0 && options.Alpha < 1.0 then
                 None
             else
                 bad "alpha" (string options.Alpha) "above 0 and below 1")
            (match List.tryFind (Double.IsFinite >> not) options.Doses with
             | Some dose -> bad "x values" (string dose) "finite numbers"
             | None -> None)
            (match config.Treatment, options.Doses with
             | Continuous, [] -> Some(CausalError.DosesMismatch true)
             | Binary, _ :: _ -> Some(CausalError.DosesMismatch false)
             | _ -> None)
            (if
                 options.Threads >= 1
                 && options.Threads <= BgmFunctional.Flows.FitOptions.mostThreads
             then
                 None
             else
                 bad
                     "threads"
                     (string options.Threads)
                     $"a whole number, 1 to {BgmFunctional.Flows.FitOptions.mostThreads}")
        ]

        match List.tryPick id problems with
        | Some problem -> Error problem
        | None -> Ok options
