namespace BgmFunctional.CausalBgm

open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

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

/// In which units a treatment or an outcome is learned. Results are in the data's units, whichever it is.
type UnitChoice =
    /// Those of the data, as published: right where values are of the order of 1.
    | AsIs
    /// Those in which most of the data are of the order of 1: Units.ofBulk.
    | Standardised

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
    /// How fast networks and latents learn; the schedule is of the warm start, and again of iterative updating.
    Rates: LearningRates
    /// Whether the critic of latents normalises what it sees.
    Critic: CriticNormalisation
    /// `use_z_rec`: weight of ‖z − e(g(z))‖² in the warm start, published as 1 or 0.
    LatentReconstruction: float
    /// `sigma_v`, of standardised covariates.
    VVariance: Variance
    /// `sigma_x`, of a continuous treatment, in its own units.
    XVariance: Variance
    /// `sigma_y`, of the outcome, in its own units.
    YVariance: Variance
    /// Units in which a continuous treatment is learned.
    XUnits: UnitChoice
    /// Units in which the outcome is learned.
    YUnits: UnitChoice
    /// The prior of Z.
    Prior: PriorChoice
}

/// Configurations.
[<RequireQualifiedAccess>]
module Config =

    /// The published defaults; treatment and outcome are learned in standard units, so that dollars and millimetres train alike.
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
        Rates = {
            WarmStart = 2e-4
            Theta = 1e-4
            Z = 1e-4
            Schedule = Constant
            CriticSteps = 5
            KlWeight = KlWeight.Absolute 1e-4
        }
        Critic = BatchNormalised
        LatentReconstruction = 1.0
        VVariance = Learned
        XVariance = Learned
        YVariance = Learned
        XUnits = Standardised
        YUnits = Standardised
        Prior = StandardNormal
    }

    /// The same with a latent of these sizes.
    let withLatents latents (config: Config) = { config with Latents = latents }

    /// The published prior given U: one hidden layer of 64.
    let defaultPriorGivenU = GivenU [ 64 ]

    /// The same with a prior given U: that of before, if it was, else the published one.
    let givenU (config: Config) =
        match config.Prior with
        | StandardNormal -> { config with Prior = defaultPriorGivenU }
        | GivenU _ -> config

    /// IdentifiableCausalBGM: the published defaults with a prior given U.
    let identifiable treatment latents = defaults treatment latents |> givenU

    let private variance name variance =
        match variance with
        | Learned -> None
        | Fixed sigma -> Setting.positive name sigma

    /// Settings outside their ranges.
    let internal problems (config: Config) = [
        Setting.atLeast "latent dimension z0 (z_dims)" 1 config.Latents.Z0
        Setting.atLeast "latent dimension z1 (z_dims)" 1 config.Latents.Z1
        Setting.atLeast "latent dimension z2 (z_dims)" 1 config.Latents.Z2
        Setting.atLeast "latent dimension z3 (z_dims)" 1 config.Latents.Z3
        Setting.units "g" config.GUnits
        Setting.units "e" config.EUnits
        Setting.units "f" config.FUnits
        Setting.units "h" config.HUnits
        Setting.units "dz" config.DzUnits
        yield! LearningRates.problems config.Rates
        Setting.notNegative "latent reconstruction (use_z_rec)" config.LatentReconstruction
        variance "sigma v (sigma_v)" config.VVariance
        variance "sigma x (sigma_x)" config.XVariance
        variance "sigma y (sigma_y)" config.YVariance
        (match config.Prior with
         | StandardNormal -> None
         | GivenU prior -> Setting.units "prior" prior)
    ]

    /// The configuration, or the first setting outside its range.
    let check (config: Config) : Result<Config, CausalError> =
        Setting.check CausalError.BadOption (problems config) config
