// Iterative updating: batch by batch one step of each network on its own factor of the joint density, then one step of the batch's own latents.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.CausalBgm.Model

/// The latents of all rows with the moments of their optimiser, row by row: all arrays that steps write to in place.
type internal LatentState = { Z: Tensor; Adam: Adam.State<Tensor> }

[<RequireQualifiedAccess>]
module internal LatentState =

    /// Copies of arrays, each one's own.
    let copy (state: LatentState) = state |> Tree.map (fun t -> Tensor.float32 t.Shape (Tensor.toFloat32 t))

    /// Latents (n, q) before their first step.
    let start (z: Tensor) = copy { Z = z; Adam = Adam.initRows z }

/// The rows of a step.
type internal BatchInput = {
    Rows: Observations
    Latents: Tensor
    Indices: Tensor
    /// 1/rows of the batch, or 0 in a place that the last batch leaves empty, (rows, 1).
    RowWeights: Tensor
}

/// The latents' step reads the networks as they are, the batch, the latents' own moments, and noise.
type internal LatentInput = {
    Networks: NetworkState list
    Batch: BatchInput
    Moments: Adam.State<Tensor>
    Noise: FlipoutNoise list list
}

/// The updating of networks and latents, in place. A batch is two stages of independent tasks on the team: the networks' steps, beside which
/// the noise of the latents' step is drawn; and the latents' step, beside which that of the next networks' steps is.
[<Sealed>]
type internal Updating
    (
        config: Config,
        data: Observations,
        networks: Networks<NetworkState>,
        latents: LatentState,
        batchSize: int,
        key: Key,
        team: Team
    ) =

    let blocks = RowBlocks(key.Child 0L, Observations.rows data, batchSize)
    let rows = blocks.Size
    let factors = Networks.toList (factors config)
    let states = Networks.toList networks
    let indices = Array.zeroCreate<int> rows
    let rowWeights = Array.zeroCreate<float32> rows

    let batch = {
        Rows = data
        Latents = latents.Z
        Indices = Tensor.view [| rows |] indices
        RowWeights = Tensor.view [| rows; 1 |] rowWeights
    }

    let gather (batch: BatchInput) =
        Tensor.gatherRows batch.Indices batch.Latents, Observations.gather batch.Indices batch.Rows

    // ---- the networks ----

    let networkNoise =
        states
        |> List.mapi (fun i state -> NoiseBlock.ForNetwork(key.Child(100L + int64 i), rows, state.Weights))

    let networkStep (factor: Factor) (training: NetworkTraining) (batch: BatchInput, noise) =
        let z, rows = gather batch
        let input = factor.Input z rows
        let moments = Network.moments config.Normalisation batch.RowWeights training.State input

        let loss net =
            let logDensity = factor.LogDensity (Network.apply moments noise net input) z rows
            let misfit = -(Tensor.sum (batch.RowWeights * logDensity))

            match Network.kl net with
            | Some kl -> misfit + config.KlWeight * kl, misfit
            | None -> misfit, misfit

        let (_, misfit), gradient = valueAndGradWith loss training.State.Weights
        let part = { Gradient = gradient; Moments = moments }

        NetworkTraining.step config.Normalisation (NetworkTraining.rate config.LearningRateTheta) [ part ] training,
        misfit

    let steppers =
        List.map3
            (fun factor state (_, noise) ->
                let stepper = Stepper.compile (networkStep factor) (NetworkTraining.start state) (batch, noise)

                stepper.Bind((batch, noise))
                stepper)
            factors
            states
            networkNoise
        |> List.toArray

    // ---- the latents ----

    let latentNoise =
        states
        |> List.mapi (fun i state -> NoiseBlock.ForNetwork(key.Child(200L + int64 i), rows, state.Weights))

    /// Networks normalise by their running moments here, so that the posterior of a row is its own, as in prediction.
    let latentStep (input: LatentInput) =
        let z, rows = gather input.Batch
        let moments = input.Moments |> Tree.map (Tensor.gatherRows input.Batch.Indices)

        let apply =
            List.map2
                (fun (net: NetworkState) noise -> Network.apply net.Running noise net.Weights)
                input.Networks
                input.Noise

        let loss z = -(Tensor.sum (logJoint config (Networks.ofList networks apply) z rows))
        let rate = Tensor.fill Float32 [| 1; 1 |] config.LearningRateZ
        let z, moments = Adam.update NetworkTraining.adam rate (grad loss z) moments z
        { Z = z; Adam = moments }

    let latentProgram =
        let input = {
            Networks = states
            Batch = batch
            Moments = latents.Adam
            Noise = latentNoise |> List.map snd
        }

        let program = Program.compile latentStep input

        let now =
            steppers
            |> Array.map (fun stepper -> stepper.Current |> Live.map _.State)
            |> Array.toList

        Live.pair (Live.list now) (Live.ofTensors (batch, latents.Adam, input.Noise))
        |> Live.map (fun (networks, (batch, moments, noise)) -> {
            Networks = networks
            Batch = batch
            Moments = moments
            Noise = noise
        })
        |> program.Follow

        program

    let scatter = latentProgram.Results.RowsInto latents

    let mutable step = 0L
    let mutable count = 0

    let fill (noise: (NoiseBlock * _) list) step =
        for block, _ in noise do
            block.Fill step

    let networkStage =
        Action<int>(fun task ->
            if task = 0 then
                steppers[0].Advance()
            else
                for i in 1 .. steppers.Length - 1 do
                    steppers[i].Advance()

                fill latentNoise step)

    let latentStage =
        Action<int>(fun task ->
            if task = 0 then
                latentProgram.Execute()
                scatter indices count
            else
                fill networkNoise (step + 1L))

    let batchesPerEpoch = blocks.PerPass

    /// Batches of an epoch.
    member _.BatchesPerEpoch = batchesPerEpoch

    /// Batch b of an epoch; its rows depend on the epoch's number alone, its noise on the number of batches before it.
    member _.RunBatch(epoch: int, b: int) =
        count <- blocks.Take(int64 epoch, b, indices)

        for i in 0 .. rows - 1 do
            rowWeights[i] <- if i < count then 1.0f / float32 count else 0.0f

        let wanted = int64 epoch * int64 batchesPerEpoch + int64 b

        if wanted <> step || wanted = 0L then
            step <- wanted
            fill networkNoise step

        team.Run(2, networkStage)
        team.Run(2, latentStage)
        step <- step + 1L

    /// One pass over the rows.
    member this.RunEpoch(epoch: int) =
        for b in 0 .. batchesPerEpoch - 1 do
            this.RunBatch(epoch, b)

    /// Mean negative log densities of the factors at the last batch, nats.
    member _.Losses = steppers |> Array.map (fun stepper -> Tensor.item stepper.Output)

    /// The networks as they are now.
    member _.Networks: Networks<NetworkState> =
        steppers
        |> Array.map (fun stepper -> stepper.State.State)
        |> Array.toList
        |> Networks.ofList networks

    /// The latents' array and moments, which steps write to.
    member _.Latents = latents
