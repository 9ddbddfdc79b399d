// Effects with posterior intervals: for each row chains in Z on log p(v|z) + log p(x|z) + log p(y|x,z) + log p(z), the weights of the networks held fixed
// along a chain, and of every draw the outcome under each dose.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// A posterior mean with its interval.
type Posterior = {
    /// Mean of the draws.
    Mean: float
    /// The alpha/2 quantile.
    Low: float
    /// The 1 − alpha/2 quantile.
    High: float
}

/// A point of a dose-response curve with its interval.
type DosePosterior = {
    /// The treatment.
    X: float
    /// The outcome averaged over the rows, had all been treated so.
    Outcome: Posterior
}

/// What a treatment does.
type PredictedEffect =
    /// Of a binary treatment, y(1) − y(0): on average, on average over the treated rows if there are any, and on each row.
    | Effects of ate: Posterior * att: Posterior option * rows: Posterior[]
    /// Of a continuous treatment: the average dose-response function.
    | Curve of DosePosterior[]

/// A predicted effect, and whether its chains can be believed.
type Prediction = {
    /// The effect.
    Effect: PredictedEffect
    /// What its intervals are of.
    IntervalOf: IntervalOf
    /// Their level is 1 − alpha.
    Alpha: float
    /// Mean acceptance of all chains.
    Acceptance: float
    /// Of the average effect, or the point of the curve where it is largest.
    RHat: float
    /// Effective draws, bulk or tail, of the average effect, or at the point of the curve where they are fewest.
    Ess: float
    /// Share of the rows whose own chains agree: R-hat of their log density is at most 1.01.
    RowsConverged: float
    /// What speaks against the answer, one line each.
    Warnings: string list
}

/// Predictions.
[<RequireQualifiedAccess>]
module Prediction =

    /// The effect as a table: row, mean, low and high of a binary treatment, x, mean, low and high of a continuous one.
    let toFrame (prediction: Prediction) : Frame =
        let columns first (posteriors: Posterior[]) = [
            first
            "mean", Column.Numeric(posteriors |> Array.map _.Mean)
            "low", Column.Numeric(posteriors |> Array.map _.Low)
            "high", Column.Numeric(posteriors |> Array.map _.High)
        ]

        let columns =
            match prediction.Effect with
            | Effects(_, _, rows) ->
                columns ("row", Column.Numeric(Array.init rows.Length (fun i -> float (i + 1)))) rows
            | Curve points -> columns ("x", Column.Numeric(points |> Array.map _.X)) (points |> Array.map _.Outcome)

        match Frame.ofColumns columns with
        | Ok frame -> frame
        | Error error -> invalidOp (DataError.message error)

/// Prediction.
[<RequireQualifiedAccess>]
module Predict =

    /// Rows whose chains run to the end before those of the next begin: memory is theirs, not that of all rows.
    let private chunkRows = 1024

    /// What is asked of the draws.
    type private Question = {
        Doses: float[]
        /// Averages over rows: weights of the outcomes under the doses, (k), and which rows, for each.
        Averages: (float[] * bool[])[]
        /// The same for each row's own effect, if that is asked for.
        Row: float[] option
    }

    let private question (config: Config) (options: PredictOptions) (x: float[]) : Question =
        match config.Treatment with
        | Continuous ->
            let k = options.Doses.Length
            let everyRow = Array.create x.Length true

            {
                Doses = List.toArray options.Doses
                Averages = Array.init k (fun j -> Array.init k (fun i -> if i = j then 1.0 else 0.0), everyRow)
                Row = None
            }
        | Binary ->
            let difference = [| -1.0; 1.0 |]
            let treated = x |> Array.map (fun x -> x = 1.0)

            {
                Doses = [| 0.0; 1.0 |]
                Averages = [|
                    difference, Array.create x.Length true
                    if Array.contains true treated then
                        difference, treated
                |]
                Row = Some difference
            }

    /// Networks with weights that a chain holds fixed: a draw of them, or themselves if they are points.
    let private fixedWeights (key: Key) (networks: Networks<NetworkState>) : Networks<Mlp> =
        let draw i (state: NetworkState) =
            Network.deviationShapes state.Weights
            |> List.mapi (fun layer shape ->
                Initial.normal ((key.Child(int64 i)).Child(int64 layer)) shape[0] shape[1] 0.0 1.0)
            |> fun deviations -> Network.draw deviations state

        Networks.toList networks |> List.mapi draw |> Networks.ofList networks

    /// The weights that chain number so and so holds fixed.
    let internal weightsOf (options: PredictOptions) (model: CausalModel) (chain: int) : Networks<Mlp> =
        fixedWeights (((Key.OfSeed options.Seed).Child 0L).Child(int64 chain)) model.Networks

    /// The posterior of every row's Z given networks.
    let private target config (networks: Networks<Mlp>) (data: Observations) =
        let apply = Networks.map Network.applyPlain networks
        let logDensity rows z = Tensor.squeeze 1 (logJoint config apply z rows)
        Target.ofRows Float32 (LatentDims.total config.Latents) data logDensity

    /// Σ weights[j]·values[offset + j].
    let private dot (weights: float[]) (values: float[]) offset =
        let mutable sum = 0.0

        for j in 0 .. weights.Length - 1 do
            if weights[j] <> 0.0 then
                sum <- sum + weights[j] * values[offset + j]

        sum

    /// How many are true.
    let private count flags = flags |> Array.filter id |> Array.length

    let private summary alpha (draws: float[]) : Posterior =
        let sorted = Array.sort draws

        {
            Mean = Array.average draws
            Low = Sorted.quantile sorted (alpha / 2.0)
            High = Sorted.quantile sorted (1.0 - alpha / 2.0)
        }

    /// R-hat of traces, (chains)(draws). Chains under different weights have different posteriors: each is then compared with itself, half against
    /// half, and R-hat is the mean over them.
    let private rHat isShared (chains: float[][]) =
        if isShared then
            Diagnostics.rHat chains
        else
            chains |> Array.averageBy (Array.singleton >> Diagnostics.rHat)

    /// Effective draws, bulk or tail; those of chains under different weights add up.
    let private ess isShared (chains: float[][]) =
        let fewest chains = min (Diagnostics.essBulk chains) (Diagnostics.essTail chains)

        if isShared then
            fewest chains
        else
            chains |> Array.sumBy (Array.singleton >> fewest)

    let private warnings (options: PredictOptions) (x: float[]) rHat ess converged : string list = [
        if not (rHat <= Summary.greatestRHat) then
            $"R-hat %.3f{rHat} is above {Summary.greatestRHat}: the chains disagree; more burn-in and draws are needed"
        if not (ess >= Summary.leastEss) then
            $"effective sample size %.0f{ess} is below {Summary.leastEss}: more draws are needed"
        if not (converged >= 0.95) then
            $"the chains of %.1f{100.0 * (1.0 - converged)} %% of the rows have R-hat above {Summary.greatestRHat}: individual intervals there are rough; more draws are needed"
        let low, high = Array.min x, Array.max x

        match options.Doses |> List.filter (fun dose -> dose < low || dose > high) with
        | [] -> ()
        | outside ->
            let doses = outside |> List.map (fun dose -> $"%g{dose}") |> String.concat ", "
            $"x values {doses} are outside the range of the data, %g{low} to %g{high}: the curve is extrapolated there"
    ]

    let internal requireAuxiliary (model: CausalModel) (data: Observations) =
        match model.Networks.Prior, data.U with
        | Some _, None -> Error(CausalError.AuxiliaryMismatch true)
        | None, Some _ -> Error(CausalError.AuxiliaryMismatch false)
        | _ -> Ok()

    /// All that chains need to know.
    [<NoComparison; NoEquality>]
    type private Plan = {
        Options: PredictOptions
        Question: Question
        Rows: int
        /// (rows, q), e(V), where chains begin there.
        Encoded: Lazy<float[]>
        /// By chain, under weights that it holds fixed: the rows' posteriors, and the outcomes under the doses.
        Posteriors: (Target * PotentialOutcomes)[]
    }

    let private plan (options: PredictOptions) (model: CausalModel) (data: Observations) : Plan =
        let question = question model.Config options (Tensor.toArray data.X)
        let config = LearningUnits.configure model.Units model.Config
        let inside = LearningUnits.enter model.Units data

        let posterior chain =
            let networks = weightsOf options model chain

            target config networks inside,
            PotentialOutcomes(config, model.Units, networks.Outcome, question.Doses, options.IntervalOf)

        {
            Options = options
            Question = question
            Rows = Observations.rows data
            Encoded = lazy (Tensor.toArray (Fit.encode model.Encoder data.V))
            Posteriors = Array.init options.Chains posterior
        }

    let private chainOptions (plan: Plan) chain first count : ChainOptions =
        let options = plan.Options
        let before = first * options.Chains + chain * count

        {
            ChainOptions.defaults with
                Sampler = options.Sampler
                BurnIn = options.BurnIn
                Draws = options.Draws
                Thin = PredictOptions.thin options
                ChainsPerRow = 1
                Start =
                    match options.Start with
                    | LatentStart.StandardNormal -> Start.StandardNormal
                    | LatentStart.Encoded ->
                        let q = (fst plan.Posteriors[chain]).Dimension
                        Start.At(Array.sub plan.Encoded.Value (first * q) (count * q))
                Cancellation = options.Cancellation
                Progress = fun ended _ -> options.Progress (before + ended) (plan.Rows * options.Chains)
        }

    /// One chain of each of some rows: how they went, with their log densities, and sums over these rows of each average's draws, (draws × averages).
    /// A row's own effects go to its array of the rows' draws.
    let private runChain (team: Team) (plan: Plan) chain first count (rowDraws: float[][]) =
        let target, outcomes = plan.Posteriors[chain]
        let target = Target.rows first count target
        let options = chainOptions plan chain first count
        let averages, kept = plan.Question.Averages, ChainOptions.kept options
        let key = Key.OfSeed plan.Options.Seed
        let own purpose number = ((key.Child purpose).Child(int64 chain)).Child(int64 number)

        let shards =
            Array.init (Chains.shards target options) (fun _ ->
                lazy (outcomes.Block(), Array.zeroCreate<float>(kept * averages.Length)))

        let keep (place: Place) : Keep<float[]> =
            let block, sums = shards[place.Shard].Value
            let row = first + place.Row

            let take draw values offset =
                for a in 0 .. averages.Length - 1 do
                    let weights, rows = averages[a]

                    if rows[row] then
                        let at = draw * averages.Length + a
                        sums[at] <- sums[at] + dot weights values offset

                match plan.Question.Row with
                | Some weights -> rowDraws[place.Row][chain * kept + draw] <- dot weights values offset
                | None -> ()

            OutcomeKeep(outcomes, block, own 2L row, take, Array.zeroCreate kept)

        match Chains.run team options (own 1L first) target keep with
        | Ok chains ->
            chains,
            shards
            |> Array.map (fun shard -> snd shard.Value)
            |> Array.reduce (Array.map2 (+))
        | Error error -> invalidOp (McmcError.message error)

    let private sample (options: PredictOptions) (model: CausalModel) (data: Observations) : Prediction =
        use team = new Team(options.Threads)
        let plan = plan options model data
        let n, kept, averages = plan.Rows, PredictOptions.kept options, plan.Question.Averages
        let isShared = (model.Config.Networks = Plain)
        let totals = Array.init options.Chains (fun _ -> Array.zeroCreate<float>(kept * averages.Length))
        let ownRows = if plan.Question.Row.IsSome then n else 0
        let rowEffects = Array.zeroCreate<Posterior> ownRows
        let isConverged = Array.zeroCreate<bool> n
        let mutable acceptance = 0.0

        for first in 0..chunkRows .. n - 1 do
            let rows = min chunkRows (n - first)
            let rowDraws = Array.init (min rows ownRows) (fun _ -> Array.zeroCreate<float>(options.Chains * kept))

            let densities =
                Array.init options.Chains (fun chain ->
                    let chains, sums = runChain team plan chain first rows rowDraws
                    totals[chain] <- Array.map2 (+) totals[chain] sums
                    chains)

            for chains in densities do
                acceptance <- acceptance + (chains |> Array.sumBy _.Report.AcceptanceRate)

            team.Run(
                rows,
                fun row ->
                    let traces = densities |> Array.map (fun chains -> chains[row].Kept)
                    isConverged[first + row] <- rHat isShared traces <= Summary.greatestRHat

                    if ownRows > 0 then
                        rowEffects[first + row] <- summary options.Alpha rowDraws[row]
            )

        /// Of an average, (chains)(draws).
        let traces a =
            let rows = float (count (snd averages[a]))

            totals
            |> Array.map (fun total -> Array.init kept (fun d -> total[d * averages.Length + a] / rows))

        let traces = Array.init averages.Length traces
        let posterior a = summary options.Alpha (Array.concat traces[a])
        let rHat = traces |> Array.map (rHat isShared) |> Array.max
        let ess = traces |> Array.map (ess isShared) |> Array.min
        let converged = float (count isConverged) / float n

        {
            Effect =
                match model.Config.Treatment with
                | Binary -> Effects(posterior 0, (if averages.Length > 1 then Some(posterior 1) else None), rowEffects)
                | Continuous -> Curve(plan.Question.Doses |> Array.mapi (fun j x -> { X = x; Outcome = posterior j }))
            IntervalOf = options.IntervalOf
            Alpha = options.Alpha
            Acceptance = acceptance / float (n * options.Chains)
            RHat = rHat
            Ess = ess
            RowsConverged = converged
            Warnings = warnings options (Tensor.toArray data.X) rHat ess converged
        }

    /// The effect of the treatment on these rows: from every row's posterior of Z, and under Bayesian networks of their weights. Everything is checked
    /// before any work. The same seed gives the same bits on any number of threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (options: PredictOptions) (model: CausalModel) (data: Observations) : Result<Prediction, CausalError> =
        PredictOptions.check model.Config.Treatment options
        |> Result.bind (fun options -> requireAuxiliary model data |> Result.map (fun () -> sample options model data))

    /// The same of the rows of a table with the columns that the model was fitted to.
    let ofFrame (options: PredictOptions) (model: CausalModel) (frame: Frame) : Result<Prediction, CausalError> =
        PredictOptions.check model.Config.Treatment options
        |> Result.bind (fun _ -> Dataset.ofParts model.Config.Treatment model.Parts model.Scaling frame)
        |> Result.bind (Dataset.withAuxiliaryOf ((Key.OfSeed options.Seed).Child 3L) model.Auxiliary frame)
        |> Result.bind (fun dataset -> run options model dataset.Observations)
