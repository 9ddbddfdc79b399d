namespace BgmFunctional.LatentVariables

open System
open System.Threading
open BgmFunctional.Data

/// How networks and latents are trained, whatever the model: how long and in which steps, and how the work is kept and shared. Names in backquotes are those
/// of the published packages.
[<NoComparison>]
type TrainingOptions = {
    /// `epochs` of iterative updating.
    Epochs: int
    /// `epochs_per_eval`: epochs from one evaluation to the next.
    EpochsPerEvaluation: int
    /// `batch_size`: rows of a step; all rows if there are fewer.
    BatchSize: int
    /// `egm_n_iter`: iterations of the warm start; 0, `use_egm_init` false: latents start at N(0, I) instead of e of their rows.
    EgmIterations: int
    /// `egm_batches_per_eval`: iterations of the warm start from one report to the next.
    EgmIterationsPerReport: int
    /// `random_seed`: names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Where the fit leaves what it carries, if anywhere, between iterations and epochs; rounds are reports of the warm start, and then epochs. A fit that is
    /// broken off and resumed gives the bits of an unbroken one.
    Checkpoint: CheckpointPlan option
    /// Ends the fit between two steps.
    Cancellation: CancellationToken
}

/// Options of training.
[<RequireQualifiedAccess>]
module TrainingOptions =

    /// The published defaults with so many iterations of the warm start, which differ between models; seed 0, all processors, no checkpoints.
    let published egmIterations : TrainingOptions = {
        Epochs = 100
        EpochsPerEvaluation = 5
        BatchSize = 32
        EgmIterations = egmIterations
        EgmIterationsPerReport = 500
        Seed = 0L
        Threads = Environment.ProcessorCount
        Checkpoint = None
        Cancellation = CancellationToken.None
    }

    /// What the result depends on, without how the work is kept and shared.
    let recipe (options: TrainingOptions) : TrainingOptions = {
        options with
            Threads = Environment.ProcessorCount
            Checkpoint = None
            Cancellation = CancellationToken.None
    }

    /// Those outside their ranges.
    let internal problems (options: TrainingOptions) = [
        Setting.atLeast "epochs" 1 options.Epochs
        Setting.atLeast "epochs per evaluation (epochs_per_eval)" 1 options.EpochsPerEvaluation
        Setting.atLeast "batch size (batch_size)" 2 options.BatchSize
        Setting.atLeast "egm iterations (egm_n_iter)" 0 options.EgmIterations
        Setting.atLeast "egm iterations per report (egm_batches_per_eval)" 1 options.EgmIterationsPerReport
        Setting.threads options.Threads
        Setting.checkpoints options.Checkpoint
    ]
