namespace BgmFunctional.Bgm

open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets

/// How holes are filled. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type PredictOptions = {
    /// How latents are drawn. Beyond a thousand draws of a row its chains are thinned.
    Sampling: SamplingOptions
    /// Where chains begin.
    Start: LatentStart
    /// Chains of each row, as many as there are draws of a Bayesian generator's weights, which a chain holds fixed; none: one, of a Bayesian generator
    /// four, so that intervals hold the uncertainty of weights too.
    Chains: int option
    /// Completed matrices, each with one posterior draw in every hole, far apart along the chains: multiple imputation.
    Imputations: int
    /// `return_samples`: keep every draw of every row, without thinning.
    KeepDraws: bool
    /// Where a prediction of many rows leaves those that are done, to go on from there after any end, with the same bits; a round is a thousand rows or fewer.
    Checkpoint: CheckpointPlan option
}

/// Options of predictions.
[<RequireQualifiedAccess>]
module PredictOptions =

    /// HMC that learns the scale of each latent too: columns that nearly determine one another leave some latents a hundred times less room than others,
    /// and a step for the widest is divergent in the narrowest.
    let private hmc = { HmcOptions.recommended with Adapt = Adapt.StepSizeAndMass 0.8 }

    /// The published defaults: HMC from N(0, I), burn-in 5000, 5000 draws, 95 % intervals, seed 42; all processors, no imputations. Beyond what is published,
    /// burn-in learns the mass, and steps are drawn anew within ± 50 % for each transition.
    let defaults: PredictOptions = {
        Sampling = { SamplingOptions.defaults with Sampler = Hmc hmc }
        Start = LatentStart.StandardNormal
        Chains = None
        Imputations = 0
        KeepDraws = false
        Checkpoint = None
    }

    /// The defaults by the no-U-turn sampler.
    let nuts = { defaults with Sampling.Sampler = Nuts NutsOptions.defaults }

    /// The no-U-turn sampler from e(x), four chains of 300 and 250 transitions: intervals about as good in half the time.
    let quick = {
        nuts with
            Sampling.BurnIn = 300
            Sampling.Draws = 250
            Start = LatentStart.Encoded
            Chains = Some 4
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
            SamplingOptions.thin mostKept (options.Sampling.Draws * chains networks options)

    /// Draws of each chain that are kept.
    let kept networks options = options.Sampling.Draws / thin networks options

    /// The options, or the first one outside its range for this kind of generator.
    let check networks (options: PredictOptions) : Result<PredictOptions, BgmError> =
        let most options = kept networks options * chains networks options

        options
        |> Setting.check BgmError.BadOption [
            yield! SamplingOptions.problems options.Sampling
            options.Chains |> Option.bind (Setting.between "chains" 1 100)
            Setting.checkpoints options.Checkpoint
        ]
        |> Result.bind (fun options ->
            options
            |> Setting.check BgmError.BadOption [ Setting.between "imputations" 0 (most options) options.Imputations ])
