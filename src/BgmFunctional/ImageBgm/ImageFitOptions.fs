namespace BgmFunctional.ImageBgm

open System
open System.Threading
open BgmFunctional.Data
open BgmFunctional.LatentVariables

/// What a fit tells whoever watches.
type ImageFitProgress =
    /// The losses of an iteration of the warm start, of so many in all.
    | WarmStart of iteration: int * iterations: int * losses: WarmStartLosses
    /// An epoch of iterative updating, of so many in all, with the mean square of x − x̂ at the latents, where it was evaluated.
    | Updated of epoch: int * epochs: int * mse: float option

/// How a model of images is fitted. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type ImageFitOptions = {
    /// `epochs` of iterative updating.
    Epochs: int
    /// `epochs_per_eval`: epochs from one evaluation to the next.
    EpochsPerEvaluation: int
    /// `batch_size`: images of a step; all images if there are fewer.
    BatchSize: int
    /// `egm_n_iter`: iterations of the warm start; 0, `use_egm_init` false: latents start at N(0, I) instead of e(x).
    EgmIterations: int
    /// `egm_batches_per_eval`: iterations of the warm start from one report, and perhaps checkpoint, to the next.
    EgmIterationsPerReport: int
    /// Names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Ends the fit between two batches.
    Cancellation: CancellationToken
    /// Called after some iterations of the warm start and after every epoch.
    Progress: ImageFitProgress -> unit
    /// Where the fit leaves what it carries, if anywhere; its rounds are reports of the warm start, and epochs.
    Checkpoint: CheckpointPlan option
}

/// Options of fits.
[<RequireQualifiedAccess>]
module ImageFitOptions =

    /// The published defaults, seed 0, all processors, no checkpoints.
    let defaults: ImageFitOptions = {
        Epochs = 100
        EpochsPerEvaluation = 5
        BatchSize = 32
        EgmIterations = 10_000
        EgmIterationsPerReport = 500
        Seed = 0L
        Threads = Environment.ProcessorCount
        Cancellation = CancellationToken.None
        Progress = ignore
        Checkpoint = None
    }

    /// For the recommended configuration: a short warm start, and 80 epochs. On 5000 digits it takes some seven minutes of processor time.
    let recommended: ImageFitOptions = { defaults with Epochs = 80; EgmIterations = 1500 }

    /// The options, or the first one outside its range.
    let check (options: ImageFitOptions) : Result<ImageFitOptions, ImageError> =
        Setting.check
            ImageError.BadOption
            [
                Setting.atLeast "epochs" 1 options.Epochs
                Setting.atLeast "epochs per evaluation" 1 options.EpochsPerEvaluation
                Setting.atLeast "batch size" 2 options.BatchSize
                Setting.atLeast "egm iterations" 0 options.EgmIterations
                Setting.atLeast "egm iterations per report" 1 options.EgmIterationsPerReport
                Setting.threads options.Threads
            ]
            options
