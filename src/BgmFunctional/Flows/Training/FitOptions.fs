namespace BgmFunctional.Flows

open System
open System.Threading
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Optim

/// The losses after an epoch, for whoever watches.
type FitProgress = {
    /// Epochs done.
    Epoch: int
    /// Epochs at most.
    Epochs: int
    /// Mean losses by node, nats.
    Losses: Epoch
    /// Nodes that are still learning.
    Active: string list
}

/// How a flow is fitted.
type FitOptions = {
    /// Epochs at most.
    Epochs: int
    /// Of Adam, at the start.
    LearningRate: float
    /// Rows of a step; all rows if there are fewer.
    BatchSize: int
    /// How the learning rate changes.
    Schedule: Schedule
    /// Epochs without improvement after which a node leaves the computation; none: never.
    FreezePatience: int option
    /// Keep each node's weights of its best epoch by validation loss instead of the last ones.
    RestoreBest: bool
    /// Start nodes whose transformation or cut points do not depend on parents near the distribution of their values, instead of at zero.
    MarginalInit: bool
    /// Names the random numbers: weights at the start, and the order of rows.
    Seed: int64
    /// Threads; the result does not depend on it.
    Threads: int
    /// Sizes of the networks behind the terms.
    Units: NetworkUnits
    /// Where the fit leaves what it carries from epoch to epoch, if anywhere; a fit that is broken off and resumed gives the bits of an
    /// unbroken one.
    Checkpoint: CheckpointPlan option
    /// Ends the fit between two epochs.
    Cancellation: CancellationToken
    /// Called after every epoch.
    Progress: FitProgress -> unit
}

/// Options of fits.
[<RequireQualifiedAccess>]
module FitOptions =
    /// 500 epochs of Adam at rate 1e-2 in batches of 512, constant schedule, final weights, seed 0, all processors, no checkpoints.
    let defaults = {
        Epochs = 500
        LearningRate = 1e-2
        BatchSize = 512
        Schedule = Constant
        FreezePatience = None
        RestoreBest = false
        MarginalInit = false
        Seed = 0L
        Threads = Environment.ProcessorCount
        Units = NetworkUnits.defaults
        Checkpoint = None
        Cancellation = CancellationToken.None
        Progress = ignore
    }

    /// The self-stopping recipe: at most 4000 epochs, the rate cut after 30 epochs without improvement, nodes frozen after 120.
    let recommended = {
        defaults with
            Epochs = 4000
            Schedule = Plateau 30
            FreezePatience = Some 120
    }

    let private atLeast name low (value: int) =
        if value < low then
            Some(FlowError.BadOption(name, string value, $"a whole number, at least {low}"))
        else
            None

    /// The options, or the first one outside its range.
    let check (options: FitOptions) (hasValidation: bool) : Result<FitOptions, FlowError> =
        let patience =
            match options.Schedule with
            | Plateau patience -> atLeast "plateau patience" 1 patience
            | Constant
            | OneCycle
            | Cosine -> None

        let problems = [
            atLeast "epochs" 1 options.Epochs
            atLeast "batch size" 1 options.BatchSize
            atLeast "threads" 1 options.Threads
            (if options.Threads > Team.MostThreads then
                 Some(FlowError.BadOption("threads", string options.Threads, $"at most {Team.MostThreads}"))
             else
                 None)
            patience
            options.FreezePatience |> Option.bind (atLeast "freeze patience" 1)
            options.Checkpoint
            |> Option.bind _.Every
            |> Option.bind (atLeast "epochs between checkpoints" 1)
            (if options.LearningRate > 0.0 && Double.IsFinite options.LearningRate then
                 None
             else
                 Some(FlowError.BadOption("learning rate", string options.LearningRate, "a positive number")))
            (if options.RestoreBest && not hasValidation then
                 Some(FlowError.BadOption("restore best", "no validation rows", "used with validation data"))
             else
                 None)
        ]

        match List.tryPick id problems with
        | Some problem -> Error problem
        | None -> Ok options
