namespace BgmFunctional.CausalBgm

open System
open System.Threading
open BgmFunctional.Data

/// What a fit tells whoever watches.
type FitProgress =
    /// The losses of an iteration of the warm start, of so many in all.
    | WarmStart of iteration: int * iterations: int * losses: EgmLosses
    /// An epoch of iterative updating, of so many in all, with the evaluation that followed it if one did.
    | Updated of epoch: int * epochs: int * evaluation: Evaluation option

/// How a model is fitted. Names in backquotes are those of the published package.
type FitOptions = {
    /// `epochs` of iterative updating.
    Epochs: int
    /// `epochs_per_eval`: epochs from one evaluation to the next.
    EpochsPerEvaluation: int
    /// `batch_size`: rows of a step; all rows if there are fewer.
    BatchSize: int
    /// `startoff`: the best model is looked for from this epoch on.
    StartOff: int
    /// `egm_n_iter`: iterations of the warm start; 0, `use_egm_init` false: latents start at N(0, I) instead of e(V).
    EgmIterations: int
    /// `egm_batches_per_eval`: iterations of the warm start from one report to the next.
    EgmIterationsPerReport: int
    /// Names all random numbers.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Checkpoints, which a fit that was ended in any way goes on from with the same bits. Rounds are reports of the warm start and then epochs.
    Checkpoint: CheckpointPlan option
    /// Ends the fit between two batches; a checkpoint, if the options want any, has what was done.
    Cancellation: CancellationToken
    /// Called after some iterations of the warm start and after every epoch.
    Progress: FitProgress -> unit
}

/// Options of fits.
[<RequireQualifiedAccess>]
module FitOptions =

    /// The published defaults, seed 0, all processors.
    let defaults = {
        Epochs = 100
        EpochsPerEvaluation = 5
        BatchSize = 32
        StartOff = 0
        EgmIterations = 30_000
        EgmIterationsPerReport = 500
        Seed = 0L
        Threads = Environment.ProcessorCount
        Checkpoint = None
        Cancellation = CancellationToken.None
        Progress = ignore
    }

    /// The options, or the first one outside its range.
    let check (options: FitOptions) : Result<FitOptions, CausalError> =
        let between name low high (value: int) =
            if value >= low && value <= high then
                None
            else
                let wanted =
                    if high = Int32.MaxValue then
                        $"a whole number, at least {low}"
                    else
                        $"a whole number, {low} to {high}"

                Some(CausalError.BadOption(name, string value, wanted))

        let atLeast name low value = between name low Int32.MaxValue value

        let problems = [
            atLeast "epochs" 1 options.Epochs
            atLeast "epochs per evaluation (epochs_per_eval)" 1 options.EpochsPerEvaluation
            atLeast "batch size (batch_size)" 2 options.BatchSize
            between "startoff" 0 options.Epochs options.StartOff
            atLeast "egm iterations (egm_n_iter)" 0 options.EgmIterations
            atLeast "egm iterations per report (egm_batches_per_eval)" 1 options.EgmIterationsPerReport
            options.Checkpoint
            |> Option.bind _.Every
            |> Option.bind (atLeast "rounds between checkpoints" 1)
            between "threads" 1 BgmFunctional.Flows.FitOptions.mostThreads options.Threads
        ]

        match List.tryPick id problems with
        | Some problem -> Error problem
        | None -> Ok options
