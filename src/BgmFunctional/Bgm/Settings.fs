namespace BgmFunctional.Bgm

open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// All that a configuration says: the model, and how it is fitted.
[<NoComparison; NoEquality>]
type Settings = {
    /// The model.
    Config: Config
    /// How it is fitted; what does not change its result (threads, progress) is not part of a configuration.
    Options: FitOptions
}

/// Settings by the published names, and ours beside them, each as JSON text: what a file says, before defaults fill the rest.
type GivenSettings = Map<string, string>

/// Reading and writing configurations.
[<RequireQualifiedAccess>]
module Settings =

    /// Published, with ten latents.
    let defaults: Settings = { Config = Config.defaults; Options = FitOptions.defaults }

    let private ofModel name codec (get: Config -> 'a) set =
        NamedSettings.setting name codec (_.Config >> get) (fun value settings -> {
            settings with
                Config = set value settings.Config
        })

    let private ofFit name codec (get: FitOptions -> 'a) set =
        NamedSettings.setting name codec (_.Options >> get) (fun value settings -> {
            settings with
                Options = set value settings.Options
        })

    /// For tables of hundreds or thousands of rows.
    let recommended: Settings = {
        Config = Config.recommended
        Options = {
            FitOptions.defaults with
                EgmIterations = 0
                Epochs = 400
                EpochsPerEvaluation = 25
                HoldOut = 0.1
        }
    }

    /// Settings that go together, by name; sizes, seeds and whatever else is given win over them.
    let presets = [ "published", defaults; "recommended", recommended ]

    let private preset: NamedSetting<Settings> = {
        Name = "preset"
        Read =
            fun value _ ->
                (Codec.choice [ for name, _ in presets -> name, name ]).Read value
                |> Result.map (fun name -> List.find (fst >> (=) name) presets |> snd)
        Write = fun _ -> None
    }

    let private known: NamedSetting<Settings> list = [
        preset
        ofModel "z_dim" Codec.whole _.Latents (fun v c -> { c with Latents = v })
        ofModel "use_bnn" Codec.flag (fun c -> c.Networks = Bayesian) (fun v c -> {
            c with
                Networks = if v then Bayesian else Plain
        })
        ofModel
            "normalisation"
            (Codec.choice [ "fixed-moments", FixedMoments; "batch-moments", BatchMoments ])
            _.Normalisation
            (fun v c -> { c with Normalisation = v })
        ofModel "z_updates" Codec.updates _.Updates (fun v c -> { c with Updates = v })
        ofModel "rank" Codec.whole (fun c -> Covariance.rank c.Covariance) (fun v c -> {
            c with
                Covariance = if v = 0 then Covariance.Diagonal else Covariance.LowRank v
        })
        ofModel "g_units" Codec.units _.GUnits (fun v c -> { c with GUnits = v })
        ofModel "e_units" Codec.units _.EUnits (fun v c -> { c with EUnits = v })
        ofModel "dz_units" Codec.units _.DzUnits (fun v c -> { c with DzUnits = v })
        ofModel "dx_units" Codec.units _.DxUnits (fun v c -> { c with DxUnits = v })
        ofModel "g_start" (Codec.choice [ "random", RandomWeights; "factors", Factors ]) _.Start (fun v c -> {
            c with
                Start = v
        })
        ofModel "lr" Codec.number _.LearningRate (fun v c -> { c with LearningRate = v })
        ofModel "lr_theta" Codec.number _.LearningRateTheta (fun v c -> { c with LearningRateTheta = v })
        ofModel "lr_z" Codec.number _.LearningRateZ (fun v c -> { c with LearningRateZ = v })
        ofModel "gamma" Codec.number _.Gamma (fun v c -> { c with Gamma = v })
        ofModel "alpha" Codec.number _.Alpha (fun v c -> { c with Alpha = v })
        ofModel "g_d_freq" Codec.whole _.CriticSteps (fun v c -> { c with CriticSteps = v })
        ofModel "kl_weight" Codec.number _.KlWeight (fun v c -> { c with KlWeight = v })
        ofFit "epochs" Codec.whole _.Epochs (fun v o -> { o with Epochs = v })
        ofFit "epochs_per_eval" Codec.whole _.EpochsPerEvaluation (fun v o -> { o with EpochsPerEvaluation = v })
        ofFit "batch_size" Codec.whole _.BatchSize (fun v o -> { o with BatchSize = v })
        ofFit "egm_n_iter" Codec.whole _.EgmIterations (fun v o -> { o with EgmIterations = v })
        NamedSettings.warmStart _.Options.EgmIterations (fun settings -> {
            settings with
                Options = { settings.Options with EgmIterations = 0 }
        })
        ofFit "egm_batches_per_eval" Codec.whole _.EgmIterationsPerReport (fun v o -> {
            o with
                EgmIterationsPerReport = v
        })
        ofFit "hold_out" Codec.number _.HoldOut (fun v o -> { o with HoldOut = v })
        ofFit "random_seed" Codec.long _.Seed (fun v o -> { o with Seed = v })
    ]

    /// Published parameters without a meaning here, and what has it instead: a published configuration is read as it is.
    let private idle =
        Map [
            "x_dim", "the data say how many columns there are"
            "dataset", "files are where they are asked for"
            "output_dir", "files are where they are asked for"
            "timestamp", "files are where they are asked for"
            "save_model", "the model is saved where it is asked for"
            "save_res", "results are saved where they are asked for"
            "verbose", "progress is shown on standard error"
        ]

    let private refused result = Result.mapError BgmError.BadSetting result

    /// The settings in a JSON text, by name; the place is for refusals. Unknown names, and names that come twice, are refused; parameters of the
    /// published package that have no meaning here are left out, with a note each.
    let parse (place: string) (json: string) : Result<GivenSettings * string list, BgmError> =
        NamedSettings.parse known idle place json |> refused

    /// The settings in a file.
    let read (path: string) : Result<GivenSettings * string list, BgmError> =
        AtomicFile.read path
        |> Result.mapError BgmError.Data
        |> Result.bind (NamedSettings.text path >> refused)
        |> Result.bind (parse path)

    /// Given settings, the rest as published. Refused: values of another type or out of range, each by its name.
    let complete (place: string) (given: GivenSettings) : Result<Settings, BgmError> =
        NamedSettings.take known place given defaults
        |> refused
        |> Result.bind (fun settings ->
            Config.check settings.Config
            |> Result.bind (fun _ -> FitOptions.check settings.Options)
            |> Result.map (fun _ -> settings)
            |> Result.mapError (fun error ->
                match error with
                | BgmError.BadOption(name, found, wanted) ->
                    BgmError.BadSetting(place, name, $"found {found}; it must be {wanted}")
                | error -> error))

    /// Every setting with its value as JSON, in order.
    let list (settings: Settings) : (string * string) list = NamedSettings.list known settings

    /// The same, a line each: a configuration that can be read again.
    let format (settings: Settings) : string = list settings |> NamedSettings.format
