namespace BgmFunctional.Bgm

open System
open System.Threading
open BgmFunctional.Data
open BgmFunctional.LatentVariables

/// What a fit tells whoever watches.
type FitProgress =
    /// The losses of an iteration of the warm start, of so many in all.
    | WarmStart of iteration: int * iterations: int * losses: WarmStartLosses
    /// How well a first fit fills cells that it did without, after an epoch of so many at most: their mean log density, nats.
    | HeldOut of epoch: int * epochs: int * logDensity: float
    /// An epoch of iterative updating, of so many in all, with the evaluation that followed it if one did.
    | Updated of epoch: int * epochs: int * evaluation: Evaluation option

/// How a model is fitted. Names in backquotes are those of the published package.
[<NoComparison; NoEquality>]
type FitOptions = {
    /// `epochs` of iterative updating.
    Epochs: int
    /// `epochs_per_eval`: epochs from one evaluation to the next.
    EpochsPerEvaluation: int
    /// `batch_size`: rows of a step; all rows if there are fewer.
    BatchSize: int
    /// `egm_n_iter`: iterations of the warm start; 0, `use_egm_init` false: latents start at N(0, I) instead of e(x).
    EgmIterations: int
    /// `egm_batches_per_eval`: iterations of the warm start from one report to the next.
    EgmIterationsPerReport: int
    /// Share of the seen cells that a first fit does without, to find after how many epochs it fills them best; the fit to all cells then ends after so many.
    /// 0, as published: no such fit, all epochs.
    HoldOut: float
    /// `random_seed`: names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Where the fit leaves what it carries, if anywhere, between iterations and epochs; rounds are reports of the warm start and epochs. A fit that is
    /// broken off and resumed gives the bits of an unbroken one.
    Checkpoint: CheckpointPlan option
    /// Ends the fit between two steps.
    Cancellation: CancellationToken
    /// Called after some iterations of the warm start and after every epoch.
    Progress: FitProgress -> unit
}

/// Options of fits.
[<RequireQualifiedAccess>]
module FitOptions =

    /// The published defaults, seed 0, all processors, no checkpoints.
    let defaults = {
        Epochs = 100
        EpochsPerEvaluation = 5
        BatchSize = 32
        EgmIterations = 20_000
        EgmIterationsPerReport = 500
        HoldOut = 0.0
        Seed = 0L
        Threads = Environment.ProcessorCount
        Checkpoint = None
        Cancellation = CancellationToken.None
        Progress = ignore
    }

    /// What the result depends on, without how it is watched, kept and shared among threads.
    let recipe (options: FitOptions) : FitOptions = {
        defaults with
            Epochs = options.Epochs
            EpochsPerEvaluation = options.EpochsPerEvaluation
            BatchSize = options.BatchSize
            EgmIterations = options.EgmIterations
            EgmIterationsPerReport = options.EgmIterationsPerReport
            HoldOut = options.HoldOut
            Seed = options.Seed
    }

    /// The options, or the first one outside its range.
    let check (options: FitOptions) : Result<FitOptions, BgmError> =
        Setting.check
            BgmError.BadOption
            [
                Setting.atLeast "epochs" 1 options.Epochs
                Setting.atLeast "epochs per evaluation" 1 options.EpochsPerEvaluation
                Setting.atLeast "batch size" 2 options.BatchSize
                Setting.atLeast "egm iterations" 0 options.EgmIterations
                Setting.atLeast "egm iterations per report" 1 options.EgmIterationsPerReport
                Setting.require
                    "hold out"
                    (string options.HoldOut)
                    "a share from 0 to 0.5"
                    (options.HoldOut >= 0.0 && options.HoldOut <= 0.5)
                Setting.threads options.Threads
                options.Checkpoint
                |> Option.bind _.Every
                |> Option.bind (Setting.atLeast "rounds between checkpoints" 1)
            ]
            options
