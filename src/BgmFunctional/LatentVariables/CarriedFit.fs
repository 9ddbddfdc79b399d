// What a fit by warm start and iterative updating carries between its steps, and the checkpoint that keeps it.
namespace BgmFunctional.LatentVariables

open BgmFunctional.Data

/// How far a fit has come: the header of its checkpoint.
type FitRecord<'Entry> = {
    /// Iterations of the warm start that are done.
    Iterations: int
    /// Epochs of iterative updating that are done.
    Epochs: int
    /// The evaluations so far, the latest first.
    History: 'Entry list
}

/// Its tensors: the warm start's, which stands still after its end; the generator and the latents of iterative updating, which are fresh before its start.
type internal FitTensors<'G, 'GM, 'E, 'EM, 'D> = {
    WarmStart: WarmStartState<'G, 'GM, 'E, 'EM, 'D>
    Generator: NetworkTraining<'G, 'GM>
    Latents: LatentState
}

/// All that a fit carries.
type internal CarriedFit<'G, 'GM, 'E, 'EM, 'D, 'Entry> = {
    Record: FitRecord<'Entry>
    Tensors: FitTensors<'G, 'GM, 'E, 'EM, 'D>
}

/// What a model says of a fit that cannot go on.
[<NoComparison; NoEquality>]
type internal FitErrors<'Error> = {
    BadOption: string * string * string -> 'Error
    Checkpoint: DataError -> 'Error
    /// A loss that is not finite: the stage, and its iteration or epoch.
    Diverged: string * int -> 'Error
}

/// How a fit stands in a checkpoint: a record of numbers and texts, and tensors.
[<NoComparison; NoEquality>]
type internal FitForm<'Fit, 'Record, 'Tensors> = {
    /// Of the checkpoint.
    Kind: string
    /// What is kept of a fit.
    Take: 'Fit -> 'Record * 'Tensors
    EpochsDone: 'Record -> int
    /// Tensors of the shapes that go with a record.
    Shapes: 'Record -> 'Tensors
    /// The fit, or what is wrong with what was kept.
    Restore: 'Record -> 'Tensors -> Result<'Fit, string>
}

/// Forms of fits.
[<RequireQualifiedAccess>]
module internal FitForm =

    /// Of fits like this one, whose tensors always have one form.
    let like kind (fresh: CarriedFit<'G, 'GM, 'E, 'EM, 'D, 'Entry>) : FitForm<_, _, _> = {
        Kind = kind
        Take = fun (fit: CarriedFit<'G, 'GM, 'E, 'EM, 'D, 'Entry>) -> fit.Record, fit.Tensors
        EpochsDone = _.Epochs
        Shapes = fun _ -> fresh.Tensors
        Restore = fun record tensors -> Ok { Record = record; Tensors = tensors }
    }

/// Leaves what a fit carries, and says after how many rounds.
[<NoComparison; NoEquality>]
type internal FitKeeper<'Fit, 'Error> = { IsDue: int -> bool; Save: 'Fit -> Result<unit, 'Error> }

/// Fits in checkpoints.
[<RequireQualifiedAccess>]
module internal FitKeeper =

    /// Leaves nothing.
    let none: FitKeeper<'Fit, 'Error> = { IsDue = (fun _ -> false); Save = fun _ -> Ok() }

    /// The same of states that stand for fits.
    let ofState (fit: 'State -> 'Fit) (keeper: FitKeeper<'Fit, 'Error>) : FitKeeper<'State, 'Error> = {
        IsDue = keeper.IsDue
        Save = fit >> keeper.Save
    }

    /// A keeper by the options' plan, if there is one, and the fit where its checkpoint left it, else the fresh one, which becomes the first checkpoint.
    /// The origin is what the bits of the fit depend on, by name.
    let resume
        (errors: FitErrors<'Error>)
        (options: TrainingOptions)
        (form: FitForm<'Fit, 'Record, 'Tensors>)
        (origin: unit -> Map<string, string>)
        (fresh: 'Fit)
        : Result<FitKeeper<'Fit, 'Error> * 'Fit, 'Error> =
        match options.Checkpoint with
        | None -> Ok(none, fresh)
        | Some plan ->
            let origin = origin ()

            let keeper = {
                IsDue = Checkpoint.due plan
                Save =
                    fun fit ->
                        form.Take fit
                        ||> Checkpoint.save plan form.Kind origin
                        |> Result.mapError errors.Checkpoint
            }

            let restore record tensors =
                let epochs = form.EpochsDone record

                if epochs > options.Epochs then
                    let wanted = $"at least the {epochs} that the checkpoint has done"
                    Error(errors.BadOption("epochs", string options.Epochs, wanted))
                else
                    form.Restore record tensors
                    |> Result.mapError (fun problem ->
                        errors.Checkpoint(DataError.BadCheckpoint(Checkpoint.path plan, problem)))

            Checkpoint.loadAs<'Record, 'Tensors> plan form.Kind origin form.Shapes
            |> Result.mapError errors.Checkpoint
            |> Result.bind (fun found ->
                match found with
                | Some(record, tensors) -> restore record tensors
                | None -> keeper.Save fresh |> Result.map (fun () -> fresh))
            |> Result.map (fun fit -> keeper, fit)
