namespace BgmFunctional.Bgm

open BgmFunctional.LatentVariables

/// All that a configuration says: the model, and how it is fitted.
[<NoComparison; NoEquality>]
type Settings = {
    /// The model.
    Config: Config
    /// How it is fitted; what does not change its result (threads, progress) is not part of a configuration.
    Options: FitOptions
}

/// Reading and writing configurations.
[<RequireQualifiedAccess>]
module Settings =

    /// Published, with ten latents.
    let defaults: Settings = { Config = Config.defaults; Options = FitOptions.defaults }

    /// Ours: begins at factors, and leaves them where held-out cells say so.
    let recommended: Settings = {
        Config = Config.recommended
        Options = {
            FitOptions.defaults with
                Training.EgmIterations = 0
                Training.Epochs = 30
                Training.EpochsPerEvaluation = 10
                Training.BatchSize = 64
                HoldOut = 0.1
        }
    }

    /// Settings that go together, by name; sizes, seeds and whatever else is given win over them.
    let presets = [ "published", defaults; "recommended", recommended ]

    let private rank: Codec<Covariance> =
        Codec.whole
        |> Codec.map (fun rank -> if rank = 0 then Covariance.Diagonal else Covariance.LowRank rank) Covariance.rank

    let private start: Codec<NetworkStart> = Codec.choice [ "random", RandomWeights; "factors", Factors ]

    let private setting name codec get set = NamedSettings.setting name codec get set

    let private ofModel: NamedSetting<Config> list = [
        setting "z_dim" Codec.whole _.Latents (fun v c -> { c with Latents = v })
        setting "use_bnn" Codec.networks _.Networks (fun v c -> { c with Networks = v })
        setting "normalisation" Codec.normalisation _.Normalisation (fun v c -> { c with Normalisation = v })
        setting "z_updates" Codec.updates _.Updates (fun v c -> { c with Updates = v })
        setting "rank" rank _.Covariance (fun v c -> { c with Covariance = v })
        setting "g_units" Codec.units _.GUnits (fun v c -> { c with GUnits = v })
        setting "e_units" Codec.units _.EUnits (fun v c -> { c with EUnits = v })
        setting "dz_units" Codec.units _.DzUnits (fun v c -> { c with DzUnits = v })
        setting "dx_units" Codec.units _.DxUnits (fun v c -> { c with DxUnits = v })
        setting "g_start" start _.Start (fun v c -> { c with Start = v })
        setting "variance_power" Codec.number _.VariancePower (fun v c -> { c with VariancePower = v })
        yield! NamedSettings.within (fun (c: Config) -> c.Rates) (fun v c -> { c with Rates = v }) RateSettings.known
        yield!
            NamedSettings.within
                (fun (c: Config) -> c.Penalties)
                (fun v c -> { c with Penalties = v })
                PenaltySettings.known
    ]

    let private ofFit: NamedSetting<FitOptions> list =
        NamedSettings.within _.Training (fun v o -> { o with Training = v }) TrainingSettings.known
        @ [ setting "hold_out" Codec.number _.HoldOut (fun v o -> { o with HoldOut = v }) ]

    let private form: SettingsForm<Settings, BgmError> = {
        Known =
            NamedSettings.preset presets
            :: NamedSettings.within _.Config (fun v s -> { s with Config = v }) ofModel
            @ NamedSettings.within _.Options (fun v s -> { s with Options = v }) ofFit
        Idle = SettingsForm.idle |> Map.add "x_dim" "the data say how many columns there are"
        Defaults = defaults
        Problems = fun settings -> Config.problems settings.Config @ FitOptions.problems settings.Options
        BadSetting = BgmError.BadSetting
        Unread = BgmError.Data
    }

    /// The settings in a JSON text, by name; the place is for refusals. Unknown names, and names that come twice, are refused; parameters of the
    /// published package that have no meaning here are left out, with a note each.
    let parse (place: string) (json: string) : Result<GivenSettings * string list, BgmError> =
        SettingsForm.parse form place json

    /// The settings in a file.
    let read (path: string) : Result<GivenSettings * string list, BgmError> = SettingsForm.read form path

    /// Given settings, the rest as published. Refused: values of another type or out of range, each by its name.
    let complete (place: string) (given: GivenSettings) : Result<Settings, BgmError> =
        SettingsForm.complete form place given

    /// Every setting with its value as JSON, in order.
    let list (settings: Settings) : (string * string) list = NamedSettings.list form.Known settings

    /// The same, a line each: a configuration that can be read again.
    let format (settings: Settings) : string = list settings |> NamedSettings.format
