// The two stages of a fit, from wherever it has come to, to their end: the warm start, an iteration at a time, and iterative updating, an epoch at a time.
namespace BgmFunctional.LatentVariables

open System

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
                (carriedAt >> work.Keeper.Save)
                (fun () -> training.Value.Advance())
                report
            |> Result.map (fun () -> carriedAt options.EgmIterations)

    /// Iterative updating.
    let update
        (work: FitWork<_, _, _>)
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

        let run (record: FitRecord<'Entry>) =
            updating.RunEpoch(record.Epochs, options.Cancellation)
            let epoch = record.Epochs + 1

            if updating.Losses |> Array.forall Double.IsFinite then
                Ok { record with Epochs = epoch }
            else
                Error(work.Errors.Diverged("updating", epoch))

        let evaluated (record: FitRecord<'Entry>) =
            let entry = evaluate record.Epochs
            work.OnEpoch record.Epochs (Some entry)
            { record with History = entry :: record.History }

        Epochs.run
            options
            {
                Done = _.Epochs
                Run = run
                Evaluate = evaluated
                Pass = fun record -> work.OnEpoch record.Epochs None
                Keeper = FitKeeper.ofState carriedAfter work.Keeper
            }
            carried.Record
        |> Result.map carriedAfter
