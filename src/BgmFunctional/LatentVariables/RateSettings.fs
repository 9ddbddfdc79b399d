namespace BgmFunctional.LatentVariables

/// Rates by the published names.
[<RequireQualifiedAccess>]
module internal RateSettings =

    let private setting name codec (get: LearningRates -> 'a) set = NamedSettings.setting name codec get set

    let known: NamedSetting<LearningRates> list = [
        setting "lr" Codec.number _.WarmStart (fun v r -> { r with WarmStart = v })
        setting "lr_theta" Codec.number _.Theta (fun v r -> { r with Theta = v })
        setting "lr_z" Codec.number _.Z (fun v r -> { r with Z = v })
        setting "lr_schedule" Codec.schedule _.Schedule (fun v r -> { r with Schedule = v })
        setting "g_d_freq" Codec.whole _.CriticSteps (fun v r -> { r with CriticSteps = v })
        setting "kl_weight" Codec.klWeight _.KlWeight (fun v r -> { r with KlWeight = v })
    ]

/// Penalties by the published names.
[<RequireQualifiedAccess>]
module internal PenaltySettings =

    let private setting name (get: WarmStartPenalties -> float) set = NamedSettings.setting name Codec.number get set

    let known: NamedSetting<WarmStartPenalties> list = [
        setting "gamma" _.Gamma (fun v p -> { p with Gamma = v })
        setting "alpha" _.Alpha (fun v p -> { p with Alpha = v })
    ]
