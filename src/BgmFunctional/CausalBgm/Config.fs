namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Nets

/// What values a treatment takes.
type TreatmentKind =
    /// 0 or 1.
    | Binary
    /// Any number.
    | Continuous

/// A variance of a likelihood.
type Variance =
    /// softplus of a network's last output, + 1e-6: one for each row.
    | Learned
    /// The square of this standard deviation.
    | Fixed of sigma: float

/// How many numbers each part of the latent Z has, `z_dims`.
type LatentDims = {
    /// Z₀, which confounds: it moves treatment, outcome and covariates.
    Z0: int
    /// Z₁, which moves outcome and covariates.
    Z1: int
    /// Z₂, which moves treatment and covariates.
    Z2: int
    /// Z₃, which moves covariates only.
    Z3: int
}

/// Latent dimensions.
[<RequireQualifiedAccess>]
module LatentDims =
    /// q, all together.
    let total dims = dims.Z0 + dims.Z1 + dims.Z2 + dims.Z3

/// The prior of Z.
type PriorChoice =
    /// N(0, I).
    | StandardNormal
    /// N(μ(U), σ²(U)·I) by a network of these hidden units, given an auxiliary variable U: IdentifiableCausalBGM. `prior_units`.
    | GivenU of units: int list

/// A model of the CausalBGM family: everything that decides what is learned, but not how long. Names in backquotes are those of the
/// published package, whose v_dim is here the number of covariates in the data.
type Config = {
    /// `z_dims`.
    Latents: LatentDims
    /// `binary_treatment`.
    Treatment: TreatmentKind
    /// `use_bnn`: what the weights of e, g, h and f are.
    Networks: NetworkKind
    /// How Bayesian networks normalise their inputs in training. The published package has batch normalisation there; here
    /// fixed moments are the default: by the moments of batches, a treatment with heavy tails is scaled otherwise in training than in prediction.
    Normalisation: InputNormalisation
    /// `g_units`: hidden units of g, Z → V.
    GUnits: int list
    /// `e_units`: hidden units of e, V → Z.
    EUnits: int list
    /// `f_units`: hidden units of f, (Z₀, Z₁, X) → Y.
    FUnits: int list
    /// `h_units`: hidden units of h, (Z₀, Z₂) → X.
    HUnits: int list
    /// `dz_units`: hidden units of the critic of latents.
    DzUnits: int list
    /// `lr`: learning rate of the EGM warm start.
    LearningRate: float
    /// `lr_theta`: learning rate of networks in iterative updating.
    LearningRateTheta: float
    /// `lr_z`: learning rate of latents in iterative updating.
    LearningRateZ: float
    /// `g_d_freq`: steps of the critic for each step of the other networks.
    CriticSteps: int
    /// `kl_weight`: of a Bayesian network's divergence from its prior.
    KlWeight: float
    /// `use_z_rec`: weight of ‖z − e(g(z))‖² in the warm start, published as 1 or 0.
    LatentReconstruction: float
    /// `sigma_v`, of covariates.
    VVariance: Variance
    /// `sigma_x`, of a continuous treatment.
    XVariance: Variance
    /// `sigma_y`, of the outcome.
    YVariance: Variance
    /// The prior of Z.
    Prior: PriorChoice
}

/// Configurations.
[<RequireQualifiedAccess>]
module Config =

    /// The published defaults.
    let defaults (treatment: TreatmentKind) (latents: LatentDims) : Config = {
        Latents = latents
        Treatment = treatment
        Networks = Bayesian
        Normalisation = FixedMoments
        GUnits = [ 64; 64; 64; 64; 64 ]
        EUnits = [ 64; 64; 64; 64; 64 ]
        FUnits = [ 64; 32; 8 ]
        HUnits = [ 64; 32; 8 ]
        DzUnits = [ 64; 32; 8 ]
        LearningRate = 2e-4
        LearningRateTheta = 1e-4
        LearningRateZ = 1e-4
        CriticSteps = 5
        KlWeight = 1e-4
        LatentReconstruction = 1.0
        VVariance = Learned
        XVariance = Learned
        YVariance = Learned
        Prior = StandardNormal
    }

    /// IdentifiableCausalBGM: the same with a prior given U, by one hidden layer of 64.
    let identifiable treatment latents = { defaults treatment latents with Prior = GivenU [ 64 ] }

    let private require name found wanted isRight =
        if isRight then None else Some(CausalError.BadOption(name, found, wanted))

    let private atLeast name low (value: int) =
        require name (string value) $"a whole number, at least {low}" (value >= low)

    let private positive name (value: float) =
        require name (string value) "a positive number" (value > 0.0 && Double.IsFinite value)

    let private notNegative name (value: float) =
        require name (string value) "a number, 0 or above" (value >= 0.0 && Double.IsFinite value)

    let private units name (units: int list) = units |> List.tryPick (atLeast $"{name} units" 1)

    let private variance name variance =
        match variance with
        | Learned -> None
        | Fixed sigma -> positive name sigma

    /// The configuration, or the first setting outside its range.
    let check (config: Config) : Result<Config, CausalError> =
        let problems = [
            atLeast "latent dimension z0" 1 config.Latents.Z0
            atLeast "latent dimension z1" 1 config.Latents.Z1
            atLeast "latent dimension z2" 1 config.Latents.Z2
            atLeast "latent dimension z3" 1 config.Latents.Z3
            units "g" config.GUnits
            units "e" config.EUnits
            units "f" config.FUnits
            units "h" config.HUnits
            units "dz" config.DzUnits
            positive "learning rate" config.LearningRate
            positive "learning rate of networks" config.LearningRateTheta
            positive "learning rate of latents" config.LearningRateZ
            atLeast "critic steps" 1 config.CriticSteps
            notNegative "kl weight" config.KlWeight
            notNegative "latent reconstruction" config.LatentReconstruction
            variance "sigma v" config.VVariance
            variance "sigma x" config.XVariance
            variance "sigma y" config.YVariance
            (match config.Prior with
             | StandardNormal -> None
             | GivenU prior -> units "prior" prior)
        ]

        match List.tryPick id problems with
        | Some problem -> Error problem
        | None -> Ok config
