namespace BgmFunctional.LatentVariables

open BgmFunctional.Optim

/// How fast networks and latents learn, whatever the model. Names in backquotes are those of the published packages.
type LearningRates = {
    /// `lr`: learning rate of networks in the warm start.
    WarmStart: float
    /// `lr_theta`: learning rate of networks in iterative updating.
    Theta: float
    /// `lr_z`: learning rate of latents in iterative updating.
    Z: float
    /// How rates of networks change in the course of a stage; published are constant ones. Not `Plateau`, as no loss says where a stage stalls.
    Schedule: Schedule
    /// `g_d_freq`: steps of critics for each step of the other networks.
    CriticSteps: int
    /// `kl_weight`: of a Bayesian network's divergence from its prior.
    KlWeight: KlWeight
}

/// Rates.
[<RequireQualifiedAccess>]
module internal LearningRates =

    /// Those outside their ranges.
    let problems (rates: LearningRates) = [
        Setting.positive "learning rate (lr)" rates.WarmStart
        Setting.positive "learning rate of networks (lr_theta)" rates.Theta
        Setting.positive "learning rate of latents (lr_z)" rates.Z
        (match rates.Schedule with
         | Plateau _ -> Some("schedule (lr_schedule)", "plateau", "constant, one-cycle or cosine")
         | Constant
         | OneCycle
         | Cosine -> None)
        Setting.atLeast "critic steps (g_d_freq)" 1 rates.CriticSteps
        Setting.notNegative "kl weight (kl_weight)" (KlWeight.share rates.KlWeight)
    ]

    /// Settings of the result of so many epochs: more of them only go on, unless a rate follows a plan that ends with the last.
    let withoutEpochs (rates: LearningRates) settings =
        if rates.Schedule = Constant then Map.remove "epochs" settings else settings

/// What the warm start of a generative model weighs beside its misfits.
type WarmStartPenalties = {
    /// `gamma`: of the critics' gradients.
    Gamma: float
    /// `alpha`: of the mean square of the generator's variances.
    Alpha: float
}

/// Penalties.
[<RequireQualifiedAccess>]
module internal WarmStartPenalties =

    /// Those outside their ranges.
    let problems (penalties: WarmStartPenalties) = [
        Setting.notNegative "gamma" penalties.Gamma
        Setting.notNegative "alpha" penalties.Alpha
    ]
