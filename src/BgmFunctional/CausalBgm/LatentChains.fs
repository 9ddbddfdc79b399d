// Chains in Z of a chunk of rows, on log p(v|z) + log p(x|z) + log p(y|x,z) + log p(z). They pass through one draw of the networks' weights after
// another and stay with each for some draws: a target that changed between two steps would be no target at all. All rows pass through the same draws,
// as an average of them has one of the weights; but the chains of a row, which are compared, each have draws of their own.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// What chains of all rows need to know.
[<NoComparison; NoEquality>]
type internal LatentChains = {
    /// Settings.
    Options: PredictOptions
    /// What is asked of the draws.
    Question: EffectQuestion
    /// Rows.
    Rows: int
    /// (rows, q), e(V), where chains begin there.
    Encoded: Lazy<float[]>
    /// S, stretches of a chain.
    Stretches: int
    /// The draws of the weights, those of a chain one after another, by number below chains × S; each is drawn when it is asked for, as all of them
    /// would fill much memory.
    Weights: int -> Networks<Mlp>
    /// The rows' posteriors given weights.
    Target: Networks<Mlp> -> Target
    /// Outcomes under the doses.
    Outcomes: PotentialOutcomes
}

/// What the chains of a chunk of rows found.
[<NoComparison; NoEquality>]
type internal ChunkDraws = {
    /// Sums over the chunk's rows of each average, (chains)(draws × averages).
    Sums: float[][]
    /// Log densities, nats, (rows of the chunk)(chains)(draws).
    Densities: float[][][]
    /// Each row's own effect if that is asked for, (rows of the chunk)(chains × draws).
    Effects: float[][]
    /// Sum over rows and chains of their mean acceptance.
    Acceptance: float
}

/// Chains of rows.
[<RequireQualifiedAccess>]
module internal LatentChains =

    /// Networks with weights that a chain holds fixed: a draw of them, or themselves if they are points.
    let private fixedWeights (networks: Networks<NetworkState>) (key: Key) : Networks<Mlp> =
        let draw i (state: NetworkState) =
            Network.deviationShapes state.Weights
            |> List.mapi (fun layer shape ->
                Initial.normal ((key.Child(int64 i)).Child(int64 layer)) shape[0] shape[1] 0.0 1.0)
            |> fun deviations -> Network.draw deviations state

        Networks.toList networks |> List.mapi draw |> Networks.ofList networks

    /// Draw number s of so many draws of the weights: of those that the model has, evenly spaced, else of its networks' own distributions, or those
    /// themselves if they are points.
    let weights (options: PredictOptions) (model: CausalModel) count s : Networks<Mlp> =
        match model.WeightDraws with
        | [] -> fixedWeights model.Networks (((Key.OfSeed options.Sampling.Seed).Child 0L).Child(int64 s))
        | stored -> stored[s * stored.Length / count]

    /// Draws of the weights that there are for each of so many chains.
    let private available chains (model: CausalModel) =
        match model.WeightDraws, model.Config.Networks with
        | [], Plain -> 1
        | [], Bayesian -> Int32.MaxValue
        | stored, _ -> max 1 (stored.Length / chains)

    /// Chains of a model for the rows of some data.
    let create (options: PredictOptions) (model: CausalModel) (data: Observations) : LatentChains =
        let question = EffectQuestion.create model.Config.Treatment options.Doses (Tensor.toArray data.X)
        let stretches = PredictOptions.stretches (available options.Chains model) options
        let weights = weights options model (options.Chains * stretches)

        let config = LearningUnits.configure model.Units model.Config
        let inside = LearningUnits.enter model.Units data

        let logDensity networks rows z =
            let apply = Networks.map Network.applyPlain networks
            Tensor.squeeze 1 (logJoint config apply z rows)

        {
            Options = options
            Question = question
            Rows = Observations.rows data
            Encoded = lazy (Tensor.toArray (Stages.encode model.Encoder data.V))
            Stretches = stretches
            Weights = weights
            Target = Target.ofRowsGiven Float32 (LatentDims.total config.Latents) inside logDensity
            Outcomes = PotentialOutcomes(config, model.Units, (weights 0).Outcome, question.Doses, options.IntervalOf)
        }

    /// Where a chain of each row of a chunk begins.
    let private start (chains: LatentChains) first count =
        let codes () =
            let q = chains.Encoded.Value.Length / chains.Rows
            Array.sub chains.Encoded.Value (first * q) (count * q)

        LatentStart.from codes chains.Options.Start

    /// A stretch of one chain of each row, under draw `number` of the weights.
    let private stretch (chains: LatentChains) number start first count : ChainOptions =
        let options = chains.Options
        let each = options.Chains * chains.Stretches
        let before = first * each + number * count

        {
            SamplingOptions.chain options.Sampling (PredictOptions.thin options) start with
                BurnIn =
                    (if number % chains.Stretches = 0 then
                         options.Sampling.BurnIn
                     else
                         options.Settle)
                Draws = options.Sampling.Draws / chains.Stretches
                Progress = fun ended _ -> options.Sampling.Progress (before + ended) (chains.Rows * each)
        }

    /// Draws of each chain that are kept, under all its draws of the weights together.
    let kept (chains: LatentChains) = chains.Stretches * PredictOptions.kept chains.Stretches chains.Options

    /// Runs the chains of some rows through all draws of the weights.
    let run (team: Team) (chains: LatentChains) first count : ChunkDraws =
        let { Options = options; Question = question; Stretches = stretches } = chains
        let averages = question.Averages
        let perStretch = PredictOptions.kept stretches options
        let kept = kept chains
        let key = Key.OfSeed options.Sampling.Seed

        let found = {
            Sums = Array.init options.Chains (fun _ -> Array.zeroCreate<float>(kept * averages.Length))
            Densities = Array.init count (fun _ -> Array.init options.Chains (fun _ -> Array.zeroCreate<float> kept))
            Effects =
                match question.Row with
                | Some _ -> Array.init count (fun _ -> Array.zeroCreate<float>(options.Chains * kept))
                | None -> [||]
            Acceptance = 0.0
        }

        /// Chain c of every row under its draw s of the weights, from a start on; where they end, and their acceptance.
        let runStretch c s start =
            let number = c * stretches + s
            let weights = chains.Weights number
            let target = Target.rows first count (chains.Target weights)
            let chainOptions = stretch chains number start first count
            let own purpose item = ((key.Child purpose).Child(int64 number)).Child(int64 item)

            let shards =
                Array.init (Chains.shards target chainOptions) (fun _ ->
                    lazy (chains.Outcomes.Block weights.Outcome, Array.zeroCreate<float>(perStretch * averages.Length)))

            let keep (place: Place) : Keep<int> =
                let block, sums = shards[place.Shard].Value
                let row = first + place.Row

                let take draw values offset =
                    for a in 0 .. averages.Length - 1 do
                        let weights, rows = averages[a]

                        if rows[row] then
                            let at = draw * averages.Length + a
                            sums[at] <- sums[at] + EffectQuestion.combine weights values offset

                    match question.Row with
                    | Some weights ->
                        let at = c * kept + s * perStretch + draw
                        found.Effects[place.Row][at] <- EffectQuestion.combine weights values offset
                    | None -> ()

                let taker = { Noise = own 2L row; Take = take }
                OutcomeKeep(block, taker, found.Densities[place.Row][c], s * perStretch)

            match Chains.run team chainOptions (own 1L first) target keep with
            | Ok ended ->
                for shard in shards do
                    let block, sums = shard.Value
                    chains.Outcomes.Release block

                    for i in 0 .. sums.Length - 1 do
                        let at = s * sums.Length + i
                        found.Sums[c][at] <- found.Sums[c][at] + sums[i]

                ended
            | Error error -> invalidOp (McmcError.message error)

        /// Acceptance of chain c of every row, summed over its stretches.
        let runChain c =
            let folder (start, acceptance) s =
                let ended = runStretch c s start
                Start.After(ended |> Array.map _.End), acceptance + (ended |> Array.sumBy _.Report.AcceptanceRate)

            List.fold folder (start chains first count, 0.0) [ 0 .. stretches - 1 ] |> snd

        let acceptance = List.sumBy runChain [ 0 .. options.Chains - 1 ]
        { found with Acceptance = acceptance / float stretches }
