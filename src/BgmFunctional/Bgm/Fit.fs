namespace BgmFunctional.Bgm

open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// Fitting.
[<RequireQualifiedAccess>]
module Fit =
    let private update (work: FitWork) config options (cells: Cells) key (team: Team) (carried: CarriedFit) =
        let updating = Stages.updating config options.Training cells key team carried
        let generator () = Network.mean updating.Networks.Head.State
        let evaluator = Evaluator(config, cells, generator (), updating.Latents.Z, team)
        let evaluate epoch = { Epoch = epoch; Evaluation = evaluator.Run(generator ()) }
        FitStages.update work updating evaluate carried

    let private model config (options: FitOptions) (dataset: Dataset) (fit: CarriedFit) = {
        Config = config
        Options = FitOptions.recipe options
        Encoding = dataset.Encoding
        Encoder = fit.Tensors.WarmStart.Encoder.State
        Generator = fit.Tensors.Generator.State
        Latents = fit.Tensors.Latents.Z
        History = List.rev fit.Record.History
        Provenance = BgmModel.provenance options fit.Record.Epochs dataset
    }

    /// The stages one after the other, from where the fit has come to, for as many epochs as held-out cells ask for.
    let private stages config (options: FitOptions) (dataset: Dataset) (team: Team) =
        let key, cells = Key.OfSeed options.Training.Seed, Cells.ofMatrix dataset.Matrix

        Stages.begun key config dataset.Matrix cells
        |> Stages.resume config options dataset.Matrix
        |> Result.bind (fun (keeper, carried) ->
            HoldOut.epochs config options dataset team
            |> Result.bind (fun epochs ->
                let work = { Stages.unkept { options with Training.Epochs = epochs } with Keeper = keeper }

                Stages.warmStart work config cells (key.Child 5L) team carried
                |> Result.bind (update work config options cells (key.Child 6L) team)))
        |> Result.map (model config options dataset)

    /// Fits a model to a table with or without holes: the warm start, then iterative updating. Everything is checked before any work.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled; the last checkpoint, if the options want any, can be
    /// resumed.</exception>
    let run (config: Config) (options: FitOptions) (dataset: Dataset) : Result<BgmModel, BgmError> =
        Config.check config
        |> Result.bind (fun _ -> FitOptions.check options)
        |> Result.bind (fun _ ->
            use team = new Team(options.Training.Threads)
            stages config options dataset team)
