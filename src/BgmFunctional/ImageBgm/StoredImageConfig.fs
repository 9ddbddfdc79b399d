namespace BgmFunctional.ImageBgm

open BgmFunctional.Nets

/// A configuration as a model file's JSON says it.
type StoredImageConfig = {
    /// Numbers of z.
    Latents: int
    /// plain or bayesian.
    Networks: string
    /// Channels of the generator.
    GFilters: int list
    /// Channels of the encoder.
    EFilters: int list
    /// Units of the encoder.
    EUnits: int
    /// Channels of the critic of images.
    DxFilters: int list
    /// Units of the critic of images.
    DxUnits: int
    /// Units of the critic of latents.
    DzUnits: int list
    /// Of the warm start.
    LearningRate: float
    /// Of the generator.
    LearningRateTheta: float
    /// Of latents.
    LearningRateZ: float
    /// Of gradient penalties.
    Gamma: float
    /// Of variances.
    Alpha: float
    /// For each step of the other networks.
    CriticSteps: int
    /// Of the divergence from the prior.
    KlWeight: float
    /// Of the prior of weights.
    PriorSd: float
}

/// Configurations in files.
[<RequireQualifiedAccess>]
module internal StoredImageConfig =

    let private plain, private bayesian = "plain", "bayesian"

    /// A configuration in words and numbers.
    let ofConfig (config: ImageConfig) : StoredImageConfig = {
        Latents = config.Latents
        Networks =
            (match config.Networks with
             | Plain -> plain
             | Bayesian -> bayesian)
        GFilters = config.GFilters
        EFilters = config.EFilters
        EUnits = config.EUnits
        DxFilters = config.DxFilters
        DxUnits = config.DxUnits
        DzUnits = config.DzUnits
        LearningRate = config.LearningRate
        LearningRateTheta = config.LearningRateTheta
        LearningRateZ = config.LearningRateZ
        Gamma = config.Gamma
        Alpha = config.Alpha
        CriticSteps = config.CriticSteps
        KlWeight = config.KlWeight
        PriorSd = config.PriorSd
    }

    /// The configuration that is said, or what is wrong with it.
    let toConfig (stored: StoredImageConfig) : Result<ImageConfig, string> =
        let networks =
            match stored.Networks with
            | text when text = plain -> Ok Plain
            | text when text = bayesian -> Ok Bayesian
            | other -> Error $"its networks are '{other}'; known are {plain}, {bayesian}"

        networks
        |> Result.bind (fun networks ->
            ImageConfig.check {
                Latents = stored.Latents
                Networks = networks
                GFilters = stored.GFilters
                EFilters = stored.EFilters
                EUnits = stored.EUnits
                DxFilters = stored.DxFilters
                DxUnits = stored.DxUnits
                DzUnits = stored.DzUnits
                LearningRate = stored.LearningRate
                LearningRateTheta = stored.LearningRateTheta
                LearningRateZ = stored.LearningRateZ
                Gamma = stored.Gamma
                Alpha = stored.Alpha
                CriticSteps = stored.CriticSteps
                KlWeight = stored.KlWeight
                PriorSd = stored.PriorSd
            }
            |> Result.mapError ImageError.message)
