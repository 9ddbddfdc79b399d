// What an iteration of the warm start computes, as functions to compile: codes of rows and rows drawn for the critics, what critics lose, and the gradients of
// g and e.
namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim

/// What a critic judges: what is real, what was made, where between them the penalty looks, and noise for each of the three.
type internal Judged<'Real, 'Noise> = { Real: 'Real; Made: Tensor; Mix: Tensor; Noise: 'Noise list }

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

/// The functions of the warm start of a model, in batches of so many rows.
[<Sealed>]
type internal WarmStartProgram<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>
    (
        model: WarmStartModel<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>,
        learningRate: float,
        penalties: WarmStartPenalties,
        rows: int
    ) =

    /// As published.
    let adam: Adam.Config = { Beta1 = 0.5; Beta2 = 0.9; Epsilon = 1e-7 }

    /// Of the mean squares of what is not undone.
    let reconstruction = 10.0

    let rate = NetworkTraining.rate learningRate
    let rowWeights = Tensor.fill Float32 [| rows; 1 |] (1.0 / float rows)
    let gather indices (rows: 'Rows) = Tree.map (Tensor.gatherRows indices) rows

    let encode (e: NetworkState<'E, 'EM>) noise weights x = model.Encoder.Train rowWeights e.Running noise weights x

    let generate (g: NetworkState<'G, 'GM>) noise weights z = model.Generator.Train rowWeights g.Running noise weights z

    let shares = if rows % model.CriticShares = 0 then model.CriticShares else 1

    /// Share number i of the rows of a batch.
    let share i (x: Tensor) =
        let length = rows / shares
        Tensor.slice 0 (i * length) length x

    let criticLoss judge (real: Tensor) (made: Tensor) (mix: Tensor) =
        let loss = Adversary.telling (judge 0 real) (judge 1 made)

        if penalties.Gamma = 0.0 then
            loss
        else
            loss
            + penalties.Gamma
              * Discriminator.slopePenalty (judge 2) (mix * real + (1.0 - mix) * made)

    /// The gradients of e and g, with the moments that each took of its inputs, and what was lost.
    let gradients (e: NetworkState<'E, 'EM>) (g: NetworkState<'G, 'GM>) loss =
        let (_, ((ofE, ofG), losses: Tensor * Tensor)), (forE, forG) =
            valueAndGradWith loss (e.Weights, g.Weights)

        ({ Gradient = forE; Moments = ofE }, { Gradient = forG; Moments = ofG }), losses

    /// Equal parts of a batch that the critic of rows judges side by side.
    member _.Shares = shares

    /// Codes of rows, for the critic of latents.
    member _.Codes(input: CodesInput<'E, 'EM, 'EN, 'Rows>) =
        input.Batches
        |> List.map (fun (indices, noise) ->
            gather indices input.Rows
            |> model.Input
            |> encode input.Encoder noise input.Encoder.Weights
            |> fst)

    /// Rows made of draws, for the critic of rows.
    member _.DrawnRows(input: DrawnInput<'G, 'GM, 'GN, 'Rows>) =
        input.Batches
        |> List.map (fun batch ->
            let output, _ = generate input.Generator batch.Noise input.Generator.Weights batch.Prior
            model.Draw output batch.Deviates (gather batch.Indices input.Rows))

    /// A step of the critic of latents, and what it lost before.
    member _.LatentCriticStep (training: JudgeTraining<Discriminator>) (input: Judged<Tensor, unit>) =
        let loss critic = criticLoss (fun _ -> Discriminator.apply critic) input.Real input.Made input.Mix
        let loss, gradient = valueAndGrad loss training.Judge
        JudgeTraining.step adam rate training gradient, loss

    /// What a share of a batch says to the critic of rows: its part of the loss, and of its gradient.
    member _.JudgeShare i (critic: 'D, input: Judged<'Rows * Tensor, 'DN>) =
        let rows, indices = input.Real
        let real = gather indices rows |> model.Input |> share i

        let loss critic =
            criticLoss (fun j -> model.Critic.Apply input.Noise[j] critic) real (share i input.Made) (share i input.Mix)
            * (1.0 / float shares)

        valueAndGrad loss critic

    /// A step of the critic of rows by what each share says.
    member _.RowCriticStep (training: JudgeTraining<'D>) gradients =
        JudgeTraining.step adam rate training (gradients |> List.reduce (Tree.map2 (+))), ()

    /// From rows: x → e(x) → g(e(x)).
    member _.RowPart(input: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, Discriminator, unit, 'Rows>) =
        let rows = gather input.Drawn.Indices input.Rows

        let loss (e, g) =
            let code, ofE = encode input.Encoder input.EncoderNoise e (model.Input rows)
            let output, ofG = generate input.Generator input.Drawn.Noise g code
            let fooling = Adversary.fooling (Discriminator.apply input.Critic code)
            let misfit = model.Misfit (model.Draw output input.Drawn.Deviates rows) rows
            let loss = fooling + reconstruction * misfit

            (if penalties.Alpha = 0.0 then
                 loss
             else
                 loss + penalties.Alpha * model.Spread output),
            ((ofE, ofG), (fooling, misfit))

        gradients input.Encoder input.Generator loss

    /// From draws of the prior: z → x̃ → e(x̃).
    member _.DrawPart(input: PairInput<'G, 'GM, 'GN, 'E, 'EM, 'EN, 'D, 'DN, 'Rows>) =
        let rows = gather input.Drawn.Indices input.Rows

        let loss (e, g) =
            let output, ofG = generate input.Generator input.Drawn.Noise g input.Drawn.Prior
            let made = model.Draw output input.Drawn.Deviates rows
            let code, ofE = encode input.Encoder input.EncoderNoise e made
            let fooling = Adversary.fooling (model.Critic.Apply input.CriticNoise input.Critic made)
            let misfit = Tensor.mean (Tensor.square (input.Drawn.Prior - code))
            fooling + reconstruction * misfit, ((ofE, ofG), (fooling, misfit))

        gradients input.Encoder input.Generator loss

    /// A step of e by what rows and draws say.
    member _.EncoderStep training parts = NetworkTraining.step adam model.Encoder rate parts training, ()

    /// A step of g by what rows and draws say.
    member _.GeneratorStep training parts = NetworkTraining.step adam model.Generator rate parts training, ()
