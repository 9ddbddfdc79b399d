namespace BgmFunctional.Flows

open System
open System.Collections.Generic
open System.Threading
open BgmFunctional.Kernels

/// The training of several nodes side by side, epoch by epoch, on a team of threads. A task is a shard of a node's batch, whose
/// last shard steps; the rows of a batch are the same for all nodes. Where the training goes on, `last` is the epoch before.
[<Sealed>]
type internal Training
    (
        fits: (string * NodeFit)[],
        last: Epoch option,
        batches: Batches,
        shards: ShardRows[],
        validationShards: int,
        key: Key,
        team: Team
    ) =

    let order = Array.zeroCreate batches.Rows

    /// The largest first, so that its step runs while the others' shards do.
    let active =
        fits
        |> Array.filter (fun (_, fit) -> not fit.IsFrozen)
        |> Array.sortByDescending (fun (_, fit) -> fit.Size)
        |> ResizeArray

    /// Shards of the batch that a node still waits for.
    let waiting: int[] = Array.zeroCreate fits.Length
    let latest = Dictionary<string, NodeLosses>()

    do
        for epoch in Option.toList last do
            for KeyValue(name, loss) in epoch.Training do
                latest[name] <- { Training = loss; Validation = epoch.Validation.TryFind name }

    let mutable batch = 0

    // Made once, so that handing work to the team allocates nothing.
    let learn =
        Action<int>(fun task ->
            let node = task / shards.Length
            let fit = snd active[node]
            fit.MapShard(task % shards.Length)

            if Interlocked.Decrement &waiting[node] = 0 then
                fit.Step batch)


    let validate =
        Action<int>(fun task -> (snd active[task / validationShards]).Validate(task % validationShards))

    let losses pick =
        fits
        |> Seq.choose (fun (name, _) -> pick latest[name] |> Option.map (fun loss -> name, loss))
        |> Map.ofSeq

    /// The nodes that are still learning.
    member _.Active = [
        for name, fit in fits do
            if not fit.IsFrozen then
                name
    ]

    /// One pass over the rows in a fresh order, which depends on the epoch's number alone.
    member _.RunEpoch(epoch: int) : Epoch =
        (key.Child(int64 epoch)).Permute(Span order)

        for b in 0 .. Batches.count batches - 1 do
            batch <- b
            ShardRows.fill batches order b shards
            Array.Fill(waiting, shards.Length)
            team.Run(active.Count * shards.Length, learn)

        team.Run(active.Count * validationShards, validate)

        for name, fit in active do
            latest[name] <- fit.EndEpoch()

        active.RemoveAll(fun (_, fit) -> fit.IsFrozen) |> ignore

        {
            Training = losses (fun losses -> Some losses.Training)
            Validation = losses _.Validation
        }
