// Chains in z of the rows that have holes, on log p(seen | z) + log p(z), the generator's weights held fixed along a chain; and at every draw of z the holes
// given z and, where cells share noise, given what is seen.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets

/// What chains of all rows with holes need to know.
[<NoComparison; NoEquality>]
type internal HoleChains = {
    Options: PredictOptions
    /// The rows with holes, by their numbers in the matrix.
    Rows: int[]
    /// The matrix, (n, p), NaN in holes.
    Matrix: float32[]
    Columns: int
    /// Of each row of the matrix, the columns of its holes.
    Holes: int[][]
    /// Of each row of the matrix, how many holes the rows before it have.
    Before: int[]
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

/// What the draws of all rows are gathered into.
[<NoComparison; NoEquality>]
type internal GatheredDraws = {
    /// (M)(n, p).
    Completed: float32[][]
    /// (draws, n, p), where they are kept.
    Draws: float32[]
    /// Sums over rows of the means of holes, (chains)(draws × p).
    Totals: float[][]
}

/// What the chains of a chunk of rows found.
[<NoComparison; NoEquality>]
type internal ChunkHoles = {
    /// Draws of each row's holes, (rows of the chunk)(holes × chains × draws).
    Drawn: float32[][]
    /// Sums over a row's draws of the means of its holes, (rows of the chunk)(holes).
    Sums: float[][]
    /// With their log densities, (chains)(rows of the chunk).
    Chains: Chain<float[]>[][]
}

/// Chains of rows with holes.
[<RequireQualifiedAccess>]
module internal HoleChains =

    /// Chains of a model for the rows of a matrix that have holes.
    let create (options: PredictOptions) (model: BgmModel) (matrix: Tensor) : HoleChains =
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
            Before = holes |> Array.scan (fun before own -> before + own.Length) 0
            Chains = chains
            Kept = PredictOptions.kept networks options
            Thin = PredictOptions.thin networks options
            Encoded = lazy (Tensor.toArray (Model.encode model.Encoder cells))
            Posteriors = Array.init chains posterior
            Latents = model.Config.Latents
        }

    /// Rows of the matrix without anything seen.
    let blank (chains: HoleChains) =
        chains.Rows
        |> Array.filter (fun row -> chains.Holes[row].Length = chains.Columns)

    /// Transitions after burn-in, of all chains of all rows.
    let transitions (chains: HoleChains) =
        int64 chains.Options.Sampling.Draws * int64 (chains.Rows.Length * chains.Chains)

    /// Chain c of each of some rows.
    let private chainOptions (chains: HoleChains) c first count : ChainOptions =
        let options, q = chains.Options, chains.Latents
        let before, all = first * chains.Chains + c * count, chains.Rows.Length * chains.Chains
        let codes () = Array.sub chains.Encoded.Value (first * q) (count * q)

        {
            SamplingOptions.chain options.Sampling chains.Thin (LatentStart.from codes options.Start) with
                Progress = fun ended _ -> options.Sampling.Progress (before + ended) all
        }

    /// Number of the draw, counted over all chains, that is imputation number m.
    let private imputed (chains: HoleChains) m =
        (2 * m + 1) * chains.Chains * chains.Kept / (2 * chains.Options.Imputations)

    /// Where nothing is gathered yet.
    let gather (chains: HoleChains) : GatheredDraws =
        let all = chains.Chains * chains.Kept

        {
            Completed = Array.init chains.Options.Imputations (fun _ -> Array.copy chains.Matrix)
            Draws =
                if chains.Options.KeepDraws then
                    Array.concat (Array.replicate all chains.Matrix)
                else
                    [||]
            Totals = Array.init chains.Chains (fun _ -> Array.zeroCreate<float>(chains.Kept * chains.Columns))
        }

    /// Runs chain c of each of some rows with holes; draws of holes and sums of their means go to the rows' arrays.
    let private runChain
        team
        (chains: HoleChains)
        (gathered: GatheredDraws)
        (drawn: float32[][])
        (sums: float[][])
        first
        c
        =
        let target, decoder = chains.Posteriors[c]
        let count, columns = drawn.Length, chains.Columns
        let target = Target.rows first count target
        let options = chainOptions chains c first count
        let key = Key.OfSeed chains.Options.Sampling.Seed
        let own purpose number = ((key.Child purpose).Child(int64 c)).Child(int64 number)

        let shards =
            Array.init (Chains.shards target options) (fun _ ->
                lazy (decoder.Block(), Array.zeroCreate<float>(chains.Kept * columns)))

        let imputedAt =
            Array.init chains.Options.Imputations (fun m -> imputed chains m, m)
            |> Array.groupBy fst
            |> Array.map (fun (draw, items) -> draw, Array.map snd items)
            |> dict

        let keep (place: Place) : Keep<float[]> =
            let block, shardTotals = shards[place.Shard].Value
            let row = chains.Rows[first + place.Row]
            let holes, values, rowSums = chains.Holes[row], drawn[place.Row], sums[place.Row]

            let take draw offset =
                let number = c * chains.Kept + draw

                for h in 0 .. holes.Length - 1 do
                    let j = holes[h]
                    let mean = block.Means[offset + j]
                    rowSums[h] <- rowSums[h] + mean
                    shardTotals[draw * columns + j] <- shardTotals[draw * columns + j] + mean
                    values[h * chains.Chains * chains.Kept + number] <- float32 block.Drawn[offset + j]

                let complete (target: float32[]) start =
                    for j in holes do
                        target[start + j] <- float32 block.Drawn[offset + j]

                match imputedAt.TryGetValue number with
                | true, imputations ->
                    for m in imputations do
                        complete gathered.Completed[m] (row * columns)
                | _ -> ()

                if gathered.Draws.Length > 0 then
                    complete gathered.Draws (number * chains.Matrix.Length + row * columns)

            let cells = Array.sub chains.Matrix (row * columns) columns
            HoleKeep(block, chains.Latents, cells, own 2L row, take, Array.zeroCreate chains.Kept)

        match Chains.run team options (own 1L first) target keep with
        | Ok ended ->
            for shard in shards do
                let _, shardTotals = shard.Value

                for i in 0 .. shardTotals.Length - 1 do
                    gathered.Totals[c][i] <- gathered.Totals[c][i] + shardTotals[i]

            ended
        | Error error -> invalidOp (McmcError.message error)

    /// Runs the chains of some rows with holes, and gathers their draws.
    let run (team: Team) (chains: HoleChains) (gathered: GatheredDraws) first count : ChunkHoles =
        let holes = Array.init count (fun i -> chains.Holes[chains.Rows[first + i]].Length)

        let drawn =
            holes
            |> Array.map (fun holes -> Array.zeroCreate<float32>(chains.Chains * chains.Kept * holes))

        let sums = holes |> Array.map Array.zeroCreate<float>

        {
            Drawn = drawn
            Sums = sums
            Chains = Array.init chains.Chains (runChain team chains gathered drawn sums first)
        }
