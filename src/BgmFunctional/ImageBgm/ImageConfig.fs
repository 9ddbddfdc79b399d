namespace BgmFunctional.ImageBgm

open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A generative model of images: everything that decides what is learned, but not how long. Names in backquotes are those of the published
/// package; the sizes of its convolutions, which it fixes, are settings here.
type ImageConfig = {
    /// `z_dim`.
    Latents: int
    /// `use_bnn`: what the generator's weights are.
    Networks: NetworkKind
    /// Where latents go in iterative updating. Published are maximised ones; from draws of them, the generator cannot learn single images by heart.
    Updates: LatentUpdates
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
    /// How fast networks and latents learn; the schedule is of the generator's rate in iterative updating.
    Rates: LearningRates
    /// What the warm start weighs beside its misfits; variances are those of logits.
    Penalties: WarmStartPenalties
    /// Standard deviation of the prior of its weights.
    PriorSd: float
    /// How grey values are drawn in predictions that do not say it themselves; nothing is learned by it.
    Pixels: PixelLaw
}

/// Configurations.
[<RequireQualifiedAccess>]
module ImageConfig =

    /// The published defaults.
    let defaults: ImageConfig = {
        Latents = 10
        Networks = Plain
        Updates = Maximised
        GFilters = [ 128; 64; 32; 32 ]
        EFilters = [ 32; 64; 128 ]
        EUnits = 256
        DxFilters = [ 64; 128; 256 ]
        DxUnits = 128
        DzUnits = [ 64; 32; 8 ]
        Rates = {
            WarmStart = 1e-3
            Theta = 5e-3
            Z = 5e-3
            Schedule = Constant
            CriticSteps = 1
            KlWeight = KlWeight.Absolute 5e-5
        }
        Penalties = { Gamma = 0.0; Alpha = 0.0 }
        PriorSd = 0.1
        Pixels = PixelLaw.LogitNormal
    }

    /// Half as many channels and fewer of the critic, a sixth of the published arithmetic; latents that are drawn from their posterior, a rate that falls
    /// to 0, and intervals that hold the pixels, not their means. `paper/bgm/digits.fsx` tells what it reaches.
    let recommended: ImageConfig = {
        defaults with
            Updates = Langevin
            GFilters = [ 64; 32; 16; 16 ]
            EFilters = [ 16; 32; 64 ]
            EUnits = 128
            DxFilters = [ 16; 32; 64 ]
            DxUnits = 64
            Rates.Theta = 2e-3
            Rates.Z = 2e-2
            Rates.Schedule = Cosine
            Pixels = PixelLaw.Beta
    }

    let private filters name least (filters: int list) =
        Setting.require
            $"filters of the {name}"
            $"{filters.Length} of them"
            $"a list of at least {least}"
            (filters.Length >= least)
        |> Option.orElse (filters |> List.tryPick (Setting.atLeast $"filters of the {name}" 1))

    /// Settings outside their ranges.
    let internal problems (config: ImageConfig) = [
        Setting.atLeast "latents" 1 config.Latents
        filters "generator" 3 config.GFilters
        filters "encoder" 2 config.EFilters
        Setting.atLeast "units of the encoder" 1 config.EUnits
        filters "critic" 1 config.DxFilters
        Setting.atLeast "units of the critic" 1 config.DxUnits
        Setting.units "dz" config.DzUnits
        yield! LearningRates.problems config.Rates
        yield! WarmStartPenalties.problems config.Penalties
        Setting.positive "prior sd" config.PriorSd
    ]

    /// The configuration, or the first setting outside its range.
    let check (config: ImageConfig) : Result<ImageConfig, ImageError> =
        Setting.check ImageError.BadOption (problems config) config
