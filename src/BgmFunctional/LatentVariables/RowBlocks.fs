namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Kernels

/// Blocks of rows drawn without replacement: each pass over n rows is in an order of its own, which depends on the key and the pass alone.
[<Sealed>]
type internal RowBlocks(key: Key, rows: int, size: int) =
    let size = min size rows
    let order = Array.zeroCreate<int> rows
    let mutable pass = -1L

    let arrange wanted =
        if pass <> wanted then
            (key.Child wanted).Permute(Span order)
            pass <- wanted

    /// Rows of a whole block.
    member _.Size = size

    /// Blocks of a pass, the last one perhaps smaller.
    member _.PerPass = (rows + size - 1) / size

    /// Block b of a pass into indices; the number of its rows. Places beyond them repeat the block's first row.
    member _.Take(wanted: int64, b: int, indices: Span<int>) =
        arrange wanted
        let count = min size (rows - b * size)

        for i in 0 .. size - 1 do
            indices[i] <- order[b * size + (if i < count then i else 0)]

        count

    /// Whole block number b of an endless sequence, whose passes leave out their smaller last block.
    member this.TakeWhole(b: int64, indices: Span<int>) =
        let whole = int64 (rows / size)
        this.Take(b / whole, int (b % whole), indices) |> ignore
