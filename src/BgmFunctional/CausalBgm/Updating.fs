namespace BgmFunctional.CausalBgm

open System.Threading
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// The iterative updating of g, h, f and the prior network, and of the latents of these rows, in place, so many epochs of it in all.
[<Sealed>]
type internal Updating
    (
        config: Config,
        data: Observations,
        networks: Networks<NetworkTraining>,
        latents: LatentState,
        batchSize: int,
        epochs: int,
        key: Key,
        team: Team
    ) =

    let updating =
        Updating<_, _, _, _>(
            Architecture.perceptron config.Normalisation,
            joint config,
            config.Rates,
            Maximised,
            epochs,
            data,
            Networks.toList networks,
            latents,
            batchSize,
            key,
            team
        )

    /// Of networks before their first step.
    new(config, data, networks: Networks<NetworkState>, latents, batchSize, epochs, key, team) =
        Updating(config, data, Networks.map NetworkTraining.start networks, latents, batchSize, epochs, key, team)

    /// Batches of an epoch.
    member _.BatchesPerEpoch = updating.BatchesPerEpoch

    /// Batch b of an epoch, both from 0.
    member _.RunBatch(epoch, b) = updating.RunBatch(epoch, b)

    /// One pass over the rows, which ends between two batches if it is cancelled.
    member _.RunEpoch(epoch, cancellation: CancellationToken) = updating.RunEpoch(epoch, cancellation)

    /// One pass over the rows.
    member _.RunEpoch epoch = updating.RunEpoch(epoch, CancellationToken.None)

    /// Mean negative log densities at the last batch, nats, in the order of the networks.
    member _.Losses = updating.Losses

    /// The networks as they are now, each with the moments of its optimiser: with the latents all that the updating carries.
    member _.Training: Networks<NetworkTraining> = Networks.ofList networks updating.Networks

    /// The networks as they are now.
    member this.Networks: Networks<NetworkState> = Networks.map _.State this.Training

    /// The latents' array and moments, which steps write to.
    member _.Latents = updating.Latents
