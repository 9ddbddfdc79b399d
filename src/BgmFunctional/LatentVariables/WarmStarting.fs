// The warm start of generative models by encoding, in place: its program compiled and wired, and run an iteration at a time.
namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim

/// The warm start, in place. An iteration is four stages of independent tasks: codes of the critics' batches, and rows drawn for them; a step of the critic
/// of latents, and what each share of a batch says to that of rows, which then steps; the gradients of g and e from rows, and from draws; their steps, beside
/// which the random numbers of the next iteration are drawn. What a task computes does not depend on the others of its stage, so neither do the bits on
/// the number of threads.
[<Sealed>]
type internal WarmStarting<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>
    (
        model: WarmStartModel<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>,
        rates: LearningRates,
        penalties: WarmStartPenalties,
        data: 'Rows,
        start: WarmStartState<'G, 'GM, 'E, 'EM, 'D>,
        iterationsBefore: int,
        batchSize: int,
        key: Key,
        team: Team
    ) =

    let steps = rates.CriticSteps
    let blocks = RowBlocks(key.Child 0L, (Array.head (Tree.leaves data)).Shape[0], batchSize)
    let rows = blocks.Size
    let program = WarmStartProgram(model, rates.WarmStart, penalties, rows)
    let shares = program.Shares

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

    let coding = Program.compile program.Codes codeInput
    let drawing = Program.compile program.DrawnRows drawnInput

    // ---- the critics ----

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

    let latentCritic = Stepper.compile program.LatentCriticStep start.CriticZ (Live.read latentJudged.Head)

    let rowCritic =
        Stepper.compile program.RowCriticStep start.CriticX (List.replicate shares start.CriticX.Judge)

    let judging =
        rowJudged.Head
        |> List.mapi (fun i judged -> Program.compile (program.JudgeShare i) (start.CriticX.Judge, Live.read judged))
        |> List.toArray

    // ---- the gradients of g and e ----

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

    let rowGradients, drawGradients =
        Program.compile program.RowPart ofRows, Program.compile program.DrawPart ofDraws

    // ---- their steps ----

    /// Twice the part of a network, as rows and draws have one each.
    let parts (state: NetworkState<'W, 'M>) = List.replicate 2 { Gradient = state.Weights; Moments = state.Running }

    let encoderStep = Stepper.compile program.EncoderStep start.Encoder (parts start.Encoder.State)
    let generatorStep = Stepper.compile program.GeneratorStep start.Generator (parts start.Generator.State)

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
