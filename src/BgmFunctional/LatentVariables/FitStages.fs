// The two stages of a fit, from wherever it has come to, to their end: the warm start, an iteration at a time, and iterative updating, an epoch at a time.
namespace BgmFunctional.LatentVariables

open System
open BgmFunctional.Optim

/// How a fit goes on and is watched.
[<NoComparison; NoEquality>]
type internal FitWork<'Fit, 'Entry, 'Error> = {
    Options: TrainingOptions
    Errors: FitErrors<'Error>
    Keeper: FitKeeper<'Fit, 'Error>
    /// Called with the iterations of the warm start that are done, and the losses of the last one.
    OnIteration: int -> WarmStartLosses -> unit
    /// Called with the epochs that are done, and the evaluation that followed if one did.
    OnEpoch: int -> 'Entry option -> unit
}

/// The stages of a fit.
[<RequireQualifiedAccess>]
module internal FitStages =

    /// The warm start; what it has led to is taken over after its last iteration.
    let warmStart
        (work: FitWork<_, _, _>)
        takeOver
        (start: CarriedFit<_, _, _, _, _, _> -> WarmStarting<_, _, _, _, _, _, _, _, _>)
        (carried: CarriedFit<_, _, _, _, _, _>)
        =
        let options = work.Options
        let training = lazy start carried

        let carriedAt i = {
            Record = { carried.Record with Iterations = i }
            Tensors =
                if i = options.EgmIterations then
                    takeOver training.Value.State
                else
                    { carried.Tensors with WarmStart = training.Value.State }
        }

        let report i =
            let losses = training.Value.Losses
            work.OnIteration i losses

            if not (WarmStartLosses.isFinite losses) then
                Error(work.Errors.Diverged("warm start", i))
            elif work.Keeper.IsDue(i / options.EgmIterationsPerReport) then
                work.Keeper.Save(carriedAt i)
            else
                Ok()

        if carried.Record.Iterations = options.EgmIterations then
            Ok carried
        else
            Iterations.run
                carried.Record.Iterations
                options.EgmIterations
                options.EgmIterationsPerReport
                options.Cancellation
                (fun () -> training.Value.Advance())
                report
            |> Result.map (fun () -> carriedAt options.EgmIterations)

    /// Iterative updating with the networks' rate on a schedule, evaluated every so many epochs and after the last one. An evaluation off schedule is not part
    /// of a checkpoint, so that more epochs can follow.
    let update
        (work: FitWork<_, _, _>)
        schedule
        (updating: Updating<_, _, _, _>)
        (evaluate: int -> 'Entry)
        (carried: CarriedFit<_, _, _, _, _, 'Entry>)
        =
        let options = work.Options

        let carriedAfter record = {
            Record = record
            Tensors = {
                carried.Tensors with
                    Generator = updating.Networks.Head
                    Latents = LatentState.copy updating.Latents
            }
        }

        let runEpoch epoch =
            let before batch =
                options.Cancellation.ThrowIfCancellationRequested()
                let epochs = float epoch + float batch / float updating.BatchesPerEpoch
                updating.RateFactor <- Schedule.share schedule (epochs / float options.Epochs)

            updating.RunEpoch(epoch, before)

            if updating.Losses |> Array.forall Double.IsFinite then
                Ok(epoch + 1)
            else
                Error(work.Errors.Diverged("updating", epoch + 1))

        let evaluated (record: FitRecord<'Entry>) =
            let entry = evaluate record.Epochs
            work.OnEpoch record.Epochs (Some entry)
            { record with History = entry :: record.History }

        let isScheduled epoch = epoch % options.EpochsPerEvaluation = 0

        let rec epochs (record: FitRecord<'Entry>) =
            if record.Epochs = options.Epochs then
                work.Keeper.Save(carriedAfter record)
                |> Result.map (fun () -> carriedAfter (if isScheduled record.Epochs then record else evaluated record))
            else
                runEpoch record.Epochs
                |> Result.bind (fun epoch ->
                    let record = { record with Epochs = epoch }

                    let record =
                        if isScheduled epoch then
                            evaluated record
                        else
                            if epoch < options.Epochs then
                                work.OnEpoch epoch None

                            record

                    (if epoch < options.Epochs && work.Keeper.IsDue epoch then
                         work.Keeper.Save(carriedAfter record)
                     else
                         Ok())
                    |> Result.bind (fun () -> epochs record))

        epochs carried.Record
