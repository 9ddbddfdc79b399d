namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.CausalBgm.Model

/// The warm start, in place, from an iteration on, of so many in all. An iteration is four stages, each of independent tasks on the team: the codes of
/// the critic's batches; the critic's steps; the generators' gradients from rows, and from draws of the prior; their steps. Random numbers are drawn
/// beside the critic's steps, where a thread would wait. What a task computes does not depend on the others of its stage, so neither do the bits on the
/// number of threads.
[<Sealed>]
type internal EgmTraining
    (
        config: Config,
        data: Observations,
        start: EgmState,
        iterations: int,
        allIterations: int,
        batchSize: int,
        key: Key,
        team: Team
    ) =

    let blocks = RowBlocks(key.Child 0L, Observations.rows data, batchSize)
    let rows = blocks.Size
    let q = LatentDims.total config.Latents
    let data = { data with U = None }
    let encoder = start.Encoder.State
    let networks = Networks.map _.State start.Networks
    let rateNow = [| float32 config.Rates.WarmStart |]
    let rate = Tensor.view [| 1 |] rateNow
    let noise child state = NoiseBlock.ForNetwork(key.Child child, rows, state.Weights)

    // ---- the codes of data for the critic's steps ----

    /// In two halves, a task each.
    let codeIndices =
        [ 1 .. config.Rates.CriticSteps ]
        |> List.splitInto 2
        |> List.map (fun batches -> Array.zeroCreate<int>(batches.Length * rows))
        |> List.toArray

    let codeNoise =
        codeIndices
        |> Array.mapi (fun half indices ->
            NoiseBlock.ForNetwork(key.Child(1000L + int64 half), indices.Length, encoder.Weights))
        |> Array.toList

    let codeInputs =
        (codeIndices, List.toArray codeNoise)
        ||> Array.map2 (fun indices (_, noise) -> {
            Encoder = encoder
            V = data.V
            Indices = Tensor.view [| indices.Length |] indices
            Noise = noise
        })

    let encoders = codeInputs |> Array.map (Program.compile (EgmProgram.encode config rows))

    // ---- the critic ----

    let draws child = NoiseBlock.Create(key.Child child, [ Draw.Normal, [| rows; q |]; Draw.Uniform, [| 1; 1 |] ])

    let criticDraws = List.init config.Rates.CriticSteps (fun k -> draws (2000L + int64 k))

    let critic =
        Stepper.compile EgmProgram.criticStep start.Critic {
            Rate = rate
            Prior = (snd criticDraws.Head)[0]
            Encoded = Tensor.fill Float32 [| rows; q |] 0.0
            Mix = (snd criticDraws.Head)[1]
        }

    let codes = [
        for program, indices in Array.zip encoders codeIndices do
            for i in 0 .. indices.Length / rows - 1 do
                program.Results |> Live.map (fun codes -> codes[i])
    ]

    let criticInputs =
        (codes, criticDraws)
        ||> List.map2 (fun codes (_, draws) ->
            Live.pair (Live.ofTensors (rate, draws[0], draws[1])) codes
            |> Live.map (fun ((rate, prior, mix), encoded) -> {
                Rate = rate
                Prior = prior
                Encoded = encoded
                Mix = mix
            }))

    // ---- the gradients of e, g, h and f ----

    let encodingNoise =
        [ encoder; networks.Covariates; networks.Treatment; networks.Outcome ]
        |> List.mapi (fun i state -> noise (3000L + int64 i) state)

    let decodingNoise =
        [ networks.Covariates; encoder ]
        |> List.mapi (fun i state -> noise (4000L + int64 i) state)

    let priorDraws = draws 5000L
    let encodingIndices = Array.zeroCreate<int> rows

    let encodingData: EncodingInput = {
        Encoder = encoder
        Generators = networks
        Critic = start.Critic.Critic
        Rows = data
        Indices = Tensor.view [| rows |] encodingIndices
        Noise = encodingNoise |> List.map snd
    }

    let encoding = Program.compile (EgmProgram.encodingPart config) encodingData

    let decodingData: DecodingInput = {
        Encoder = encoder
        Covariates = networks.Covariates
        Prior = (snd priorDraws)[0]
        Noise = decodingNoise |> List.map snd
    }

    let decoding = Program.compile (EgmProgram.decodingPart config) decodingData

    // ---- their steps ----

    let stepper parts (training: NetworkTraining) =
        let part = { Gradient = training.State.Weights; Moments = training.State.Running }
        Stepper.compile (EgmProgram.step config) training (rate, List.replicate parts part)

    let encoderStep = stepper 2 start.Encoder
    let covariatesStep = stepper 2 start.Networks.Covariates
    let treatmentStep = stepper 1 start.Networks.Treatment
    let outcomeStep = stepper 1 start.Networks.Outcome

    let stateOf (stepper: Stepper<NetworkTraining, _, _>) = stepper.Current |> Live.map _.State
    let part i (parts: Live<NetworkPart list * _>) = parts |> Live.map (fun (parts, _) -> parts[i])

    do
        let live = Live.ofTensors
        let encoderNow, covariatesNow = stateOf encoderStep, stateOf covariatesStep

        (encoders, codeInputs)
        ||> Array.iter2 (fun encode input ->
            Live.pair encoderNow (live (input.V, input.Indices, input.Noise))
            |> Live.map (fun (encoder, (v, indices, noise)) -> {
                Encoder = encoder
                V = v
                Indices = indices
                Noise = noise
            })
            |> encode.Follow)

        Live.pair
            (Live.pair
                (Live.list [ encoderNow; covariatesNow; stateOf treatmentStep; stateOf outcomeStep ])
                critic.Current)
            (live (data, encodingData.Indices, encodingData.Noise))
        |> Live.map (fun ((nets, critic), (rows, indices, noise)) -> {
            Encoder = nets.Head
            Generators = Networks.ofList networks nets.Tail
            Critic = critic.Critic
            Rows = rows
            Indices = indices
            Noise = noise
        })
        |> encoding.Follow

        Live.pair (Live.pair encoderNow covariatesNow) (live (decodingData.Prior, decodingData.Noise))
        |> Live.map (fun ((encoder, covariates), (prior, noise)) -> {
            Encoder = encoder
            Covariates = covariates
            Prior = prior
            Noise = noise
        })
        |> decoding.Follow

        let takeFrom parts (stepper: Stepper<_, Tensor * NetworkPart list, unit>) =
            stepper.Follow(Live.pair (live rate) (Live.list parts))

        encoderStep |> takeFrom [ part 0 encoding.Results; part 0 decoding.Results ]
        covariatesStep |> takeFrom [ part 1 encoding.Results; part 1 decoding.Results ]
        treatmentStep |> takeFrom [ part 2 encoding.Results ]
        outcomeStep |> takeFrom [ part 3 encoding.Results ]

    let mutable iteration = int64 iterations

    let fill step (noise: (NoiseBlock * _) list) =
        for block, _ in noise do
            block.Fill step

    let takeRows () =
        let mutable block = iteration * int64 (config.Rates.CriticSteps + 1)

        for indices in codeIndices do
            for first in 0..rows .. indices.Length - 1 do
                blocks.TakeWhole(block, Span(indices, first, rows))
                block <- block + 1L

        blocks.TakeWhole(block, Span encodingIndices)

    // Made once, so that handing work to the team allocates nothing.
    let codeStage = Action<int>(fun half -> encoders[half].Execute())

    let criticStage =
        Action<int>(fun task ->
            if task = 0 then
                for input in criticInputs do
                    critic.Follow input
                    critic.Advance()
            else
                (fst priorDraws).Fill iteration
                fill iteration decodingNoise
                fill iteration encodingNoise
                fill (iteration + 1L) codeNoise)

    let gradientStage = Action<int>(fun task -> if task = 0 then encoding.Execute() else decoding.Execute())

    let stepStage =
        Action<int>(fun task ->
            if task = 0 then
                encoderStep.Advance()
                fill (iteration + 1L) criticDraws
            else
                covariatesStep.Advance()
                treatmentStep.Advance()
                outcomeStep.Advance())

    do
        fill iteration codeNoise
        fill iteration criticDraws

    /// Of networks before their first step.
    new(config, data, encoder, networks, batchSize, iterations, key, team) =
        EgmTraining(config, data, EgmState.start key config encoder networks, 0, iterations, batchSize, key, team)

    /// One iteration.
    member _.Advance() =
        takeRows ()

        rateNow[0] <-
            float32 (
                config.Rates.WarmStart
                * Schedule.share config.Rates.Schedule (float iteration / float allIterations)
            )

        team.Run(encoders.Length, codeStage)
        team.Run(2, criticStage)
        team.Run(2, gradientStage)
        team.Run(2, stepStage)
        iteration <- iteration + 1L

    /// The losses of the last iteration.
    member _.Losses: EgmLosses = { Rows = snd encoding.Output; Z = snd decoding.Output }

    /// Copies of all that the warm start carries.
    member _.State: EgmState = {
        Encoder = encoderStep.State
        Networks = {
            Covariates = covariatesStep.State
            Treatment = treatmentStep.State
            Outcome = outcomeStep.State
            Prior = None
        }
        Critic = critic.State
    }

    /// The encoder as it is now.
    member _.Encoder = encoderStep.State.State

    /// g, h and f as they are now.
    member this.Networks: Networks<NetworkState> = Networks.map _.State this.State.Networks
