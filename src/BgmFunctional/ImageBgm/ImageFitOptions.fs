namespace BgmFunctional.ImageBgm

open BgmFunctional.LatentVariables

/// What a fit tells whoever watches.
type ImageFitProgress =
    /// The losses of an iteration of the warm start, of so many in all.
    | WarmStart of iteration: int * iterations: int * losses: WarmStartLosses
    /// An epoch of iterative updating, of so many in all, with the mean square of x − x̂ at the latents, where it was evaluated.
    | Updated of epoch: int * epochs: int * mse: float option

/// How a model of images is fitted.
[<NoComparison; NoEquality>]
type ImageFitOptions = {
    /// How long, in which steps, and how the work is kept and shared.
    Training: TrainingOptions
    /// Called after some iterations of the warm start and after every epoch.
    Progress: ImageFitProgress -> unit
}

/// Options of fits.
[<RequireQualifiedAccess>]
module ImageFitOptions =

    /// The published defaults: a warm start of 10 000 iterations, 100 epochs.
    let defaults: ImageFitOptions = { Training = TrainingOptions.published 10_000; Progress = ignore }

    /// For the recommended configuration: a short warm start, and 80 epochs. On 5000 digits it takes some seven minutes of processor time.
    let recommended: ImageFitOptions = { defaults with Training.Epochs = 80; Training.EgmIterations = 1500 }

    /// What the result depends on, without how it is watched, kept and shared among threads.
    let recipe (options: ImageFitOptions) : ImageFitOptions = {
        Training = TrainingOptions.recipe options.Training
        Progress = ignore
    }

    /// Those outside their ranges.
    let internal problems (options: ImageFitOptions) = TrainingOptions.problems options.Training

    /// The options, or the first one outside its range.
    let check (options: ImageFitOptions) : Result<ImageFitOptions, ImageError> =
        Setting.check ImageError.BadOption (problems options) options
