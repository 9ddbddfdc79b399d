namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// What the weights of a network are.
type NetworkKind =
    /// Points.
    | Plain
    /// Independent normal distributions, learned by variational inference.
    | Bayesian

/// The weights of a network of either kind, which a gradient moves.
type Network =
    /// Points.
    | PlainNet of mlp: Mlp
    /// Points, after batch normalisation of the input.
    | NormalisedNet of norm: BatchNorm * mlp: Mlp
    /// Distributions.
    | BayesianNet of net: BayesianMlp

/// By which moments a network normalises its input while it is trained, if it does.
type InputNormalisation =
    /// By those of each batch, of which running ones are kept for prediction: batch normalisation as Keras has it.
    | BatchMoments
    /// By the running ones, which stay at mean 0 and variance 1: what is trained is scale and shift alone, and training sees what prediction does.
    /// Right for inputs that are standardised, or whose tails are so heavy that the moments of a batch say little.
    | FixedMoments

/// A network of any architecture in training.
type NetworkState<'Weights, 'Moments> = {
    /// What a gradient moves.
    Weights: 'Weights
    /// Running moments of what it normalises, mean 0 and variance 1 before the first batch.
    Running: 'Moments
}

/// A network in training: its weights, and the running moments of its input if it normalises it.
type NetworkState = NetworkState<Network, Moments option>

/// Networks of LeakyReLU 0.2, plain or Bayesian: one set of functions for both.
[<RequireQualifiedAccess>]
module Network =

    /// Of LeakyReLU below 0.
    let slope = 0.2

    /// Layers inputs → units… → outputs: Glorot weights, or distributions as Flipout starts them.
    let init (kind: NetworkKind) (key: Key) (inputs: int) (units: int list) (outputs: int) : NetworkState =
        match kind with
        | Plain -> { Weights = PlainNet(Mlp.glorot key inputs units outputs); Running = None }
        | Bayesian -> {
            Weights = BayesianNet(BayesianMlp.init key inputs units outputs)
            Running = Some(BatchNorm.initialMoments inputs)
          }

    /// The same, with batch normalisation of the input in either case.
    let initNormalised kind key inputs units outputs : NetworkState =
        match init kind key inputs units outputs with
        | { Weights = PlainNet mlp } -> {
            Weights = NormalisedNet(BatchNorm.init inputs, mlp)
            Running = Some(BatchNorm.initialMoments inputs)
          }
        | normalised -> normalised

    /// The moments by which the network normalises an input (n, p) with row weights (n, 1) in training, if it normalises it.
    let moments
        (normalisation: InputNormalisation)
        (rowWeights: Tensor)
        (state: NetworkState)
        (x: Tensor)
        : Moments option =
        match normalisation with
        | FixedMoments -> state.Running
        | BatchMoments -> state.Running |> Option.map (fun _ -> BatchNorm.moments rowWeights x)

    /// Running moments, if there are any, after batches that were normalised by these.
    let advance (normalisation: InputNormalisation) (running: Moments option) (batches: Moments option list) =
        match normalisation with
        | FixedMoments -> running
        | BatchMoments -> batches |> List.fold (Option.map2 BatchNorm.advance) running

    /// (n, inputs) -> (n, outputs). Moments are those of the batch in training, running ones else; a plain network needs neither them nor noise.
    let apply (moments: Moments option) (noise: FlipoutNoise list) (net: Network) (x: Tensor) : Tensor =
        match net, moments with
        | PlainNet mlp, _ -> Mlp.apply (LeakyRelu slope) mlp x
        | NormalisedNet(norm, mlp), Some moments -> Mlp.apply (LeakyRelu slope) mlp (BatchNorm.apply norm moments x)
        | BayesianNet net, Some moments -> BayesianMlp.apply slope net moments noise x
        | _, None -> invalidArg (nameof moments) "a network that normalises its input needs moments"

    /// The divergence of the weights from their prior, a scalar, nats; none where weights are points.
    let kl (net: Network) : Tensor option =
        match net with
        | PlainNet _
        | NormalisedNet _ -> None
        | BayesianNet net -> Some(BayesianMlp.kl net)

    let private plain (ofBayesian: BayesianMlp -> Moments -> Mlp) (state: NetworkState) =
        match state.Weights, state.Running with
        | PlainNet mlp, _ -> mlp
        | NormalisedNet(norm, mlp), Some running -> BatchNorm.fold norm running (Mlp.dense mlp)
        | BayesianNet net, Some running -> ofBayesian net running
        | _, None -> invalidArg (nameof state) "a network that normalises its input needs the running moments"

    /// The plain network with the means of the weights: what predicts, a row at a time as well as a thousand.
    let mean (state: NetworkState) : Mlp = plain BayesianMlp.mean state

    /// The shapes of the normal deviations that a draw of the weights takes, (inputs, outputs) for each layer.
    let deviationShapes (net: Network) : int[] list =
        match net with
        | PlainNet _
        | NormalisedNet _ -> []
        | BayesianNet net -> BayesianMlp.layers net |> List.map _.Location.Shape

    /// The plain network with one draw of the weights, the network itself if they are points.
    let draw (deviations: Tensor list) (state: NetworkState) : Mlp = plain (BayesianMlp.draw deviations) state

    /// The plain network with the draw of the weights that a key names.
    let sample (key: Key) (state: NetworkState) : Mlp =
        let deviations =
            deviationShapes state.Weights
            |> List.mapi (fun layer shape -> Initial.normal (key.Child(int64 layer)) shape[0] shape[1] 0.0 1.0)

        draw deviations state

    /// (n, inputs) -> (n, outputs) of a plain network that was taken from one of these.
    let applyPlain (mlp: Mlp) (x: Tensor) = Mlp.apply (LeakyRelu slope) mlp x
