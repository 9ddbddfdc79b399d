namespace BgmFunctional.CausalBgm

open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// Settings that go together, by name.
[<RequireQualifiedAccess>]
type Preset =
    /// As the authors' package has them.
    | Published
    /// Latents that keep to their prior, so that chains stay where networks were trained, and networks that settle; in less than half the time.
    | Recommended

/// Presets.
[<RequireQualifiedAccess>]
module Preset =

    /// The words for them.
    let names = [ "published", Preset.Published; "recommended", Preset.Recommended ]

    /// The settings that presets choose.
    let private chosen preset (published: Config) =
        match preset with
        | Preset.Published -> published, FitOptions.defaults.Training
        | Preset.Recommended ->
            {
                published with
                    // Sees where codes lie, so that e(V) has the distribution that the prior says, and chains stay where f was trained.
                    Critic = Unnormalised
                    // Networks settle, and sooner, where constant low rates leave them wandering.
                    Rates.Schedule = Cosine
                    Rates.WarmStart = 1e-3
                    Rates.Theta = 3e-3
                    // Few rows do not make weights as certain as many; and the divergences of all weights, taken as independent, together blur f less
                    // than by an evidence lower bound.
                    Rates.KlWeight = KlWeight.OverRows 0.2
            },
            { FitOptions.defaults.Training with EgmIterations = 12_000; Epochs = 30 }

    /// A configuration and options with a preset's settings in place of their own; sizes, likelihoods and the rest stay as they are.
    let apply (preset: Preset) (config: Config, options: FitOptions) : Config * FitOptions =
        let model, training = chosen preset (Config.defaults config.Treatment config.Latents)

        {
            config with
                Critic = model.Critic
                Rates.Schedule = model.Rates.Schedule
                Rates.WarmStart = model.Rates.WarmStart
                Rates.Theta = model.Rates.Theta
                Rates.KlWeight = model.Rates.KlWeight
        },
        {
            options with
                Training.EgmIterations = training.EgmIterations
                Training.Epochs = training.Epochs
        }
