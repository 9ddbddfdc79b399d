namespace BgmFunctional.LatentVariables

/// How a fit goes on by an epoch, and is watched and kept.
[<NoComparison; NoEquality>]
type internal EpochSteps<'State, 'Error> = {
    /// Epochs that are done.
    Done: 'State -> int
    /// An epoch more.
    Run: 'State -> Result<'State, 'Error>
    /// The same state with an evaluation, which is reported.
    Evaluate: 'State -> 'State
    /// Reports an epoch without an evaluation.
    Pass: 'State -> unit
    Keeper: FitKeeper<'State, 'Error>
}

/// Epochs of iterative updating.
[<RequireQualifiedAccess>]
module internal Epochs =

    /// From where a fit has come to the last epoch, evaluated every so many and after the last one, be it none. An evaluation off schedule is not part of a
    /// checkpoint, so that more epochs can follow.
    let run (options: TrainingOptions) (steps: EpochSteps<'State, 'Error>) (state: 'State) : Result<'State, 'Error> =
        let isLast state = steps.Done state = options.Epochs
        let isScheduled state = steps.Done state > 0 && steps.Done state % options.EpochsPerEvaluation = 0

        let watched state =
            if isScheduled state then
                steps.Evaluate state
            else
                if not (isLast state) then
                    steps.Pass state

                state

        let kept state =
            if not (isLast state) && steps.Keeper.IsDue(steps.Done state) then
                steps.Keeper.Save state
            else
                Ok()

        let rec go state =
            if isLast state then
                steps.Keeper.Save state
                |> Result.map (fun () -> if isScheduled state then state else steps.Evaluate state)
            elif options.Cancellation.IsCancellationRequested then
                Iterations.cancelled options.Cancellation (fun () -> steps.Keeper.Save state)
            else
                steps.Run state
                |> Result.bind (fun state ->
                    let state = watched state
                    kept state |> Result.bind (fun () -> go state))

        go state
