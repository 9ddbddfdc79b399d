// The warm start of generative models by encoding: a generator g makes rows of draws of the prior, an encoder e makes latents of rows, each of the two
// is to undo the other, and a critic on either side tells the made ones from the real ones. Liu and Wong, arXiv:2601.05355.
namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A critic with the moments of its optimiser.
type internal JudgeTraining<'Weights> = { Judge: 'Weights; Adam: Adam.State<'Weights> }

[<RequireQualifiedAccess>]
module internal JudgeTraining =

    let start (critic: 'Weights) : JudgeTraining<'Weights> = { Judge = critic; Adam = Adam.init critic }

    /// One step down a gradient.
    let step adam rate (training: JudgeTraining<'Weights>) gradient : JudgeTraining<'Weights> =
        let critic, moments = Adam.update adam rate gradient training.Adam training.Judge
        { Judge = critic; Adam = moments }

/// What a critic judges: what is real, what was made, where between them the penalty looks, and noise for each of the three.
type internal Judged<'Real, 'Noise> = { Real: 'Real; Made: Tensor; Mix: Tensor; Noise: 'Noise list }

/// What the warm start asks of a model.
[<NoComparison; NoEquality>]
type internal WarmStartModel<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows> = {
    /// q, of z.
    Latents: int
    /// Standard normal numbers that a row is drawn with.
    DrawWidth: int
    /// g, (n, q) -> what `Draw` reads.
    Generator: Architecture<'G, 'GM, 'GN>
    /// e, what `Input` gives -> (n, q).
    Encoder: Architecture<'E, 'EM, 'EN>
    /// Of rows; that of latents is a discriminator.
    Critic: Judge<'D, 'DN>
    /// Equal parts of a batch that the critic of rows judges side by side; 1 where this is short work, or where it normalises by its batch. A batch that
    /// they do not divide is judged as a whole.
    CriticShares: int
    /// What encoder and critic see of rows, (n, p).
    Input: 'Rows -> Tensor
    /// g's outputs, standard normal numbers (n, DrawWidth) and the rows whose places they take, to rows in the form of `Input`.
    Draw: Tensor -> Tensor -> 'Rows -> Tensor
    /// Drawn reconstructions and the rows, to the mean square of their differences, a scalar.
    Misfit: Tensor -> 'Rows -> Tensor
    /// The mean square of the variances among g's outputs, a scalar.
    Spread: Tensor -> Tensor
}

/// How a warm start goes.
type internal WarmStartSettings = {
    /// Of Adam.
    LearningRate: float
    /// Steps of the critics for each step of g and e.
    CriticSteps: int
    /// Of the gradient penalties.
    Gamma: float
    /// Of the spread.
    Alpha: float
}

/// All that a warm start carries from one iteration to the next.
type internal WarmStartState<'G, 'GM, 'E, 'EM, 'D> = {
    Generator: NetworkTraining<'G, 'GM>
    Encoder: NetworkTraining<'E, 'EM>
    CriticX: JudgeTraining<'D>
    CriticZ: JudgeTraining<Discriminator>
}

/// The losses of an iteration of a warm start.
type WarmStartLosses = {
    /// Of the critic of rows.
    CriticX: float
    /// Of the critic of latents.
    CriticZ: float
    /// E(0.9 − d_x(x̃))² of rows that g makes of draws.
    FoolX: float
    /// E(0.9 − d_z(e(x)))² of codes.
    FoolZ: float
    /// Mean square of x − g(e(x)), drawn with its noise.
    X: float
    /// Mean square of z − e(x̃).
    Z: float
}

/// Losses.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module internal WarmStartLosses =

    /// Whether critics and reconstructions are numbers still.
    let isFinite (losses: WarmStartLosses) = Double.IsFinite(losses.X + losses.Z + losses.CriticX + losses.CriticZ)

/// Codes of some of the critics' batches.
type internal CodesInput<'E, 'EM, 'EN, 'Rows> = {
    Encoder: NetworkState<'E, 'EM>
    Rows: 'Rows
    Batches: (Tensor * 'EN) list
}

/// What g makes of draws: the rows whose places they take, z, the numbers that a row is drawn with, and g's own noise.
type internal DrawnBatch<'GN> = { Indices: Tensor; Prior: Tensor; Deviates: Tensor; Noise: 'GN }

/// Rows drawn for the critics' batches.
type internal DrawnInput<'G, 'GM, 'GN, 'Rows> = {
    Generator: NetworkState<'G, 'GM>
    Rows: 'Rows
    Batches: DrawnBatch<'GN> list
}

/// A part of the step of g and e reads both networks, a critic, and rows or draws.
type internal PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'Critic, 'CriticNoise, 'Rows> = {
    Generator: NetworkState<'G, 'GM>
    Encoder: NetworkState<'E, 'EM>
    Critic: 'Critic
    Rows: 'Rows
    Drawn: DrawnBatch<'GN>
    EncoderNoise: 'EN
    CriticNoise: 'CriticNoise
}

[<RequireQualifiedAccess>]
module internal PairInput =

    /// The same input with networks and critic from where they live.
    let live
        (generator: Live<NetworkState<'G, 'GM>>)
        (encoder: Live<NetworkState<'E, 'EM>>)
        (critic: Live<'Critic>)
        (input: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'Critic, 'CriticNoise, 'Rows>)
        : Live<PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'Critic, 'CriticNoise, 'Rows>> =
        Live.pair
            (Live.pair (Live.pair generator encoder) critic)
            (Live.ofTensors (input.Rows, input.Drawn, input.EncoderNoise, input.CriticNoise))
        |> Live.map (fun (((generator, encoder), critic), (rows, drawn, encoderNoise, criticNoise)) -> {
            Generator = generator
            Encoder = encoder
            Critic = critic
            Rows = rows
            Drawn = drawn
            EncoderNoise = encoderNoise
            CriticNoise = criticNoise
        })

/// The warm start, in place. An iteration is four stages of independent tasks: codes of the critics' batches, and rows drawn for them; a step of the critic
/// of latents, and what each share of a batch says to that of rows, which then steps; the gradients of g and e from rows, and from draws; their steps, beside
/// which the random numbers of the next iteration are drawn. What a task computes does not depend on the others of its stage, so neither do the bits on
/// the number of threads.
[<Sealed>]
type internal WarmStarting<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>
    (
        model: WarmStartModel<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>,
        settings: WarmStartSettings,
        data: 'Rows,
        start: WarmStartState<'G, 'GM, 'E, 'EM, 'D>,
        iterationsBefore: int,
        batchSize: int,
        key: Key,
        team: Team
    ) =

    /// As published.
    let adam: Adam.Config = { Beta1 = 0.5; Beta2 = 0.9; Epsilon = 1e-7 }

    /// Of the mean squares of what is not undone.
    let reconstruction = 10.0

    let steps = settings.CriticSteps
    let blocks = RowBlocks(key.Child 0L, (Array.head (Tree.leaves data)).Shape[0], batchSize)
    let rows = blocks.Size
    let rowWeights = Tensor.fill Float32 [| rows; 1 |] (1.0 / float rows)
    let rate = NetworkTraining.rate settings.LearningRate
    let gather indices (rows: 'Rows) = Tree.map (Tensor.gatherRows indices) rows

    // ---- what is drawn and taken for an iteration ----

    let refills = ResizeArray<NoiseBlock>()

    /// Keeps what refills some noise; the noise.
    let refilled (block, noise) =
        refills.Add block
        noise

    let mutable purposes = 0L

    let nextKey () =
        purposes <- purposes + 1L
        key.Child purposes

    let numbers draw width =
        NoiseBlock.Create(nextKey (), [ draw, [| rows; width |] ])
        |> refilled
        |> List.head

    let encoderNoise () = model.Encoder.Noise (nextKey ()) rows start.Encoder.State.Weights |> refilled
    let criticNoise key rows = model.Critic.Noise key rows start.CriticX.Judge |> refilled
    let batches = Array.init (steps + 1) (fun _ -> Array.zeroCreate<int> rows)

    let drawn batch : DrawnBatch<'GN> = {
        Indices = Tensor.view [| rows |] batches[batch]
        Prior = numbers Draw.Normal model.Latents
        Deviates = numbers Draw.Normal model.DrawWidth
        Noise =
            model.Generator.Noise (nextKey ()) rows start.Generator.State.Weights
            |> refilled
    }

    // ---- what critics judge ----

    let encode (e: NetworkState<'E, 'EM>) noise weights x = model.Encoder.Train rowWeights e.Running noise weights x

    let generate (g: NetworkState<'G, 'GM>) noise weights z = model.Generator.Train rowWeights g.Running noise weights z

    let codes (input: CodesInput<'E, 'EM, 'EN, 'Rows>) =
        input.Batches
        |> List.map (fun (indices, noise) ->
            gather indices input.Rows
            |> model.Input
            |> encode input.Encoder noise input.Encoder.Weights
            |> fst)

    let drawnRows (input: DrawnInput<'G, 'GM, 'GN, 'Rows>) =
        input.Batches
        |> List.map (fun batch ->
            let output, _ = generate input.Generator batch.Noise input.Generator.Weights batch.Prior
            model.Draw output batch.Deviates (gather batch.Indices input.Rows))

    let drawnInput: DrawnInput<'G, 'GM, 'GN, 'Rows> = {
        Generator = start.Generator.State
        Rows = data
        Batches = List.init steps drawn
    }

    let codeInput: CodesInput<'E, 'EM, 'EN, 'Rows> = {
        Encoder = start.Encoder.State
        Rows = data
        Batches = drawnInput.Batches |> List.map (fun batch -> batch.Indices, encoderNoise ())
    }

    let coding = Program.compile codes codeInput
    let drawing = Program.compile drawnRows drawnInput

    // ---- the critics ----

    let criticLoss judge (real: Tensor) (made: Tensor) (mix: Tensor) =
        let loss = Adversary.telling (judge 0 real) (judge 1 made)

        if settings.Gamma = 0.0 then
            loss
        else
            loss
            + settings.Gamma
              * Discriminator.slopePenalty (judge 2) (mix * real + (1.0 - mix) * made)

    let latentCriticStep (training: JudgeTraining<Discriminator>) (input: Judged<Tensor, unit>) =
        let loss critic = criticLoss (fun _ -> Discriminator.apply critic) input.Real input.Made input.Mix
        let loss, gradient = valueAndGrad loss training.Judge
        JudgeTraining.step adam rate training gradient, loss

    let shares = if rows % model.CriticShares = 0 then model.CriticShares else 1

    /// Share number i of the rows of a batch.
    let share i (x: Tensor) =
        let length = rows / shares
        Tensor.slice 0 (i * length) length x

    /// What a share of a batch says to the critic of rows: its part of the loss, and of its gradient.
    let judgeShare i (critic: 'D, input: Judged<'Rows * Tensor, 'DN>) =
        let rows, indices = input.Real
        let real = gather indices rows |> model.Input |> share i

        let loss critic =
            criticLoss (fun j -> model.Critic.Apply input.Noise[j] critic) real (share i input.Made) (share i input.Mix)
            * (1.0 / float shares)

        valueAndGrad loss critic

    let rowCriticStep (training: JudgeTraining<'D>) gradients =
        JudgeTraining.step adam rate training (gradients |> List.reduce (Tree.map2 (+))), ()

    let latentJudged: Live<Judged<Tensor, unit>> list =
        drawnInput.Batches
        |> List.mapi (fun k batch ->
            Live.pair
                (Live.ofTensors (batch.Prior, numbers Draw.Uniform 1))
                (coding.Results |> Live.map (fun codes -> codes[k]))
            |> Live.map (fun ((prior, mix), code) -> { Real = prior; Made = code; Mix = mix; Noise = [] }))

    /// Of each batch, by shares.
    let rowJudged: Live<Judged<'Rows * Tensor, 'DN>> list list =
        drawnInput.Batches
        |> List.mapi (fun k batch ->
            let keys = List.init 3 (fun _ -> nextKey ())
            let mix = numbers Draw.Uniform 1

            List.init shares (fun i ->
                let noise = keys |> List.map (fun key -> criticNoise (key.Child(int64 i)) (rows / shares))

                Live.pair
                    (Live.ofTensors ((data, batch.Indices), mix, noise))
                    (drawing.Results |> Live.map (fun rows -> rows[k]))
                |> Live.map (fun ((real, mix, noise), made) -> { Real = real; Made = made; Mix = mix; Noise = noise })))

    let latentCritic = Stepper.compile latentCriticStep start.CriticZ (Live.read latentJudged.Head)
    let rowCritic = Stepper.compile rowCriticStep start.CriticX (List.replicate shares start.CriticX.Judge)

    let judging =
        rowJudged.Head
        |> List.mapi (fun i judged -> Program.compile (judgeShare i) (start.CriticX.Judge, Live.read judged))
        |> List.toArray

    // ---- the gradients of g and e ----

    /// From rows: x → e(x) → g(e(x)).
    let rowPart (input: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, Discriminator, unit, 'Rows>) =
        let rows = gather input.Drawn.Indices input.Rows

        let loss (e, g) =
            let code, ofE = encode input.Encoder input.EncoderNoise e (model.Input rows)
            let output, ofG = generate input.Generator input.Drawn.Noise g code
            let fooling = Adversary.fooling (Discriminator.apply input.Critic code)
            let misfit = model.Misfit (model.Draw output input.Drawn.Deviates rows) rows
            let loss = fooling + reconstruction * misfit

            (if settings.Alpha = 0.0 then
                 loss
             else
                 loss + settings.Alpha * model.Spread output),
            ((ofE, ofG), (fooling, misfit))

        let (_, ((ofE, ofG), losses)), (e, g) =
            valueAndGradWith loss (input.Encoder.Weights, input.Generator.Weights)

        ({ Gradient = e; Moments = ofE }, { Gradient = g; Moments = ofG }), losses

    /// From draws of the prior: z → x̃ → e(x̃).
    let drawPart (input: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>) =
        let rows = gather input.Drawn.Indices input.Rows

        let loss (e, g) =
            let output, ofG = generate input.Generator input.Drawn.Noise g input.Drawn.Prior
            let made = model.Draw output input.Drawn.Deviates rows
            let code, ofE = encode input.Encoder input.EncoderNoise e made
            let fooling = Adversary.fooling (model.Critic.Apply input.CriticNoise input.Critic made)
            let misfit = Tensor.mean (Tensor.square (input.Drawn.Prior - code))
            fooling + reconstruction * misfit, ((ofE, ofG), (fooling, misfit))

        let (_, ((ofE, ofG), losses)), (e, g) =
            valueAndGradWith loss (input.Encoder.Weights, input.Generator.Weights)

        ({ Gradient = e; Moments = ofE }, { Gradient = g; Moments = ofG }), losses

    let pairInput critic criticNoise = {
        Generator = start.Generator.State
        Encoder = start.Encoder.State
        Critic = critic
        Rows = data
        Drawn = drawn steps
        EncoderNoise = encoderNoise ()
        CriticNoise = criticNoise
    }

    let ofRows: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, Discriminator, unit, 'Rows> =
        pairInput start.CriticZ.Judge ()

    let ofDraws: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows> =
        pairInput start.CriticX.Judge (criticNoise (nextKey ()) rows)

    let rowGradients, drawGradients = Program.compile rowPart ofRows, Program.compile drawPart ofDraws

    // ---- their steps ----

    let encoderStep =
        let step training parts = NetworkTraining.step adam model.Encoder rate parts training, ()

        let part = {
            Gradient = start.Encoder.State.Weights
            Moments = start.Encoder.State.Running
        }

        Stepper.compile step start.Encoder [ part; part ]

    let generatorStep =
        let step training parts = NetworkTraining.step adam model.Generator rate parts training, ()

        let part = {
            Gradient = start.Generator.State.Weights
            Moments = start.Generator.State.Running
        }

        Stepper.compile step start.Generator [ part; part ]

    do
        let encoder = encoderStep.Current |> Live.map _.State
        let generator = generatorStep.Current |> Live.map _.State

        Live.pair encoder (Live.ofTensors (codeInput.Rows, codeInput.Batches))
        |> Live.map (fun (encoder, (rows, batches)) -> { Encoder = encoder; Rows = rows; Batches = batches })
        |> coding.Follow

        Live.pair generator (Live.ofTensors (drawnInput.Rows, drawnInput.Batches))
        |> Live.map (fun (generator, (rows, batches)) -> { Generator = generator; Rows = rows; Batches = batches })
        |> drawing.Follow

        PairInput.live generator encoder (latentCritic.Current |> Live.map _.Judge) ofRows
        |> rowGradients.Follow

        PairInput.live generator encoder (rowCritic.Current |> Live.map _.Judge) ofDraws
        |> drawGradients.Follow

        encoderStep.Follow(
            Live.list [
                rowGradients.Results |> Live.map (fun ((e, _), _) -> e)
                drawGradients.Results |> Live.map (fun ((e, _), _) -> e)
            ]
        )

        generatorStep.Follow(
            Live.list [
                rowGradients.Results |> Live.map (fun ((_, g), _) -> g)
                drawGradients.Results |> Live.map (fun ((_, g), _) -> g)
            ]
        )

        judging
        |> Array.map (fun share -> share.Results |> Live.map snd)
        |> Array.toList
        |> Live.list
        |> rowCritic.Follow

    // ---- an iteration ----

    let mutable iteration = int64 iterationsBefore

    /// Every second block of noise of an iteration.
    let refill first iteration =
        for i in first..2 .. refills.Count - 1 do
            refills[i].Fill iteration

    do
        refill 0 iteration
        refill 1 iteration

    let latentBatches = List.toArray latentJudged

    let rowBatches =
        let critic = rowCritic.Current |> Live.map _.Judge

        rowJudged
        |> List.map (List.map (Live.pair critic) >> List.toArray)
        |> List.toArray

    /// The batch that the critics are at, of an iteration's.
    let mutable batch = 0

    // Made once, so that handing work to the team allocates nothing.
    let madeStage = Action<int>(fun task -> if task = 0 then coding.Execute() else drawing.Execute())

    let criticStage =
        Action<int>(fun task ->
            if task = 0 then
                latentCritic.Follow latentBatches[batch]
                latentCritic.Advance()
            else
                judging[task - 1].Follow(rowBatches[batch][task - 1])
                judging[task - 1].Execute())

    let gradientStage =
        Action<int>(fun task -> if task = 0 then rowGradients.Execute() else drawGradients.Execute())

    let stepStage =
        Action<int>(fun task ->
            if task = 0 then encoderStep.Advance() else generatorStep.Advance()

            refill task (iteration + 1L))

    /// One iteration.
    member _.Advance() =
        batches
        |> Array.iteri (fun k batch -> blocks.TakeWhole(iteration * int64 (steps + 1) + int64 k, batch))

        team.Run(2, madeStage)

        for k in 0 .. steps - 1 do
            batch <- k
            team.Run(1 + shares, criticStage)
            rowCritic.Advance()

        team.Run(2, gradientStage)
        team.Run(2, stepStage)
        iteration <- iteration + 1L

    /// The losses of the last iteration.
    member _.Losses: WarmStartLosses =
        let _, (foolZ, x) = rowGradients.Output
        let _, (foolX, z) = drawGradients.Output

        {
            CriticX = judging |> Array.sumBy (fun share -> Tensor.item (fst share.Output))
            CriticZ = Tensor.item latentCritic.Output
            FoolX = Tensor.item foolX
            FoolZ = Tensor.item foolZ
            X = Tensor.item x
            Z = Tensor.item z
        }

    /// A copy of all that is carried to the next iteration.
    member _.State: WarmStartState<'G, 'GM, 'E, 'EM, 'D> = {
        Generator = generatorStep.State
        Encoder = encoderStep.State
        CriticX = rowCritic.State
        CriticZ = latentCritic.State
    }
