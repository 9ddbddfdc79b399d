/// The factors of p(z, v, x, y), each written once: training, chains, evaluation and tests call these.
/// Z = (Z₀, Z₁, Z₂, Z₃); V | Z ~ N(g(Z)), X | Z₀, Z₂ ~ N(h) or Bernoulli(h), Y | X, Z₀, Z₁ ~ N(f). Liu and Wong, arXiv:2501.00755.
module BgmFunctional.CausalBgm.Model

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// The parts of Z, each (n, its dimension).
type Latents = {
    /// Confounds.
    Z0: Tensor
    /// Moves the outcome.
    Z1: Tensor
    /// Moves the treatment.
    Z2: Tensor
    /// Moves covariates only.
    Z3: Tensor
}

/// z (n, q) taken apart.
let split (dims: LatentDims) (z: Tensor) : Latents =
    let part start length = Tensor.slice 1 start length z

    {
        Z0 = part 0 dims.Z0
        Z1 = part dims.Z0 dims.Z1
        Z2 = part (dims.Z0 + dims.Z1) dims.Z2
        Z3 = part (dims.Z0 + dims.Z1 + dims.Z2) dims.Z3
    }

/// What h reads, (Z₀, Z₂).
let treatmentInput (dims: LatentDims) (z: Tensor) =
    let z = split dims z
    Tensor.concat 1 [ z.Z0; z.Z2 ]

/// What f reads, (Z₀, Z₁, X).
let outcomeInput (dims: LatentDims) (z: Tensor) (x: Tensor) =
    let z = split dims z
    Tensor.concat 1 [ z.Z0; z.Z1; x ]

/// The means among a network's outputs (n, p + 1), (n, p); or the logit, where p is 1 and a treatment binary.
let means (output: Tensor) = Tensor.slice 1 0 (output.Shape[1] - 1) output

/// The raw variance among a network's outputs, the last one, (n, 1).
let rawVariance (output: Tensor) = Tensor.slice 1 (output.Shape[1] - 1) 1 output

/// σ² of each row, (n, 1).
let variance (choice: Variance) (output: Tensor) =
    match choice with
    | Learned -> Tensor.softplus (rawVariance output) + 1e-6
    | Fixed sigma -> Tensor.fill output.DType [| output.Shape[0]; 1 |] (sigma * sigma)

/// log N(target; means, σ²·I) from a network's outputs: (n, p + 1) -> (n, p) -> (n, 1), nats.
let private logNormal choice (output: Tensor) (target: Tensor) =
    let p = float target.Shape[1]
    let variance = variance choice output
    let squares = Tensor.sumKeep 1 (Tensor.square (target - means output))

    -(squares / (2.0 * variance)
      + p / 2.0 * log variance
      + p / 2.0 * log (2.0 * Math.PI))

/// log p(v | z) from g's outputs: (n, p + 1) -> (n, p) -> (n, 1), nats.
let logLikelihoodV (config: Config) (output: Tensor) (v: Tensor) = logNormal config.VVariance output v

/// log p(x | z) from h's outputs: (n, 2) -> (n, 1) -> (n, 1), nats. A binary treatment's first output is its logit.
let logLikelihoodX (config: Config) (output: Tensor) (x: Tensor) =
    match config.Treatment with
    | Continuous -> logNormal config.XVariance output x
    | Binary -> x * means output - Tensor.softplus (means output)

/// log p(y | x, z) from f's outputs: (n, 2) -> (n, 1) -> (n, 1), nats.
let logLikelihoodY (config: Config) (output: Tensor) (y: Tensor) = logNormal config.YVariance output y

/// log p(z | u) from the prior network's outputs: (n, q + 1) -> (n, q) -> (n, 1), nats.
let logPriorGivenU (output: Tensor) (z: Tensor) = logNormal Learned output z

/// One value for each network of the model: networks in training, plain ones, or functions.
type Networks<'Net> = {
    /// g, Z → V.
    Covariates: 'Net
    /// h, (Z₀, Z₂) → X.
    Treatment: 'Net
    /// f, (Z₀, Z₁, X) → Y.
    Outcome: 'Net
    /// U → Z, where the prior is given U.
    Prior: 'Net option
}

/// The networks of a model, one by one.
[<RequireQualifiedAccess>]
module Networks =

    /// A function on every network.
    let map f networks = {
        Covariates = f networks.Covariates
        Treatment = f networks.Treatment
        Outcome = f networks.Outcome
        Prior = Option.map f networks.Prior
    }

    /// In order: covariates, treatment, outcome, prior.
    let toList networks =
        [ networks.Covariates; networks.Treatment; networks.Outcome ]
        @ Option.toList networks.Prior

    /// The same form with values in that order.
    let ofList (like: Networks<'a>) (items: 'b list) : Networks<'b> = {
        Covariates = items[0]
        Treatment = items[1]
        Outcome = items[2]
        Prior = like.Prior |> Option.map (fun _ -> items[3])
    }

/// The factors that networks make.
let factors (config: Config) : Networks<Factor<Observations>> = {
    Covariates = {
        Input = fun z _ -> z
        LogDensity = fun output _ rows -> logLikelihoodV config output rows.V
    }
    Treatment = {
        Input = fun z _ -> treatmentInput config.Latents z
        LogDensity = fun output _ rows -> logLikelihoodX config output rows.X
    }
    Outcome = {
        Input = fun z rows -> outcomeInput config.Latents z rows.X
        LogDensity = fun output _ rows -> logLikelihoodY config output rows.Y
    }
    Prior =
        match config.Prior with
        | StandardNormal -> None
        | GivenU _ ->
            Some {
                Input = fun _ rows -> rows.U.Value
                LogDensity = fun output z _ -> logPriorGivenU output z
            }
}

/// p(z, v, x, y), its factors in the order of the networks.
let joint (config: Config) : Joint<Observations> = {
    LogPrior =
        match config.Prior with
        | StandardNormal -> Some Joint.logStandardNormal
        | GivenU _ -> None
    Factors = Networks.toList (factors config)
}

/// log p(z, v, x, y) of each row, (n, 1), nats, by networks that are functions from inputs to outputs: with noise, with the means of their weights, or
/// with a draw of them.
let logJoint (config: Config) (networks: Networks<Tensor -> Tensor>) (z: Tensor) (rows: Observations) : Tensor =
    Joint.logDensity (joint config) (Networks.toList networks) z rows

/// log p(z, v) of each row, (n, 1), nats: the joint density without treatment and outcome.
let logJointOfCovariates
    (config: Config)
    (networks: Networks<Tensor -> Tensor>)
    (z: Tensor)
    (rows: Observations)
    : Tensor =
    let factors = factors config

    let withoutOthers = {
        joint config with
            Factors = factors.Covariates :: Option.toList factors.Prior
    }

    Joint.logDensity withoutOthers (networks.Covariates :: Option.toList networks.Prior) z rows

/// Fresh networks for data of so many covariates and, where the prior is given one, an auxiliary variable of so many columns.
let init (key: Key) (config: Config) (covariates: int) (auxiliary: int) : Networks<NetworkState> =
    let q = LatentDims.total config.Latents
    let network child = Network.init config.Networks (key.Child child)

    {
        Covariates = network 0L q config.GUnits (covariates + 1)
        Treatment = network 1L (config.Latents.Z0 + config.Latents.Z2) config.HUnits 2
        Outcome = network 2L (config.Latents.Z0 + config.Latents.Z1 + 1) config.FUnits 2
        Prior =
            match config.Prior with
            | StandardNormal -> None
            | GivenU units -> Some(network 3L auxiliary units (q + 1))
    }

/// A fresh encoder e, V → Z.
let initEncoder (key: Key) (config: Config) (covariates: int) : NetworkState =
    Network.init config.Networks key covariates config.EUnits (LatentDims.total config.Latents)

/// Plain networks with the means of the weights: what evaluates, and what predicts without weight uncertainty.
let posteriorMeans (networks: Networks<NetworkState>) : Networks<Mlp> = Networks.map Network.mean networks
