// Iterative updating: batch by batch one step of each network on its own factor of the joint density, then one step of the batch's own latents.
// It knows no model: networks, factors and rows are whatever it is given.
namespace BgmFunctional.LatentVariables

open System
open System.Threading
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim

/// The updating of networks and latents, in place. Batches of an epoch share no rows, so the latents' step of one batch and the networks' steps of the
/// next are independent tasks, which the team does side by side. Which rows a batch has and its noise depend on its number alone, so networks and
/// latents, each with its optimiser's moments, are all that has to be carried to go on.
[<Sealed>]
type internal Updating<'Weights, 'Moments, 'Noise, 'Rows>
    (
        architecture: Architecture<'Weights, 'Moments, 'Noise>,
        joint: Joint<'Rows>,
        rates: LearningRates,
        updates: LatentUpdates,
        epochs: int,
        data: 'Rows,
        networks: NetworkTraining<'Weights, 'Moments> list,
        latents: LatentState,
        batchSize: int,
        key: Key,
        team: Team
    ) =

    let blocks = RowBlocks(key.Child 0L, latents.Z.Shape[0], batchSize)
    let rows = blocks.Size
    let program = UpdatingProgram(architecture, joint, rates, latents.Z.Shape[0])

    /// Of the batch that the networks are at, and of that which the latents are at: rows, and their weights.
    let networkRows, latentRows = Array.zeroCreate<int> rows, Array.zeroCreate<int> rows
    let networkWeights, latentWeights = Array.zeroCreate<float32> rows, Array.zeroCreate<float32> rows

    let batch indices rowWeights = {
        Rows = data
        Latents = latents.Z
        Indices = Tensor.view [| rows |] indices
        RowWeights = Tensor.view [| rows; 1 |] rowWeights
    }

    /// What refills the networks' noise, and the noise.
    let noise first =
        networks
        |> List.mapi (fun i network -> architecture.Noise (key.Child(first + int64 i)) rows network.State.Weights)

    // ---- the networks ----

    let networkNoise = noise 100L

    let theta = [| float32 rates.Theta |]

    let steppers =
        List.map3
            (fun factor network (_, noise) ->
                let input = Tensor.view [| 1 |] theta, batch networkRows networkWeights, noise
                let stepper = Stepper.compileKeeping (program.NetworkStep factor) network input
                stepper.Bind input
                stepper)
            joint.Factors
            networks
            networkNoise
        |> List.toArray

    // ---- the latents ----

    let latentNoise = noise 200L

    let deviates =
        match updates with
        | Maximised -> []
        | Langevin -> [ NoiseBlock.Create(key.Child 300L, [ Draw.Normal, [| rows; latents.Z.Shape[1] |] ]) ]

    let latentProgram =
        let input = {
            Networks = networks |> List.map _.State
            Batch = batch latentRows latentWeights
            Moments = latents.Adam
            Noise = latentNoise |> List.map snd
            Deviates = deviates |> List.collect snd
        }

        let compiled = Program.compile program.LatentStep input

        let now =
            steppers
            |> Array.map (fun stepper -> stepper.Current |> Live.map _.State)
            |> Array.toList

        Live.pair (Live.list now) (Live.ofTensors (input.Batch, latents.Adam, input.Noise, input.Deviates))
        |> Live.map (fun (networks, (batch, moments, noise, deviates)) -> {
            Networks = networks
            Batch = batch
            Moments = moments
            Noise = noise
            Deviates = deviates
        })
        |> compiled.Follow

        compiled

    let scatter = latentProgram.Results.RowsInto latents

    // ---- batches ----

    let batchesPerEpoch = blocks.PerPass

    /// The batch that the networks are at, by the number of batches before it, and its rows; and that which the latents are at.
    let mutable networkBatch, networkCount = 0L, 0
    let mutable latentBatch, latentCount = 0L, 0

    let networkRefills = networkNoise |> List.map fst |> List.toArray
    let latentRefills = List.map fst latentNoise @ List.map fst deviates |> List.toArray

    let stepNetwork i =
        networkRefills[i].Fill networkBatch
        steppers[i].Prepare()

    let stepLatents () =
        for block in latentRefills do
            block.Fill latentBatch

        latentProgram.Execute()
        scatter latentRows latentCount

    // Made once, so that handing work to the team allocates nothing.
    let networksAlone = Action<int> stepNetwork

    /// The two longest first: the first network and the latents.
    let networksAndLatents =
        Action<int>(fun task -> if task = 1 then stepLatents () else stepNetwork (max 0 (task - 1)))

    /// The networks go to a batch, at the rate that the schedule has for it.
    let take epoch b =
        let progress = (float epoch + float b / float batchesPerEpoch) / float epochs
        theta[0] <- float32 (rates.Theta * Schedule.share rates.Schedule progress)
        networkBatch <- int64 epoch * int64 batchesPerEpoch + int64 b
        networkCount <- blocks.Take(int64 epoch, b, networkRows)

        for i in 0 .. rows - 1 do
            networkWeights[i] <- if i < networkCount then 1.0f / float32 networkCount else 0.0f

    /// The networks are where they stepped to, and the latents go to the batch that they stepped on.
    let handOver () =
        for stepper in steppers do
            stepper.Accept()

        latentBatch <- networkBatch
        latentCount <- networkCount
        networkRows.CopyTo(latentRows, 0)
        networkWeights.CopyTo(latentWeights, 0)

    /// Batches of an epoch.
    member _.BatchesPerEpoch = batchesPerEpoch

    /// Batch b of an epoch, both from 0; its rows depend on the epoch's number alone, its noise on the number of batches before it.
    member _.RunBatch(epoch: int, b: int) =
        take epoch b
        team.Run(steppers.Length, networksAlone)
        handOver ()
        stepLatents ()

    /// One pass over the rows, the same as its batches one after another, which ends between two of them if it is cancelled.
    member _.RunEpoch(epoch: int, cancellation: CancellationToken) =
        for b in 0 .. batchesPerEpoch - 1 do
            cancellation.ThrowIfCancellationRequested()
            take epoch b

            if b = 0 then
                team.Run(steppers.Length, networksAlone)
            else
                team.Run(steppers.Length + 1, networksAndLatents)

            handOver ()

        stepLatents ()

    /// Mean negative log densities of the factors at the last batch, nats.
    member _.Losses = steppers |> Array.map (fun stepper -> Tensor.item stepper.Output)

    /// Copies of the networks as they are now, each with the moments of its optimiser.
    member _.Networks: NetworkTraining<'Weights, 'Moments> list = steppers |> Array.map _.State |> Array.toList

    /// The latents' array and moments, which steps write to.
    member _.Latents = latents
