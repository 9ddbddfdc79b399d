namespace BgmFunctional.Flows

open System
open System.Collections.Generic
open BgmFunctional.Kernels

/// The training of several nodes side by side, epoch by epoch, on a team of threads. A task is a shard of a node's batch; the rows of a
/// batch are the same for all nodes.
[<Sealed>]
type internal Training
    (fits: (string * NodeFit)[], batches: Batches, shards: ShardRows[], validationShards: int, key: Key, team: Team) =

    let order = Array.zeroCreate batches.Rows
    let active = ResizeArray fits
    let latest = Dictionary<string, NodeLosses>()
    let mutable batch = 0

    // Made once, so that handing work to the team allocates nothing.
    let map = Action<int>(fun task -> (snd active[task / shards.Length]).MapShard(task % shards.Length))
    let step = Action<int>(fun task -> (snd active[task]).Step batch)

    let validate =
        Action<int>(fun task -> (snd active[task / validationShards]).Validate(task % validationShards))

    let losses pick =
        fits
        |> Seq.choose (fun (name, _) -> pick latest[name] |> Option.map (fun loss -> name, loss))
        |> Map.ofSeq

    /// The nodes that are still learning.
    member _.Active = [ for name, _ in active -> name ]

    /// One pass over the rows in a fresh order, which depends on the epoch's number alone.
    member _.RunEpoch(epoch: int) : Epoch =
        (key.Child(int64 epoch)).Permute(Span order)

        for b in 0 .. Batches.count batches - 1 do
            batch <- b
            ShardRows.fill batches order b shards
            team.Run(active.Count * shards.Length, map)
            team.Run(active.Count, step)

        team.Run(active.Count * validationShards, validate)

        for name, fit in active do
            latest[name] <- fit.EndEpoch()

        active.RemoveAll(fun (_, fit) -> fit.IsFrozen) |> ignore

        {
            Training = losses (fun losses -> Some losses.Training)
            Validation = losses _.Validation
        }
