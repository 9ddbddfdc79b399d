// What an iteration of the warm start computes, as functions to compile: codes of data, a step of the critic, and the gradients of e, g, h and f.
namespace BgmFunctional.CausalBgm

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

/// Encoding alone, of the rows of some of the critic's batches.
type internal CodeInput = { Encoder: NetworkState; V: Tensor; Indices: Tensor; Noise: FlipoutNoise list }

/// The functions of the warm start.
[<RequireQualifiedAccess>]
module internal EgmProgram =

    /// Networks in training, as the configuration has them.
    let private architecture (config: Config) = Architecture.perceptron config.Normalisation

    /// A network of these weights applied to n rows in training: its output, and the moments of its input, which come to be known as it is applied.
    let private training config n (state: NetworkState) noise weights =
        let rowWeights = Tensor.fill Float32 [| n; 1 |] (1.0 / float n)
        let seen = ref None

        (fun x ->
            let output, moments = (architecture config).Train rowWeights state.Running noise weights x
            seen.Value <- moments
            output),
        fun () -> seen.Value

    /// Codes of several batches of so many rows, one tensor each. The encoder stands still in the critic's steps, so the rows of several batches are one
    /// application of it, under one deviation of the weights that every row sees under signs of its own.
    let encode config rows (input: CodeInput) : Tensor list =
        let n = input.Indices.Size
        let encode, _ = training config n input.Encoder input.Noise input.Encoder.Weights
        let codes = encode (Tensor.gatherRows input.Indices input.V)
        [ for first in 0..rows .. n - 1 -> Tensor.slice 0 first rows codes ]

    /// A step of the critic, and its loss.
    let criticStep (state: CriticTraining) (input: CriticInput) =
        let loss, gradient =
            valueAndGrad (fun critic -> Egm.criticLoss critic input.Prior input.Encoded input.Mix) state.Critic

        let critic, adam = Adam.update NetworkTraining.adam input.Rate gradient state.Adam state.Critic
        { Critic = critic; Adam = adam }, loss

    /// What rows say of e, g, h and f, in this order, and the losses.
    let encodingPart (config: Config) (input: EncodingInput) : NetworkPart list * EncodingLosses =
        let rows = Observations.gather input.Indices input.Rows
        let states = input.Encoder :: Networks.toList input.Generators

        let loss weights =
            let trained = List.map3 (training config input.Indices.Size) states input.Noise weights
            let apply = trained |> List.map fst
            let maps = Networks.ofList input.Generators apply.Tail
            let loss, losses = Egm.encodingLoss config input.Critic apply.Head maps rows
            loss, (losses, trained |> List.map (fun (_, seen) -> seen ()))

        let (_, (losses, moments)), gradients = valueAndGradWith loss (states |> List.map _.Weights)

        List.map2 (fun gradient moments -> { Gradient = gradient; Moments = moments }) gradients moments, losses

    /// What draws of the prior say of e and g, in this order, and how far they are from their reconstruction.
    let decodingPart (config: Config) (input: DecodingInput) : NetworkPart list * Tensor =
        let training = training config input.Prior.Shape[0]

        let loss (encoder, covariates) =
            let g, seenByG = training input.Covariates input.Noise[0] covariates
            let e, seenByE = training input.Encoder input.Noise[1] encoder
            let loss, reconstruction = Egm.decodingLoss config e g input.Prior
            loss, (reconstruction, (seenByG (), seenByE ()))

        let (_, (reconstruction, (ofG, ofE))), (encoder, covariates) =
            valueAndGradWith loss (input.Encoder.Weights, input.Covariates.Weights)

        [ { Gradient = encoder; Moments = ofE }; { Gradient = covariates; Moments = ofG } ], reconstruction

    /// A step of one network down the sum of what it is told.
    let step config (training: NetworkTraining) (rate: Tensor, parts: NetworkPart list) : NetworkTraining * unit =
        NetworkTraining.step NetworkTraining.adam (architecture config) rate parts training, ()
