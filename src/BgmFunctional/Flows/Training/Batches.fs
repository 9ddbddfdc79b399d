namespace BgmFunctional.Flows

open System
open BgmFunctional.Autodiff

/// How rows fall into batches and batches into shards; it does not depend on the number of threads, so neither do the results.
type internal Batches = { Rows: int; BatchRows: int; ShardRows: int; Shards: int }

[<RequireQualifiedAccess>]
module internal Batches =
    /// Rows of a shard: enough that handing it to another thread costs little beside its work.
    let private shardRows = 256

    let private mostShards = 8

    let create rows batchRows =
        let batchRows = min rows batchRows
        let shards = Math.Clamp((batchRows + shardRows - 1) / shardRows, 1, mostShards)

        {
            Rows = rows
            BatchRows = batchRows
            ShardRows = (batchRows + shards - 1) / shards
            Shards = shards
        }

    /// All rows in one batch.
    let whole rows = create rows rows

    /// Batches of an epoch; the last one may have fewer rows.
    let count batches = (batches.Rows + batches.BatchRows - 1) / batches.BatchRows

/// The rows of one shard of a batch, refilled in place: which, and with what weight (1/rows of the batch, or 0 in a place that the last batch
/// leaves empty).
[<NoComparison; NoEquality>]
type internal ShardRows = { Indices: int[]; Weights: float32[] }

[<RequireQualifiedAccess>]
module internal ShardRows =
    /// Room for the shards of a batch.
    let create (batches: Batches) =
        Array.init batches.Shards (fun _ -> {
            Indices = Array.zeroCreate batches.ShardRows
            Weights = Array.zeroCreate batches.ShardRows
        })

    /// The rows of every shard of batch number `batch` of an order of rows.
    let fill (batches: Batches) (order: int[]) batch (shards: ShardRows[]) =
        let first = batch * batches.BatchRows
        let rows = min batches.BatchRows (batches.Rows - first)
        let weight = 1.0f / float32 rows

        for s in 0 .. shards.Length - 1 do
            for i in 0 .. batches.ShardRows - 1 do
                let place = s * batches.ShardRows + i
                shards[s].Indices[ i ] <- order[first + (if place < rows then place else 0)]
                shards[s].Weights[ i ] <- if place < rows then weight else 0.0f

/// A shard's input to a compiled program: all rows, the indices of the shard's, and their weights (n, 1).
type internal ShardInput<'Data> = { Data: 'Data; Indices: Tensor; Weights: Tensor }

[<RequireQualifiedAccess>]
module internal ShardInput =
    let create (data: 'Data) (rows: ShardRows) = {
        Data = data
        Indices = Tensor.view [| rows.Indices.Length |] rows.Indices
        Weights = Tensor.view [| rows.Weights.Length; 1 |] rows.Weights
    }

    /// The shard's rows.
    let rows (input: ShardInput<'Data>) = input.Data |> Tree.map (Tensor.gatherRows input.Indices)
