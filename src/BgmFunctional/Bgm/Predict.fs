// Holes filled from the posterior of each row's z given the cells that are seen: chains on log p(seen | z) + log p(z), the generator's weights held fixed
// along a chain, and at every draw of z the holes given z and, where cells share noise, given what is seen.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets

/// Prediction of holes.
[<RequireQualifiedAccess>]
module Predict =

    /// Draws of holes, float32, that wait in memory for their rows to be summarised, at most: 64 MB.
    let private mostWaiting = 16_777_216

    /// Rows whose chains run together, at most.
    let private mostRows = 1024

    /// All that chains need to know.
    [<NoComparison; NoEquality>]
    type private Plan = {
        Options: PredictOptions
        /// Those with holes, their numbers in the matrix.
        Rows: int[]
        /// The matrix, (n, p), NaN in holes.
        Matrix: float32[]
        Columns: int
        /// By row, the columns of its holes.
        Holes: int[][]
        Chains: int
        /// Draws of a chain that are kept, and every so many transitions one is.
        Kept: int
        Thin: int
        /// (rows with holes, q), e(x), where chains begin there.
        Encoded: Lazy<float[]>
        /// By chain: the posteriors of the rows with holes, and the decoder.
        Posteriors: (Target * Decoder)[]
        Latents: int
    }

    /// What is found hole by hole and draw by draw.
    [<NoComparison; NoEquality>]
    type private Found = {
        /// (n, p), holes filled with means.
        Filled: float32[]
        /// (n), of the holes.
        Bounds: float[,][]
        /// (M)(n, p).
        Completed: float32[][]
        /// (draws, n, p), where they are kept.
        Draws: float32[]
        /// Sums over rows of the means of holes, (chains)(draws × p).
        Sums: float[][]
        /// (rows with holes).
        IsConverged: bool[]
    }

    let private plan (options: PredictOptions) (model: BgmModel) (matrix: Tensor) : Plan =
        let networks = model.Config.Networks
        let columns, values = matrix.Shape[1], Tensor.toFloat32 matrix

        let holes =
            values
            |> Array.chunkBySize columns
            |> Array.map (fun row -> [|
                for j in 0 .. columns - 1 do
                    if Single.IsNaN row[j] then
                        j
            |])

        let rows = [| 0 .. holes.Length - 1 |] |> Array.filter (fun row -> holes[row].Length > 0)

        let cells = Tensor.gatherRows (Tensor.indices rows) matrix |> Tensor.force |> Cells.ofMatrix

        let posterior chain =
            let generator =
                Network.sample (((Key.OfSeed options.Sampling.Seed).Child 0L).Child(int64 chain)) model.Generator

            let logDensity (cells: Cells) z =
                Joint.logDensity (Model.joint model.Config) [ Network.applyPlain generator ] z cells
                |> Tensor.squeeze 1

            Target.ofRows Float32 model.Config.Latents cells logDensity, Decoder(model.Config, generator, columns)

        let chains = PredictOptions.chains networks options

        {
            Options = options
            Rows = rows
            Matrix = values
            Columns = columns
            Holes = holes
            Chains = chains
            Kept = PredictOptions.kept networks options
            Thin = PredictOptions.thin networks options
            Encoded = lazy (Tensor.toArray (Model.encode model.Encoder cells))
            Posteriors = Array.init chains posterior
            Latents = model.Config.Latents
        }

    let private chainOptions (plan: Plan) chain first count : ChainOptions =
        let options = plan.Options
        let before = first * plan.Chains + chain * count

        {
            ChainOptions.defaults with
                Sampler = options.Sampling.Sampler
                BurnIn = options.Sampling.BurnIn
                Draws = options.Sampling.Draws
                Thin = plan.Thin
                ChainsPerRow = 1
                Start =
                    match options.Start with
                    | LatentStart.StandardNormal -> Start.StandardNormal
                    | LatentStart.Encoded ->
                        Start.At(Array.sub plan.Encoded.Value (first * plan.Latents) (count * plan.Latents))
                Cancellation = options.Sampling.Cancellation
                Progress = fun ended _ -> options.Sampling.Progress (before + ended) (plan.Rows.Length * plan.Chains)
        }

    /// Number of the draw, counted over all chains, that is imputation number m.
    let private imputed (plan: Plan) m = (2 * m + 1) * plan.Chains * plan.Kept / (2 * plan.Options.Imputations)

    /// One chain of each of some rows with holes: how they went, with their log densities. Draws of holes go to the rows' arrays, (chains × draws × holes).
    let private runChain
        (team: Team)
        (plan: Plan)
        (found: Found)
        chain
        first
        count
        (drawn: float32[][])
        (sums: float[][])
        =
        let target, decoder = plan.Posteriors[chain]
        let target = Target.rows first count target
        let options = chainOptions plan chain first count
        let key = Key.OfSeed plan.Options.Sampling.Seed
        let own purpose number = ((key.Child purpose).Child(int64 chain)).Child(int64 number)
        let columns = plan.Columns

        let shards =
            Array.init (Chains.shards target options) (fun _ ->
                lazy (decoder.Block(), Array.zeroCreate<float>(plan.Kept * columns)))

        let imputedAt =
            Array.init plan.Options.Imputations (fun m -> imputed plan m, m)
            |> Array.groupBy fst
            |> Array.map (fun (draw, items) -> draw, Array.map snd items)
            |> dict

        let keep (place: Place) : Keep<float[]> =
            let block, shardSums = shards[place.Shard].Value
            let row = plan.Rows[first + place.Row]
            let holes, values = plan.Holes[row], drawn[place.Row]
            let totals = sums[place.Row]

            let take draw offset =
                let number = chain * plan.Kept + draw

                for h in 0 .. holes.Length - 1 do
                    let j = holes[h]
                    let mean = block.Means[offset + j]
                    totals[h] <- totals[h] + mean
                    shardSums[draw * columns + j] <- shardSums[draw * columns + j] + mean
                    values[h * plan.Chains * plan.Kept + number] <- float32 block.Drawn[offset + j]

                let complete (target: float32[]) start =
                    for j in holes do
                        target[start + j] <- float32 block.Drawn[offset + j]

                match imputedAt.TryGetValue number with
                | true, imputations ->
                    for m in imputations do
                        complete found.Completed[m] (row * columns)
                | _ -> ()

                if found.Draws.Length > 0 then
                    complete found.Draws (number * plan.Matrix.Length + row * columns)

            let cells = Array.sub plan.Matrix (row * columns) columns
            HoleKeep(block, plan.Latents, cells, own 2L row, take, Array.zeroCreate plan.Kept)

        match Chains.run team options (own 1L first) target keep with
        | Ok chains ->
            for shard in shards do
                let _, shardSums = shard.Value

                for i in 0 .. shardSums.Length - 1 do
                    found.Sums[chain][i] <- found.Sums[chain][i] + shardSums[i]

            chains
        | Error error -> invalidOp (McmcError.message error)

    /// R-hat of traces, (chains)(draws). Chains under different weights have different posteriors: each is then compared with itself, half against half.
    let private rHat networks (chains: float[][]) =
        if networks = Plain then
            Diagnostics.rHat chains
        else
            chains |> Array.averageBy (Array.singleton >> Diagnostics.rHat)

    /// Effective draws, bulk or tail; those of chains under different weights add up.
    let private ess networks (chains: float[][]) =
        let fewest chains = min (Diagnostics.essBulk chains) (Diagnostics.essTail chains)

        if networks = Plain then
            fewest chains
        else
            chains |> Array.sumBy (Array.singleton >> fewest)

    let private bounds alpha (draws: ReadOnlySpan<float32>) =
        let sorted = Array.init draws.Length (fun _ -> 0.0)

        for i in 0 .. draws.Length - 1 do
            sorted[i] <- float draws[i]

        Array.Sort sorted
        Sorted.quantile sorted (alpha / 2.0), Sorted.quantile sorted (1.0 - alpha / 2.0)

    let private warnings rHat ess converged divergences = [
        if not (rHat <= Summary.greatestRHat) then
            $"R-hat %.3f{rHat} is above {Summary.greatestRHat}: the chains disagree; more burn-in and draws are needed"
        if not (ess >= Summary.leastEss) then
            $"effective sample size %.0f{ess} is below {Summary.leastEss}: more draws are needed"
        if not (converged >= 0.9) then
            $"the chains of %.1f{100.0 * (1.0 - converged)} %% of the rows have R-hat above {Summary.greatestRHat}: intervals there are rough; more draws are needed"
        if divergences > 0 then
            $"{divergences} transitions were divergent: a shorter step is needed where the posterior is that narrow"
    ]

    let private intervals (plan: Plan) (found: Found) =
        let isShared = plan.Holes |> Array.forall (fun holes -> holes = plan.Holes[0])

        if isShared then
            SharedPattern(
                plan.Holes[0],
                Array3D.init plan.Holes.Length plan.Holes[0].Length 2 (fun i j k -> found.Bounds[i][j, k])
            )
        else
            RowByRow(Array.map2 (fun holes bounds -> { Columns = holes; Bounds = bounds }) plan.Holes found.Bounds)

    let private sample (options: PredictOptions) (model: BgmModel) (matrix: Tensor) : Imputation =
        use team = new Team(options.Sampling.Threads)
        let n, columns = matrix.Shape[0], matrix.Shape[1]
        let plan = plan options model matrix
        let networks = model.Config.Networks
        let all = plan.Chains * plan.Kept

        let found = {
            Filled = Array.copy plan.Matrix
            Bounds = plan.Holes |> Array.map (fun holes -> Array2D.zeroCreate holes.Length 2)
            Completed = Array.init options.Imputations (fun _ -> Array.copy plan.Matrix)
            Draws =
                if options.KeepDraws then
                    Array.concat (Array.replicate all plan.Matrix)
                else
                    [||]
            Sums = Array.init plan.Chains (fun _ -> Array.zeroCreate<float>(plan.Kept * columns))
            IsConverged = Array.zeroCreate<bool> plan.Rows.Length
        }

        let mutable acceptance = 0.0
        let mutable divergences = 0
        let widest = plan.Rows |> Array.fold (fun most row -> max most plan.Holes[row].Length) 1
        let chunk = max 1 (min mostRows (mostWaiting / (all * widest)))

        for first in 0..chunk .. plan.Rows.Length - 1 do
            let count = min chunk (plan.Rows.Length - first)
            let holes i = plan.Holes[plan.Rows[first + i]]
            let drawn = Array.init count (fun i -> Array.zeroCreate<float32>(all * (holes i).Length))
            let sums = Array.init count (fun i -> Array.zeroCreate<float> (holes i).Length)

            let chains = Array.init plan.Chains (fun chain -> runChain team plan found chain first count drawn sums)

            for chain in Seq.concat chains do
                acceptance <- acceptance + chain.Report.AcceptanceRate
                divergences <- divergences + chain.Report.Divergences

            team.Run(
                count,
                fun i ->
                    let row = plan.Rows[first + i]
                    let densities = chains |> Array.map (fun chains -> chains[i].Kept)
                    found.IsConverged[first + i] <- rHat networks densities <= Summary.greatestRHat

                    holes i
                    |> Array.iteri (fun h j ->
                        found.Filled[row * columns + j] <- float32 (sums[i][h] / float all)
                        let low, high = bounds options.Sampling.Alpha (ReadOnlySpan(drawn[i], h * all, all))
                        found.Bounds[row][h, 0] <- low
                        found.Bounds[row][h, 1] <- high)
            )

        /// Of the mean of a column's holes, (chains)(draws).
        let trace j =
            found.Sums
            |> Array.map (fun sums -> Array.init plan.Kept (fun d -> sums[d * columns + j]))

        let traces = plan.Holes |> Array.concat |> Array.distinct |> Array.map trace

        let over choose of' =
            if traces.Length = 0 then
                nan
            else
                traces |> Array.map of' |> Array.reduce choose

        let rHat, ess = over max (rHat networks), over min (ess networks)
        let converged = found.IsConverged |> Array.filter id |> Array.length

        let share = if plan.Rows.Length = 0 then 1.0 else float converged / float plan.Rows.Length

        {
            Filled = Tensor.view [| n; columns |] found.Filled
            Intervals = intervals plan found
            Completed = found.Completed |> Array.map (Tensor.view [| n; columns |]) |> List.ofArray
            Draws =
                if options.KeepDraws then
                    Some(Tensor.view [| all; n; columns |] found.Draws)
                else
                    None
            Rows = plan.Rows.Length
            Cells = plan.Holes |> Array.sumBy _.Length
            Alpha = options.Sampling.Alpha
            Acceptance = acceptance / float (plan.Rows.Length * plan.Chains)
            Divergences = divergences
            RHat = rHat
            Ess = ess
            RowsConverged = share
            Warnings = if plan.Rows.Length = 0 then [] else warnings rHat ess share divergences
        }

    /// Fills the holes of a matrix (n, p) as the model's encoding makes it, NaN in a hole; of a row without anything seen, from the prior. Everything is checked
    /// before any work. The same seed gives the same bits on any number of threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (options: PredictOptions) (model: BgmModel) (matrix: Tensor) : Result<Imputation, BgmError> =
        let networks = model.Config.Networks

        let draws =
            lazy
                (float (PredictOptions.chains networks options * options.Sampling.Draws)
                 * float matrix.Size)

        PredictOptions.check networks options
        |> Result.bind (fun options -> BgmModel.checkMatrix model matrix |> Result.map (fun () -> options))
        |> Result.bind (fun options ->
            if options.KeepDraws && draws.Value > float Array.MaxLength then
                Error(
                    BgmError.BadOption("draws", $"{draws.Value} numbers", $"at most {Array.MaxLength} numbers to keep")
                )
            else
                Ok(sample options model matrix))
