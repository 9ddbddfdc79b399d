namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Fitting.
[<RequireQualifiedAccess>]
module Fit =
    let private update config (options: FitOptions) (cells: Cells) key isDue save (carried: CarriedFit) (team: Team) =
        let updating = Stages.updating config options cells key carried team
        let generator () = updating.Networks.Head
        let mean (training: NetworkTraining) = Network.mean training.State
        let evaluator = Evaluator(config, cells, mean (generator ()), updating.Latents.Z, team)
        let evaluate epoch = { Epoch = epoch; Evaluation = evaluator.Run(mean (generator ())) }

        let carriedAfter (record: FitRecord) = {
            Record = record
            Tensors = {
                carried.Tensors with
                    Generator = generator ()
                    Latents = LatentState.copy updating.Latents
            }
        }

        let rec epochs (record: FitRecord) =
            if record.Epochs = options.Training.Epochs then
                let carried = carriedAfter record
                save carried |> Result.map (fun () -> carried, evaluate options.Training.Epochs)
            else
                updating.RunEpoch(record.Epochs, (fun _ -> options.Training.Cancellation.ThrowIfCancellationRequested()))
                let epoch = record.Epochs + 1

                if updating.Losses |> Array.exists (Double.IsFinite >> not) then
                    Error(BgmError.Diverged("updating", epoch))
                else
                    let found =
                        if epoch % options.Training.EpochsPerEvaluation = 0 then
                            [ evaluate epoch ]
                        else
                            []

                    options.Progress(
                        Updated(epoch, options.Training.Epochs, List.tryHead found |> Option.map _.Evaluation)
                    )

                    let record = { record with Epochs = epoch; History = found @ record.History }

                    (if isDue epoch then save (carriedAfter record) else Ok())
                    |> Result.bind (fun () -> epochs record)

        epochs carried.Record

    let private model config (options: FitOptions) epochs (dataset: Dataset) (fit: CarriedFit, last: HistoryEntry) = {
        Config = config
        Options = FitOptions.recipe options
        Encoding = dataset.Encoding
        Encoder = fit.Tensors.WarmStart.Encoder.State
        Generator = fit.Tensors.Generator.State
        Latents = fit.Tensors.Latents.Z
        History =
            match fit.Record.History with
            | found :: _ when found.Epoch = last.Epoch -> List.rev fit.Record.History
            | found -> List.rev (last :: found)
        Provenance = BgmModel.provenance options epochs dataset
    }

    /// The stages one after the other, for so many epochs.
    let private stages config (options: FitOptions) (dataset: Dataset) (team: Team) epochs =
        let key = Key.OfSeed options.Training.Seed
        let cells = Cells.ofMatrix dataset.Matrix
        let origin = lazy FitCheckpoint.origin config options dataset.Matrix

        let isDue =
            options.Training.Checkpoint
            |> Option.map Checkpoint.due
            |> Option.defaultValue (fun _ -> false)

        let save fit = FitCheckpoint.save options.Training.Checkpoint origin fit
        let until = { options with Training.Epochs = epochs }

        FitCheckpoint.load options.Training.Checkpoint origin until (Stages.begun key config dataset.Matrix cells)
        |> Result.bind (fun carried -> Stages.warmStart config until cells (key.Child 5L) isDue save carried team)
        |> Result.bind (fun carried -> update config until cells (key.Child 6L) isDue save carried team)
        |> Result.map (model config options epochs dataset)

    /// Fits a model to a table with or without holes: the warm start, then iterative updating. Everything is checked before any work.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled; the last checkpoint, if the options want any, can be
    /// resumed.</exception>
    let run (config: Config) (options: FitOptions) (dataset: Dataset) : Result<BgmModel, BgmError> =
        Config.check config
        |> Result.bind (fun _ -> FitOptions.check options)
        |> Result.bind (fun _ ->
            use team = new Team(options.Training.Threads)

            HoldOut.epochs config options dataset team
            |> Result.bind (stages config options dataset team))
