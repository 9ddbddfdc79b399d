namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc

/// What an interval of an effect is of. `sample_y`.
[<RequireQualifiedAccess>]
type IntervalOf =
    /// Mean outcomes: a credible interval.
    | MeanOutcome
    /// Outcomes that are drawn, with noise of their own under each treatment: a predictive interval.
    | DrawnOutcome

/// How effects are predicted. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type PredictOptions = {
    /// How latents are drawn: `n_mcmc` draws of a chain under all draws of the weights together; beyond two thousand it is thinned.
    Sampling: SamplingOptions
    /// Where chains begin.
    Start: LatentStart
    /// Chains of each row, which R-hat compares.
    Chains: int
    /// Draws of the weights of Bayesian networks, or of those drawn by Hamiltonian Monte Carlo, through which each chain passes; each has its own, holds
    /// each fixed for as many transitions, and its draws are pooled, so that intervals hold the uncertainty of weights too. At most as many as Draws; of
    /// networks whose weights are points there is one.
    WeightDraws: int
    /// Transitions after each further change of the weights that are not kept.
    Settle: int
    /// `sample_y`.
    IntervalOf: IntervalOf
    /// `x_values` of a continuous treatment; none of a binary one.
    Doses: float list
}

/// Options of predictions.
[<RequireQualifiedAccess>]
module PredictOptions =

    /// HMC of four leapfrog steps from e(V); two chains a row, 100 transitions of burn-in, then one under each of 400 draws of the weights after 2 to
    /// settle; 99 % credible intervals, seed 0, all processors. An average over many rows has nearly all its spread from the weights, so that its
    /// effective draws are those of the weights; and a change of them moves latents so little that few transitions make up for it.
    let defaults: PredictOptions = {
        Sampling = {
            SamplingOptions.defaults with
                Sampler = Hmc { LeapfrogSteps = 4; StepSize = 0.3; Adapt = Adapt.StepSize 0.65; Jitter = 0.3 }
                BurnIn = 100
                Draws = 400
                Alpha = 0.01
                Seed = 0L
        }
        Start = LatentStart.Encoded
        Chains = 2
        WeightDraws = 400
        Settle = 2
        IntervalOf = IntervalOf.MeanOutcome
        Doses = []
    }

    /// The published sampler: a random walk of standard deviation 1 from N(0, I), burn-in 5000, 3000 draws. It moves slowly, so that it stays longer with
    /// each of fewer draws of the weights.
    let published = {
        defaults with
            Sampling.Sampler = Metropolis(ProposalSd.Fixed 1.0)
            Sampling.BurnIn = 5000
            Sampling.Draws = 3000
            Start = LatentStart.StandardNormal
            WeightDraws = 50
            Settle = 20
    }

    /// The same by a random walk of this standard deviation, `q_sd`; 0 or below: adapted in burn-in, from 1 on.
    let randomWalk (sd: float) =
        let proposal = if sd <= 0.0 then ProposalSd.Adapted 1.0 else ProposalSd.Fixed sd
        { published with Sampling.Sampler = Metropolis proposal }

    /// The defaults by the no-U-turn sampler.
    let nuts = {
        defaults with
            Sampling.Sampler = Nuts NutsOptions.defaults
            Sampling.BurnIn = 300
    }

    /// Draws of a chain that are kept at most.
    let private mostKept = 2048

    /// Every so many transitions one is kept.
    let thin options = SamplingOptions.thin mostKept options.Sampling.Draws

    /// Stretches of a chain, one under each draw of the weights: of those there are, as many as are asked for and leave a kept one to each.
    let stretches available options = min available (min options.WeightDraws (options.Sampling.Draws / thin options))

    /// Draws that are kept of each of so many stretches of a chain.
    let kept stretches options = options.Sampling.Draws / stretches / thin options

    /// The options, or the first one outside its range for this kind of model.
    let check (config: Config) (options: PredictOptions) : Result<PredictOptions, CausalError> =
        options
        |> Setting.check CausalError.BadOption [
            yield! SamplingOptions.problems options.Sampling
            Setting.atLeast "chains" 1 options.Chains
            Setting.atLeast "weight draws" 1 options.WeightDraws
            Setting.atLeast "settling transitions" 0 options.Settle
            options.Doses
            |> List.tryPick (fun dose ->
                Setting.require "x values" (string dose) "finite numbers" (Double.IsFinite dose))
        ]
        |> Result.bind (fun options ->
            match config.Treatment, options.Doses with
            | Continuous, [] -> Error(CausalError.DosesMismatch true)
            | Binary, _ :: _ -> Error(CausalError.DosesMismatch false)
            | _ -> Ok options)
