// A configuration as JSON: the published parameters by their published names, and ours beside them. A file of it configures a fit, a model file keeps it,
// and a checkpoint is resumed by the same one alone.
namespace BgmFunctional.CausalBgm

open System.Text
open System.Text.Json
open System.Text.Unicode
open BgmFunctional.Data
open BgmFunctional.Nets
open BgmFunctional.Optim

/// All that a configuration says: the model, how it is fitted, and how many segments are drawn where the prior is given a U that nobody has.
type Settings = {
    /// The model.
    Config: Config
    /// How it is fitted; what does not change its result (threads, progress) is not part of a configuration.
    Options: FitOptions
    /// `n_segments`.
    Segments: int
}

/// Settings by name, each as JSON text: what a file says, before defaults fill the rest.
type GivenSettings = Map<string, string>

/// Reading and writing configurations.
[<RequireQualifiedAccess>]
module Settings =
    module JsonValue = BgmFunctional.Flows.JsonValue
    module Codec = SettingCodec

    /// The published number of segments.
    let defaultSegments = 10

    /// A model and the published defaults of all else.
    let ofConfig config = { Config = config; Options = FitOptions.defaults; Segments = defaultSegments }

    // ---- settings ---------------------------------------------------------------------------------------------------

    type private Setting = {
        Name: string
        Read: JsonElement -> Settings -> Result<Settings, string list>
        /// None where it has nothing to say.
        Write: Settings -> string option
    }

    let private setting name (codec: SettingCodec<'a>) (get: Settings -> 'a) set = {
        Name = name
        Read = fun value settings -> codec.Read value |> Result.map (fun value -> set value settings)
        Write = get >> codec.Write >> Some
    }

    let private ofModel name codec (get: Config -> 'a) set =
        setting name codec (_.Config >> get) (fun value settings -> {
            settings with
                Config = set value settings.Config
        })

    let private ofFit name codec (get: FitOptions -> 'a) set =
        setting name codec (_.Options >> get) (fun value settings -> {
            settings with
                Options = set value settings.Options
        })

    /// One that only a prior given U has.
    let private ofPrior name (codec: SettingCodec<'a>) get set = {
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

    let private isIdentifiable (config: Config) = config.Prior <> StandardNormal

    let private withPrior isIdentifiable (config: Config) =
        if isIdentifiable then
            Config.givenU config
        else
            { config with Prior = StandardNormal }

    /// Required of a file, as nothing is right for all data.
    let private latents, private kind = "z_dims", "binary_treatment"

    let private modelSettings = [
        ofModel "model" (Codec.choice [ "causal", false; "identifiable", true ]) isIdentifiable withPrior
        ofModel latents Codec.dims _.Latents (fun v c -> { c with Latents = v })
        ofModel kind Codec.flag (fun c -> c.Treatment = Binary) (fun v c -> {
            c with
                Treatment = if v then Binary else Continuous
        })
        ofModel "use_bnn" Codec.flag (fun c -> c.Networks = Bayesian) (fun v c -> {
            c with
                Networks = if v then Bayesian else Plain
        })
        ofModel
            "normalisation"
            (Codec.choice [ "fixed-moments", FixedMoments; "batch-moments", BatchMoments ])
            _.Normalisation
            (fun v c -> { c with Normalisation = v })
        ofModel "g_units" Codec.units _.GUnits (fun v c -> { c with GUnits = v })
        ofModel "e_units" Codec.units _.EUnits (fun v c -> { c with EUnits = v })
        ofModel "f_units" Codec.units _.FUnits (fun v c -> { c with FUnits = v })
        ofModel "h_units" Codec.units _.HUnits (fun v c -> { c with HUnits = v })
        ofModel "dz_units" Codec.units _.DzUnits (fun v c -> { c with DzUnits = v })
        ofPrior "prior_units" Codec.units (fun _ units -> units) (fun v s -> {
            s with
                Config = { s.Config with Prior = GivenU v }
        })
        ofPrior "n_segments" Codec.whole (fun s _ -> s.Segments) (fun v s -> { s with Segments = v })
        ofModel "lr" Codec.number _.LearningRate (fun v c -> { c with LearningRate = v })
        ofModel "lr_theta" Codec.number _.LearningRateTheta (fun v c -> { c with LearningRateTheta = v })
        ofModel "lr_z" Codec.number _.LearningRateZ (fun v c -> { c with LearningRateZ = v })
        ofModel
            "lr_schedule"
            (Codec.choice [ "constant", Constant; "one-cycle", OneCycle; "cosine", Cosine ])
            _.Schedule
            (fun v c -> { c with Schedule = v })
        ofModel "g_d_freq" Codec.whole _.CriticSteps (fun v c -> { c with CriticSteps = v })
        ofModel
            "dz_normalisation"
            (Codec.choice [ "batch", BatchNormalised; "none", Unnormalised ])
            _.Critic
            (fun v c -> { c with Critic = v })
        ofModel "kl_weight" Codec.number _.KlWeight (fun v c -> { c with KlWeight = v })
        ofModel "use_z_rec" Codec.weight _.LatentReconstruction (fun v c -> { c with LatentReconstruction = v })
        ofModel "sigma_v" Codec.variance _.VVariance (fun v c -> { c with VVariance = v })
        ofModel "sigma_x" Codec.variance _.XVariance (fun v c -> { c with XVariance = v })
        ofModel "sigma_y" Codec.variance _.YVariance (fun v c -> { c with YVariance = v })
        ofModel "x_units" Codec.unitChoice _.XUnits (fun v c -> { c with XUnits = v })
        ofModel "y_units" Codec.unitChoice _.YUnits (fun v c -> { c with YUnits = v })
    ]

    let private fitSettings = [
        ofFit "epochs" Codec.whole _.Epochs (fun v o -> { o with Epochs = v })
        ofFit "epochs_per_eval" Codec.whole _.EpochsPerEvaluation (fun v o -> { o with EpochsPerEvaluation = v })
        ofFit "batch_size" Codec.whole _.BatchSize (fun v o -> { o with BatchSize = v })
        ofFit "startoff" Codec.whole _.StartOff (fun v o -> { o with StartOff = v })
        ofFit "egm_n_iter" Codec.whole _.EgmIterations (fun v o -> { o with EgmIterations = v })
        {
            // Said by egm_n_iter too, and after it: false is no iteration.
            Name = "use_egm_init"
            Read =
                fun value settings ->
                    Codec.flag.Read value
                    |> Result.bind (fun isOn ->
                        match isOn, settings.Options.EgmIterations with
                        | true, 0 -> Error [ "found true, but egm_n_iter is 0; leave one of the two out" ]
                        | true, _ -> Ok settings
                        | false, _ -> Ok { settings with Options = { settings.Options with EgmIterations = 0 } })
            Write = fun _ -> None
        }
        ofFit "egm_batches_per_eval" Codec.whole _.EgmIterationsPerReport (fun v o -> {
            o with
                EgmIterationsPerReport = v
        })
        ofFit "random_seed" Codec.wholeLong _.Seed (fun v o -> { o with Seed = v })
    ]

    /// Before all others, which win over it.
    let private preset = {
        Name = "preset"
        Read =
            fun value settings ->
                (Codec.choice Preset.names).Read value
                |> Result.map (fun preset ->
                    let config, options = Preset.apply preset (settings.Config, settings.Options)
                    { settings with Config = config; Options = options })
        Write = fun _ -> None
    }

    let private all = preset :: modelSettings @ fitSettings

    /// Published parameters without a meaning here, and what has it instead: a published configuration is read as it is.
    let private idle =
        Map [
            "v_dim", "the data say how many covariates there are"
            "dataset", "files are where they are asked for"
            "output_dir", "files are where they are asked for"
            "timestamp", "files are where they are asked for"
            "save_model", "the model is saved where it is asked for"
            "save_res", "effects are saved where they are asked for"
            "save_format", "effects are saved as CSV"
            "verbose", "progress is shown on standard error"
        ]

    // ---- reading ----------------------------------------------------------------------------------------------------

    let private refuse place key problem = Error(CausalError.BadSetting(place, key, problem))

    /// The settings in a JSON text, by name; the place is for refusals. Unknown names, and names that come twice, are refused; parameters of the
    /// published package that have no meaning here are left out, with a note each.
    let parse (place: string) (json: string) : Result<GivenSettings * string list, CausalError> =
        try
            use document = JsonDocument.Parse json

            match JsonValue.members document.RootElement with
            | Error problems -> refuse place "the whole file" (String.concat "; " problems)
            | Ok members ->
                let isKnown name = all |> List.exists (fun setting -> setting.Name = name)
                let twice = members |> List.countBy fst |> List.tryFind (fun (_, count) -> count > 1)

                let unknown =
                    members
                    |> List.tryFind (fun (name, _) -> not (isKnown name || idle.ContainsKey name))

                match twice, unknown with
                | Some(name, _), _ -> refuse place $"'{name}'" "it is given twice; give it once"
                | None, Some(name, _) ->
                    let known = all |> List.map _.Name |> String.concat ", "
                    refuse place $"'{name}'" $"there is no such setting; there are {known}"
                | None, None ->
                    let used, idling = members |> List.partition (fst >> isKnown)

                    Ok(
                        used |> List.map (fun (name, value) -> name, value.GetRawText()) |> Map.ofList,
                        idling
                        |> List.map (fun (name, _) -> $"{place}: '{name}' changes nothing: {idle[name]}")
                    )
        with
        | :? JsonException as error ->
            refuse place $"line {error.LineNumber.GetValueOrDefault() + 1L}" (error.Message.Split(" LineNumber:")[0])
        | :? System.InvalidOperationException -> refuse place "the whole file" "a text in it is not valid Unicode"

    /// The settings in a file.
    let read (path: string) : Result<GivenSettings * string list, CausalError> =
        match AtomicFile.read path with
        | Error error -> Error(CausalError.Data error)
        | Ok bytes when not (Utf8.IsValid bytes) -> refuse path "the whole file" "it is not UTF-8; save it as UTF-8"
        | Ok bytes -> (Encoding.UTF8.GetString bytes).TrimStart '\uFEFF' |> parse path

    let private defaults = Config.defaults Continuous { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 1 } |> ofConfig

    /// Given settings, the rest as their defaults. Refused: values of another type or out of range, each by its name, and settings without the sizes of
    /// the latent or the kind of treatment, for which there is no default.
    let complete (place: string) (given: GivenSettings) : Result<Settings, CausalError> =
        let take settings setting =
            match settings, given.TryFind setting.Name with
            | Ok settings, Some json ->
                use document = JsonDocument.Parse json

                match setting.Read document.RootElement settings with
                | Ok settings -> Ok settings
                | Error problems -> refuse place $"'{setting.Name}'" (String.concat "; " problems)
            | settings, _ -> settings

        match [ latents; kind ] |> List.tryFind (given.ContainsKey >> not) with
        | Some missing -> refuse place $"'{missing}'" "it is missing, and has no default; add it"
        | None ->
            List.fold take (Ok defaults) all
            |> Result.bind (fun settings ->
                Config.check settings.Config
                |> Result.bind (fun _ -> FitOptions.check settings.Options)
                |> Result.map (fun _ -> settings)
                |> Result.mapError (fun error ->
                    match error with
                    | CausalError.BadOption(name, found, wanted) ->
                        CausalError.BadSetting(place, name, $"found {found}; it must be {wanted}")
                    | error -> error))

    // ---- writing ----------------------------------------------------------------------------------------------------

    let private given settings (parts: Setting list) =
        parts
        |> List.choose (fun setting -> setting.Write settings |> Option.map (fun json -> setting.Name, json))

    /// Those of a model.
    let internal listModel config segments = given { defaults with Config = config; Segments = segments } modelSettings

    /// Those of a fit.
    let internal listFit options = given { defaults with Options = options } fitSettings

    /// Every setting with its value as JSON, in the order in which they are written.
    let list (settings: Settings) : (string * string) list = given settings all

    /// Settings as JSON, a line each.
    let format (settings: (string * string) seq) : string =
        settings
        |> Seq.map (fun (name, json) -> $"  {JsonText.write name}: {json}")
        |> String.concat ",\n"
        |> fun lines -> $"{{\n{lines}\n}}\n"
