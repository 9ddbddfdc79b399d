namespace BgmFunctional.Bgm

open BgmFunctional.LatentVariables

/// What a fit tells whoever watches.
type FitProgress =
    /// The losses of an iteration of the warm start, of so many in all.
    | WarmStart of iteration: int * iterations: int * losses: WarmStartLosses
    /// How well a first fit fills cells that it did without, after an epoch of so many at most: their mean log density, nats.
    | HeldOut of epoch: int * epochs: int * logDensity: float
    /// An epoch of iterative updating, of so many in all, with the evaluation that followed it if one did.
    | Updated of epoch: int * epochs: int * evaluation: Evaluation option

/// How a model is fitted.
[<NoComparison; NoEquality>]
type FitOptions = {
    /// How long, in which steps, and how the work is kept and shared.
    Training: TrainingOptions
    /// Share of the seen cells that a first fit does without, to find after how many epochs it fills them best; the fit to all cells then ends after so many.
    /// 0, as published: no such fit, all epochs.
    HoldOut: float
    /// Called after some iterations of the warm start and after every epoch.
    Progress: FitProgress -> unit
}

/// Options of fits.
[<RequireQualifiedAccess>]
module FitOptions =

    /// The published defaults: a warm start of 20 000 iterations, 100 epochs.
    let defaults: FitOptions = {
        Training = TrainingOptions.published 20_000
        HoldOut = 0.0
        Progress = ignore
    }

    /// What the result depends on, without how it is watched, kept and shared among threads.
    let recipe (options: FitOptions) : FitOptions = {
        options with
            Training = TrainingOptions.recipe options.Training
            Progress = ignore
    }

    /// Those outside their ranges.
    let internal problems (options: FitOptions) = [
        yield! TrainingOptions.problems options.Training
        Setting.require
            "hold out"
            (string options.HoldOut)
            "a share from 0 to 0.5"
            (options.HoldOut >= 0.0 && options.HoldOut <= 0.5)
    ]

    /// The options, or the first one outside its range.
    let check (options: FitOptions) : Result<FitOptions, BgmError> =
        Setting.check BgmError.BadOption (problems options) options
