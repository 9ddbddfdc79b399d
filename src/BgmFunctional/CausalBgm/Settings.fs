// A configuration as JSON: the published parameters by their published names, and ours beside them. A file of it configures a fit, a model file keeps it,
// and a checkpoint is resumed by the same one alone.
namespace BgmFunctional.CausalBgm

open BgmFunctional.LatentVariables

/// All that a configuration says: the model, how it is fitted, and what it expects of data.
type Settings = {
    /// The model.
    Config: Config
    /// How it is fitted; what does not change its result (threads, progress) is not part of a configuration.
    Options: FitOptions
    /// `n_segments`: how many are drawn where the prior is given a U that nobody has.
    Segments: int
    /// Whether weights are drawn by Hamiltonian Monte Carlo once the model is fitted, which `WeightPosterior` does: FullMCMCCausalBGM.
    DrawsWeights: bool
    /// `v_dim`: the number of covariates, if the data must have so many.
    Covariates: int option
}

/// Reading and writing configurations.
[<RequireQualifiedAccess>]
module Settings =

    /// The published number of segments.
    let defaultSegments = 10

    /// A model and the published defaults of all else.
    let ofConfig config = {
        Config = config
        Options = FitOptions.defaults
        Segments = defaultSegments
        DrawsWeights = false
        Covariates = None
    }

    /// Settings with another model.
    let withConfig config (settings: Settings) = { settings with Config = config }

    /// Settings with another way to fit.
    let withOptions options (settings: Settings) = { settings with Options = options }

    /// Settings of a model whose prior is given segments drawn at random, so many of them.
    let withRandomSegments count (settings: Settings) = {
        settings with
            Config = Config.givenU settings.Config
            Segments = count
    }

    // ---- settings ---------------------------------------------------------------------------------------------------

    /// One that only a prior given U has.
    let private ofPrior name (codec: Codec<'a>) get set : NamedSetting<Settings> = {
        Name = name
        Read =
            fun value settings ->
                match settings.Config.Prior with
                | StandardNormal -> Error [ "only the identifiable model has it; add \"model\": \"identifiable\"" ]
                | GivenU _ -> codec.Read value |> Result.map (fun value -> set value settings)
        Write =
            fun settings ->
                match settings.Config.Prior with
                | StandardNormal -> None
                | GivenU units -> Some(codec.Write(get settings units))
    }

    /// Which of the three models: whether its prior is given U, and whether its weights are drawn.
    let private model =
        NamedSettings.setting
            "model"
            (Codec.choice [ "causal", (false, false); "identifiable", (true, false); "full-mcmc", (false, true) ])
            (fun settings ->
                let isIdentifiable = settings.Config.Prior <> StandardNormal
                isIdentifiable, settings.DrawsWeights && not isIdentifiable)
            (fun (isIdentifiable, drawsWeights) settings -> {
                settings with
                    Config =
                        if isIdentifiable then
                            Config.givenU settings.Config
                        else
                            { settings.Config with Prior = StandardNormal }
                    DrawsWeights = drawsWeights
            })

    /// Required of a file, as nothing is right for all data.
    let private latents, private kind = "z_dims", "binary_treatment"

    let private setting name codec get set = NamedSettings.setting name codec get set

    let private ofModel: NamedSetting<Config> list = [
        setting latents SettingCodec.dims _.Latents (fun v c -> { c with Latents = v })
        setting kind SettingCodec.treatment _.Treatment (fun v c -> { c with Treatment = v })
        setting "use_bnn" Codec.networks _.Networks (fun v c -> { c with Networks = v })
        setting "normalisation" Codec.normalisation _.Normalisation (fun v c -> { c with Normalisation = v })
        setting "g_units" Codec.units _.GUnits (fun v c -> { c with GUnits = v })
        setting "e_units" Codec.units _.EUnits (fun v c -> { c with EUnits = v })
        setting "f_units" Codec.units _.FUnits (fun v c -> { c with FUnits = v })
        setting "h_units" Codec.units _.HUnits (fun v c -> { c with HUnits = v })
        setting "dz_units" Codec.units _.DzUnits (fun v c -> { c with DzUnits = v })
        yield! NamedSettings.within (fun (c: Config) -> c.Rates) (fun v c -> { c with Rates = v }) RateSettings.known
        setting "dz_normalisation" SettingCodec.critic _.Critic (fun v c -> { c with Critic = v })
        setting "use_z_rec" SettingCodec.weight _.LatentReconstruction (fun v c -> { c with LatentReconstruction = v })
        setting "sigma_v" SettingCodec.variance _.VVariance (fun v c -> { c with VVariance = v })
        setting "sigma_x" SettingCodec.variance _.XVariance (fun v c -> { c with XVariance = v })
        setting "sigma_y" SettingCodec.variance _.YVariance (fun v c -> { c with YVariance = v })
        setting "x_units" SettingCodec.unitChoice _.XUnits (fun v c -> { c with XUnits = v })
        setting "y_units" SettingCodec.unitChoice _.YUnits (fun v c -> { c with YUnits = v })
    ]

    let private modelSettings: NamedSetting<Settings> list =
        model
        :: NamedSettings.within _.Config (fun v s -> { s with Config = v }) ofModel
        @ [
            ofPrior "prior_units" Codec.units (fun _ units -> units) (fun v s -> {
                s with
                    Config = { s.Config with Prior = GivenU v }
            })
            ofPrior "n_segments" Codec.whole (fun s _ -> s.Segments) (fun v s -> { s with Segments = v })
        ]

    let private ofFit: NamedSetting<FitOptions> list =
        NamedSettings.within _.Training (fun v o -> { o with Training = v }) TrainingSettings.known
        @ [ setting "startoff" Codec.whole _.StartOff (fun v o -> { o with StartOff = v }) ]

    let private fitSettings: NamedSetting<Settings> list =
        NamedSettings.within _.Options (fun v s -> { s with Options = v }) ofFit

    /// Before all others, which win over it.
    let private preset: NamedSetting<Settings> = {
        Name = "preset"
        Read =
            fun value settings ->
                (Codec.choice Preset.names).Read value
                |> Result.map (fun preset ->
                    let config, options = Preset.apply preset (settings.Config, settings.Options)
                    { settings with Config = config; Options = options })
        Write = fun _ -> None
    }

    let private covariates: NamedSetting<Settings> = {
        Name = "v_dim"
        Read =
            fun value settings ->
                Codec.whole.Read value
                |> Result.map (fun count -> { settings with Covariates = Some count })
        Write = _.Covariates >> Option.map Codec.whole.Write
    }

    let private form: SettingsForm<Settings, CausalError> = {
        Known = preset :: covariates :: modelSettings @ fitSettings
        Idle = SettingsForm.idle |> Map.add "save_format" "effects are saved as CSV"
        Defaults = Config.defaults Continuous { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 1 } |> ofConfig
        Problems = fun settings -> Config.problems settings.Config @ FitOptions.problems settings.Options
        BadSetting = CausalError.BadSetting
        Unread = CausalError.Data
    }

    // ---- reading ----------------------------------------------------------------------------------------------------

    /// The settings in a JSON text, by name; the place is for refusals. Unknown names, and names that come twice, are refused; parameters of the
    /// published package that have no meaning here are left out, with a note each.
    let parse (place: string) (json: string) : Result<GivenSettings * string list, CausalError> =
        SettingsForm.parse form place json

    /// The settings in a file.
    let read (path: string) : Result<GivenSettings * string list, CausalError> = SettingsForm.read form path

    /// Given settings, the rest as their defaults. Refused: values of another type or out of range, each by its name, and settings without the sizes of
    /// the latent or the kind of treatment, for which there is no default.
    let complete (place: string) (given: GivenSettings) : Result<Settings, CausalError> =
        match [ latents; kind ] |> List.tryFind (given.ContainsKey >> not) with
        | Some missing ->
            Error(CausalError.BadSetting(place, $"'{missing}'", "it is missing, and has no default; add it"))
        | None -> SettingsForm.complete form place given

    // ---- writing ----------------------------------------------------------------------------------------------------

    /// Those of a model.
    let internal listModel config segments drawsWeights =
        NamedSettings.list modelSettings {
            form.Defaults with
                Config = config
                Segments = segments
                DrawsWeights = drawsWeights
        }

    /// Those of a fit.
    let internal listFit options = NamedSettings.list fitSettings (withOptions options form.Defaults)

    /// Every setting with its value as JSON, in the order in which they are written.
    let list (settings: Settings) : (string * string) list = NamedSettings.list form.Known settings

    /// Settings as JSON, a line each.
    let format (settings: (string * string) seq) : string = NamedSettings.format settings
