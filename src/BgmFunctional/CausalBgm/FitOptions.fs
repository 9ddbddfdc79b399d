namespace BgmFunctional.CausalBgm

open BgmFunctional.LatentVariables

/// What a fit tells whoever watches.
type FitProgress =
    /// The losses of an iteration of the warm start, of so many in all.
    | WarmStart of iteration: int * iterations: int * losses: EgmLosses
    /// An epoch of iterative updating, of so many in all, with the evaluation that followed it if one did.
    | Updated of epoch: int * epochs: int * evaluation: Evaluation option

/// How a model is fitted.
[<NoComparison; NoEquality>]
type FitOptions = {
    /// How long, in which steps, and how the work is kept and shared.
    Training: TrainingOptions
    /// `startoff`: the best model is looked for from this epoch on.
    StartOff: int
    /// Called after some iterations of the warm start and after every epoch.
    Progress: FitProgress -> unit
}

/// Options of fits.
[<RequireQualifiedAccess>]
module FitOptions =

    /// The published defaults: a warm start of 30 000 iterations, 100 epochs.
    let defaults: FitOptions = { Training = TrainingOptions.published 30_000; StartOff = 0; Progress = ignore }

    /// Those outside their ranges.
    let internal problems (options: FitOptions) = [
        yield! TrainingOptions.problems options.Training
        Setting.between "startoff" 0 options.Training.Epochs options.StartOff
    ]

    /// The options, or the first one outside its range.
    let check (options: FitOptions) : Result<FitOptions, CausalError> =
        Setting.check CausalError.BadOption (problems options) options
