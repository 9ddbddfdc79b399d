namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.CausalBgm.Model

/// The critic with the moments of its optimiser.
type internal CriticTraining = { Critic: Discriminator; Adam: Adam.State<Discriminator> }

/// What the warm start carries from one iteration to the next; the prior network has no part in it.
type internal EgmState = {
    Encoder: NetworkTraining
    Networks: Networks<NetworkTraining>
    Critic: CriticTraining
}

[<RequireQualifiedAccess>]
module internal EgmState =

    /// Networks before their first step, with a fresh critic.
    let start (key: Key) (config: Config) (encoder: NetworkState) (networks: Networks<NetworkState>) : EgmState =
        let critic =
            Discriminator.init (key.Child 1L) config.Critic (LatentDims.total config.Latents) config.DzUnits

        {
            Encoder = NetworkTraining.start encoder
            Networks = Networks.map NetworkTraining.start { networks with Prior = None }
            Critic = { Critic = critic; Adam = Adam.init critic }
        }

/// A step of the critic reads its rate, draws of the prior, codes of data, and where between them the penalty looks.
type internal CriticInput = { Rate: Tensor; Prior: Tensor; Encoded: Tensor; Mix: Tensor }

/// A part of the generators' step reads all that it trains, the critic, the rows or draws, and noise.
type internal EncodingInput = {
    Encoder: NetworkState
    Generators: Networks<NetworkState>
    Critic: Discriminator
    Rows: Observations
    Indices: Tensor
    Noise: FlipoutNoise list list
}

type internal DecodingInput = {
    Encoder: NetworkState
    Covariates: NetworkState
    Prior: Tensor
    Noise: FlipoutNoise list list
}

/// A batch that a step of the critic judges, with noise of its own.
type internal CodeBatch = { Indices: Tensor; Noise: FlipoutNoise list }

/// Encoding alone, of some of the critic's batches.
type internal CodeInput = { Encoder: NetworkState; V: Tensor; Batches: CodeBatch list }

/// The warm start, in place, from an iteration on, of so many in all. An iteration is four stages, each of independent tasks on the team: the codes of
/// the critic's batches; the critic's steps; the generators' gradients from rows, and from draws of the prior; their steps. Random numbers are drawn beside them, where
/// a thread would wait. What a task computes does not depend on the others of its stage, so neither do the bits on the number of threads.
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
    let rowWeights = Tensor.fill Float32 [| rows; 1 |] (1.0 / float rows)
    let rateNow = [| float32 config.LearningRate |]
    let rate = Tensor.view [| 1 |] rateNow
    let indices () = Array.zeroCreate<int> rows
    let view (indices: int[]) = Tensor.view [| rows |] indices
    let noise child state = NoiseBlock.ForNetwork(key.Child child, rows, state.Weights)

    let architecture = Architecture.perceptron config.Normalisation

    /// A network of these weights applied in training: its output, and the moments of its input, which come to be known as it is applied.
    let training (state: NetworkState) noise weights =
        let seen = ref None

        (fun x ->
            let output, moments = architecture.Train rowWeights state.Running noise weights x
            seen.Value <- moments
            output),
        fun () -> seen.Value

    // ---- the codes of data for the critic's steps ----

    /// The encoder stands still in the critic's steps, so the deviations of its weights are computed once for all batches of a program.
    let encode (input: CodeInput) =
        input.Batches
        |> List.map (fun batch ->
            let encode, _ = training input.Encoder batch.Noise input.Encoder.Weights
            encode (Tensor.gatherRows batch.Indices input.V))

    let codeIndices = Array.init config.CriticSteps (fun _ -> indices ())
    let codeNoise = List.init config.CriticSteps (fun k -> noise (1000L + int64 k) encoder)

    /// In two halves, a task each.
    let codeInputs =
        codeNoise
        |> List.mapi (fun k (_, noise) -> { Indices = view codeIndices[k]; Noise = noise })
        |> List.splitInto 2
        |> List.map (fun batches -> { Encoder = encoder; V = data.V; Batches = batches })
        |> List.toArray

    let encoders = codeInputs |> Array.map (Program.compile encode)

    // ---- the critic ----

    let draws child = NoiseBlock.Create(key.Child child, [ Draw.Normal, [| rows; q |]; Draw.Uniform, [| 1; 1 |] ])

    let criticDraws = List.init config.CriticSteps (fun k -> draws (2000L + int64 k))

    let criticStep (state: CriticTraining) (input: CriticInput) =
        let loss, gradient =
            valueAndGrad (fun critic -> Egm.criticLoss critic input.Prior input.Encoded input.Mix) state.Critic

        let critic, adam = Adam.update NetworkTraining.adam input.Rate gradient state.Adam state.Critic
        { Critic = critic; Adam = adam }, loss

    let critic =
        Stepper.compile criticStep start.Critic {
            Rate = rate
            Prior = (snd criticDraws.Head)[0]
            Encoded = Tensor.fill Float32 [| rows; q |] 0.0
            Mix = (snd criticDraws.Head)[1]
        }

    let codes = [
        for program, input in Array.zip encoders codeInputs do
            for i in 0 .. input.Batches.Length - 1 do
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
    let encodingIndices = indices ()

    let encodingPart (input: EncodingInput) =
        let rows = Observations.gather input.Indices input.Rows

        let states = input.Encoder :: Networks.toList input.Generators

        let loss weights =
            let trained = List.map3 training states input.Noise weights
            let apply = trained |> List.map fst
            let maps = Networks.ofList input.Generators apply.Tail
            let loss, losses = Egm.encodingLoss config input.Critic apply.Head maps rows
            loss, (losses, trained |> List.map (fun (_, seen) -> seen ()))

        let (_, (losses, moments)), gradients = valueAndGradWith loss (states |> List.map _.Weights)

        let parts =
            List.map2 (fun gradient moments -> { Gradient = gradient; Moments = moments }) gradients moments

        parts, losses

    let decodingPart (input: DecodingInput) =
        let loss (encoder, covariates) =
            let g, seenByG = training input.Covariates input.Noise[0] covariates
            let e, seenByE = training input.Encoder input.Noise[1] encoder
            let loss, reconstruction = Egm.decodingLoss config e g input.Prior
            loss, (reconstruction, (seenByG (), seenByE ()))

        let (_, (reconstruction, (ofG, ofE))), (encoder, covariates) =
            valueAndGradWith loss (input.Encoder.Weights, input.Covariates.Weights)

        [ { Gradient = encoder; Moments = ofE }; { Gradient = covariates; Moments = ofG } ], reconstruction

    let encodingData: EncodingInput = {
        Encoder = encoder
        Generators = networks
        Critic = start.Critic.Critic
        Rows = data
        Indices = view encodingIndices
        Noise = encodingNoise |> List.map snd
    }

    let encoding = Program.compile encodingPart encodingData

    let decodingData: DecodingInput = {
        Encoder = encoder
        Covariates = networks.Covariates
        Prior = (snd priorDraws)[0]
        Noise = decodingNoise |> List.map snd
    }

    let decoding = Program.compile decodingPart decodingData

    // ---- their steps ----

    let stepper parts (training: NetworkTraining) =
        let part = { Gradient = training.State.Weights; Moments = training.State.Running }

        let step training (rate, parts) = NetworkTraining.step NetworkTraining.adam architecture rate parts training, ()

        Stepper.compile step training (rate, List.replicate parts part)

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
            Live.pair encoderNow (live (input.V, input.Batches))
            |> Live.map (fun (encoder, (v, batches)) -> { Encoder = encoder; V = v; Batches = batches })
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
        let first = iteration * int64 (config.CriticSteps + 1)

        for k in 0 .. config.CriticSteps - 1 do
            blocks.TakeWhole(first + int64 k, codeIndices[k])

        blocks.TakeWhole(first + int64 config.CriticSteps, encodingIndices)

    // Made once, so that handing work to the team allocates nothing.
    let codeStage =
        Action<int>(fun task ->
            if task < encoders.Length then
                encoders[task].Execute()
            else
                (fst priorDraws).Fill iteration
                fill iteration decodingNoise)

    let criticStage =
        Action<int>(fun task ->
            if task = 0 then
                for input in criticInputs do
                    critic.Follow input
                    critic.Advance()
            else
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
                config.LearningRate
                * Schedule.share config.Schedule (float iteration / float allIterations)
            )

        team.Run(encoders.Length + 1, codeStage)
        team.Run(2, criticStage)
        team.Run(2, gradientStage)
        team.Run(2, stepStage)
        iteration <- iteration + 1L

    /// The losses of the last iteration.
    member _.Losses: EgmLosses = { Rows = snd encoding.Output; Z = snd decoding.Output }

    /// The critic's loss at its last step.
    member _.CriticLoss = Tensor.item critic.Output

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
