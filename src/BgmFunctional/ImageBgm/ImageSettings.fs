namespace BgmFunctional.ImageBgm

open BgmFunctional.LatentVariables

/// Configurations by the published names, and ours beside them, as a model file keeps them.
[<RequireQualifiedAccess>]
module internal ImageSettings =

    let private setting name codec (get: ImageConfig -> 'a) set = NamedSettings.setting name codec get set

    let private known: NamedSetting<ImageConfig> list = [
        setting "z_dim" Codec.whole _.Latents (fun v c -> { c with Latents = v })
        setting "use_bnn" Codec.networks _.Networks (fun v c -> { c with Networks = v })
        setting "z_updates" Codec.updates _.Updates (fun v c -> { c with Updates = v })
        setting "g_filters" Codec.units _.GFilters (fun v c -> { c with GFilters = v })
        setting "e_filters" Codec.units _.EFilters (fun v c -> { c with EFilters = v })
        setting "e_units" Codec.whole _.EUnits (fun v c -> { c with EUnits = v })
        setting "dx_filters" Codec.units _.DxFilters (fun v c -> { c with DxFilters = v })
        setting "dx_units" Codec.whole _.DxUnits (fun v c -> { c with DxUnits = v })
        setting "dz_units" Codec.units _.DzUnits (fun v c -> { c with DzUnits = v })
        yield!
            NamedSettings.within (fun (c: ImageConfig) -> c.Rates) (fun v c -> { c with Rates = v }) RateSettings.known
        yield!
            NamedSettings.within
                (fun (c: ImageConfig) -> c.Penalties)
                (fun v c -> { c with Penalties = v })
                PenaltySettings.known
        setting "prior_sd" Codec.number _.PriorSd (fun v c -> { c with PriorSd = v })
    ]

    /// Every setting with its value as JSON.
    let list (config: ImageConfig) : (string * string) list = NamedSettings.list known config

    /// A configuration as JSON.
    let write (config: ImageConfig) : string = NamedSettings.format (list config)

    /// The configuration that a text is, or what is wrong with it.
    let read (text: string) : Result<ImageConfig, string> =
        NamedSettings.parse known Map.empty "settings" text
        |> Result.bind (fun (given, _) -> NamedSettings.take known "settings" given ImageConfig.defaults)
        |> Result.mapError (fun (_, setting, problem) -> $"{setting}: {problem}")
        |> Result.bind (ImageConfig.check >> Result.mapError ImageError.message)
