namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Nets

/// A generative model of images: everything that decides what is learned, but not how long. Names in backquotes are those of the published
/// package; the sizes of its convolutions, which it fixes, are settings here.
type ImageConfig = {
    /// `z_dim`.
    Latents: int
    /// `use_bnn`: what the generator's weights are.
    Networks: NetworkKind
    /// Channels of the generator: of the small image that the first layer makes, and of each block after it.
    GFilters: int list
    /// Channels of the encoder's blocks.
    EFilters: int list
    /// Units of its dense layer.
    EUnits: int
    /// Channels of the convolutions of the critic of images.
    DxFilters: int list
    /// Units of its dense layer.
    DxUnits: int
    /// `dz_units`: hidden units of the critic of latents.
    DzUnits: int list
    /// `lr`: learning rate of the warm start.
    LearningRate: float
    /// `lr_theta`: learning rate of the generator in iterative updating.
    LearningRateTheta: float
    /// `lr_z`: learning rate of latents in iterative updating.
    LearningRateZ: float
    /// `gamma`: of the critics' gradient penalties.
    Gamma: float
    /// `alpha`: of the mean square of the logits' variances.
    Alpha: float
    /// `g_d_freq`: steps of the critics for each step of the other networks.
    CriticSteps: int
    /// `kl_weight`: of a Bayesian generator's divergence from its prior.
    KlWeight: float
    /// Standard deviation of the prior of its weights.
    PriorSd: float
}

/// Configurations.
[<RequireQualifiedAccess>]
module ImageConfig =

    /// The published defaults.
    let defaults: ImageConfig = {
        Latents = 10
        Networks = Plain
        GFilters = [ 128; 64; 32; 32 ]
        EFilters = [ 32; 64; 128 ]
        EUnits = 256
        DxFilters = [ 64; 128; 256 ]
        DxUnits = 128
        DzUnits = [ 64; 32; 8 ]
        LearningRate = 1e-3
        LearningRateTheta = 5e-3
        LearningRateZ = 5e-3
        Gamma = 0.0
        Alpha = 0.0
        CriticSteps = 1
        KlWeight = 5e-5
        PriorSd = 0.1
    }

    /// Half as many channels: an iteration of the warm start takes about a third of the time.
    let quick: ImageConfig = {
        defaults with
            GFilters = [ 64; 32; 16; 16 ]
            EFilters = [ 16; 32; 64 ]
            EUnits = 128
            DxFilters = [ 32; 64; 128 ]
            DxUnits = 64
            LearningRateTheta = 1e-3
    }

    /// The same with other networks.
    let withNetworks kind (config: ImageConfig) = { config with Networks = kind }

    /// The same with so many latents.
    let withLatents count (config: ImageConfig) = { config with Latents = count }

    let private require name found wanted isRight =
        if isRight then None else Some(ImageError.BadOption(name, found, wanted))

    let private atLeast name low (value: int) =
        require name (string value) $"a whole number, at least {low}" (value >= low)

    let private positive name (value: float) =
        require name (string value) "a positive number" (value > 0.0 && Double.IsFinite value)

    let private notNegative name (value: float) =
        require name (string value) "a number, 0 or above" (value >= 0.0 && Double.IsFinite value)

    let private units name least (units: int list) =
        let text = units |> List.map string |> String.concat ","

        require
            name
            $"'{text}'"
            $"at least {least} whole numbers, each at least 1"
            (units.Length >= least && List.forall (fun count -> count >= 1) units)

    /// The configuration, or the first setting outside its range.
    let check (config: ImageConfig) : Result<ImageConfig, ImageError> =
        let problems = [
            atLeast "latents" 1 config.Latents
            units "filters of the generator" 3 config.GFilters
            units "filters of the encoder" 2 config.EFilters
            atLeast "units of the encoder" 1 config.EUnits
            units "filters of the critic" 1 config.DxFilters
            atLeast "units of the critic" 1 config.DxUnits
            units "units of the critic of latents" 1 config.DzUnits
            positive "learning rate" config.LearningRate
            positive "learning rate of the generator" config.LearningRateTheta
            positive "learning rate of latents" config.LearningRateZ
            notNegative "gamma" config.Gamma
            notNegative "alpha" config.Alpha
            atLeast "critic steps" 1 config.CriticSteps
            notNegative "kl weight" config.KlWeight
            positive "prior sd" config.PriorSd
        ]

        match List.tryPick id problems with
        | Some problem -> Error problem
        | None -> Ok config
