// A configuration of images as JSON: the published parameters by their published names, and ours beside them. A file of it configures a fit, a model file keeps
// it, and a checkpoint is resumed by the same one alone.
namespace BgmFunctional.ImageBgm

open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// All that a configuration says: the model, and how it is fitted.
[<NoComparison; NoEquality>]
type ImageSettings = {
    /// The model.
    Config: ImageConfig
    /// How it is fitted; what does not change its result (threads, progress) is not part of a configuration.
    Options: ImageFitOptions
}

/// Reading and writing configurations.
[<RequireQualifiedAccess>]
module ImageSettings =

    /// As published.
    let defaults: ImageSettings = { Config = ImageConfig.defaults; Options = ImageFitOptions.defaults }

    /// As published, with a Bayesian generator.
    let bayesian: ImageSettings = { defaults with Config.Networks = Bayesian }

    /// Narrow networks that learn in minutes.
    let recommended: ImageSettings = { Config = ImageConfig.recommended; Options = ImageFitOptions.recommended }

    /// Settings that go together, by name; whatever else is given wins over them.
    let presets = [ "published", defaults; "recommended", recommended; "bayesian", bayesian ]

    let private law: Codec<PixelLaw> =
        Codec.choice [ "beta", PixelLaw.Beta; "logit-normal", PixelLaw.LogitNormal ]

    let private setting name codec get set = NamedSettings.setting name codec get set

    let private ofModel: NamedSetting<ImageConfig> list = [
        setting "z_dim" Codec.whole _.Latents (fun v c -> { c with Latents = v })
        setting "use_bnn" Codec.networks _.Networks (fun v c -> { c with Networks = v })
        setting "z_updates" Codec.updates _.Updates (fun v c -> { c with Updates = v })
        setting "g_filters" Codec.units _.GFilters (fun v c -> { c with GFilters = v })
        setting "e_filters" Codec.units _.EFilters (fun v c -> { c with EFilters = v })
        setting "e_dense" Codec.whole _.EUnits (fun v c -> { c with EUnits = v })
        setting "dx_filters" Codec.units _.DxFilters (fun v c -> { c with DxFilters = v })
        setting "dx_dense" Codec.whole _.DxUnits (fun v c -> { c with DxUnits = v })
        setting "dz_units" Codec.units _.DzUnits (fun v c -> { c with DzUnits = v })
        yield!
            NamedSettings.within (fun (c: ImageConfig) -> c.Rates) (fun v c -> { c with Rates = v }) RateSettings.known
        yield!
            NamedSettings.within
                (fun (c: ImageConfig) -> c.Penalties)
                (fun v c -> { c with Penalties = v })
                PenaltySettings.known
        setting "prior_sd" Codec.number _.PriorSd (fun v c -> { c with PriorSd = v })
        setting "pixel_law" law _.Pixels (fun v c -> { c with Pixels = v })
    ]

    let private ofFit: NamedSetting<ImageFitOptions> list =
        NamedSettings.within _.Training (fun v o -> { o with Training = v }) TrainingSettings.known

    /// The package's convolutions have fixed sizes, so that those of its tables' networks change nothing there either.
    let private idle =
        let convolutional sizes = $"the network is a convolutional one; its sizes are {sizes}"

        SettingsForm.idle
        |> Map.add "g_units" (convolutional "g_filters")
        |> Map.add "e_units" (convolutional "e_filters and e_dense")
        |> Map.add "dx_units" (convolutional "dx_filters and dx_dense")
        |> Map.add "x_dim" "the images say how many pixels there are"

    let private form: SettingsForm<ImageSettings, ImageError> = {
        Known =
            NamedSettings.preset presets
            :: NamedSettings.within _.Config (fun v s -> { s with Config = v }) ofModel
            @ NamedSettings.within _.Options (fun v s -> { s with Options = v }) ofFit
        Idle = idle
        Defaults = defaults
        Problems = fun settings -> ImageConfig.problems settings.Config @ ImageFitOptions.problems settings.Options
        BadSetting = ImageError.BadSetting
        Unread = ImageError.Data
    }

    /// The settings in a JSON text, by name; the place is for refusals. Unknown names, and names that come twice, are refused; parameters of the
    /// published package that have no meaning here are left out, with a note each.
    let parse (place: string) (json: string) : Result<GivenSettings * string list, ImageError> =
        SettingsForm.parse form place json

    /// The settings in a file.
    let read (path: string) : Result<GivenSettings * string list, ImageError> = SettingsForm.read form path

    /// Given settings, the rest as published. Refused: values of another type or out of range, each by its name.
    let complete (place: string) (given: GivenSettings) : Result<ImageSettings, ImageError> =
        SettingsForm.complete form place given

    /// Every setting with its value as JSON, in order.
    let list (settings: ImageSettings) : (string * string) list = NamedSettings.list form.Known settings

    /// The same, a line each: a configuration that can be read again.
    let format (settings: ImageSettings) : string = list settings |> NamedSettings.format
