namespace BgmFunctional.Mcmc

open BgmFunctional.Kernels

/// Runs of chains.
[<RequireQualifiedAccess>]
module Chains =

    /// Chains of a batch: enough for quick products, yet several batches for several threads. Not a function of the machine.
    let private seats (options: ChainOptions) chains =
        options.Seats |> Option.defaultValue (max 1 (min 128 (chains / 4)))

    /// Chains of a shard: a batch is refilled a few times, so that few seats are empty on the whole.
    let private shard seats chains = max seats (min (4 * seats) (chains / 16))

    /// Number of shards that a run of so many chains has.
    let shards (target: Target) (options: ChainOptions) =
        let chains = target.Rows * options.ChainsPerRow
        let length = shard (seats options chains) chains
        (chains + length - 1) / length

    /// Runs every chain from its first position to its last draw and folds its draws as they come. A chain depends on the key, its own number,
    /// its row of the target and the options only; on a team of any size the result is the same bits.
    /// <exception cref="System.OperationCanceledException">The run was cancelled.</exception>
    let run (team: Team) (options: ChainOptions) (key: Key) (target: Target) (keep: Place -> Keep<'Kept>) =
        ChainOptions.check target options
        |> Result.map (fun options ->
            let chains = target.Rows * options.ChainsPerRow
            let seats = seats options chains
            let length = shard seats chains
            let results: Chain<'Kept>[] = Array.zeroCreate chains
            let finished = ref 0

            let ended (chain: Chain<'Kept>) =
                results[chain.Place.Chain] <- chain

                lock finished (fun () ->
                    finished.Value <- finished.Value + 1
                    options.Progress finished.Value chains)

            team.Run(
                shards target options,
                fun number ->
                    let start = number * length
                    Shard(options, key, target, keep, number, start, min chains (start + length), seats).Run ended
            )

            results)
