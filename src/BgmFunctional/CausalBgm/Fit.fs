namespace BgmFunctional.CausalBgm

open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.CausalBgm.Model

/// Fitting.
[<RequireQualifiedAccess>]
module Fit =

    let private requireAuxiliary (config: Config) (data: Observations) =
        match config.Prior, data.U with
        | GivenU _, None -> Error(CausalError.AuxiliaryMismatch true)
        | StandardNormal, Some _ -> Error(CausalError.AuxiliaryMismatch false)
        | _ -> Ok()

    let private model config (work: Work) (dataset: Dataset) (state: UpdatingState) : CausalModel =
        let best =
            state.Best
            |> Option.defaultWith (fun () -> {
                Epoch = state.Epoch
                MseY = state.History.Head.Evaluation.MseY
                Networks = Networks.map (fun (training: NetworkTraining) -> training.State) state.Networks
                Latents = state.Latents.Z
            })

        {
            Config = config
            Parts = dataset.Parts
            Scaling = dataset.Scaling
            Units = work.Units
            Auxiliary = dataset.Auxiliary
            Encoder = state.Encoder
            Networks = best.Networks
            Latents = best.Latents
            WeightDraws = []
            History = List.rev state.History
            Epoch = best.Epoch
            Training = Settings.listFit work.Options
            Provenance =
                Provenance.ofFit work.Options.Training.Seed (Observations.rows work.Data) work.Options.Training.Epochs
        }

    /// Fits a model: the warm start, then iterative updating. Everything is checked before any work.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled; a checkpoint, if the options want any, has what
    /// was done.</exception>
    let run (config: Config) (options: FitOptions) (dataset: Dataset) : Result<CausalModel, CausalError> =
        Config.check config
        |> Result.bind (fun _ -> FitOptions.check options)
        |> Result.bind (fun _ -> requireAuxiliary config dataset.Observations)
        |> Result.bind (fun () ->
            use team = new Team(options.Training.Threads)
            let units = LearningUnits.choose config dataset.Observations

            let work = {
                Config = LearningUnits.configure units config
                Options = options
                Units = units
                Data = LearningUnits.enter units dataset.Observations
                Key = Key.OfSeed options.Training.Seed
                Team = team
                Keeper = FitKeeper.none
            }

            let egm, updating = Stages.start work

            let fresh =
                if options.Training.EgmIterations > 0 then
                    InWarmStart(0, egm)
                else
                    InUpdating updating

            let form = FitCheckpoint.form config options (egm, updating)
            let origin () = FitCheckpoint.origin config options dataset.Observations

            FitKeeper.resume Stages.errors options.Training form origin fresh
            |> Result.bind (fun (keeper, carried) ->
                let work = { work with Keeper = keeper }

                match carried with
                | InUpdating state -> Stages.update work state
                | InWarmStart(iterations, state) ->
                    Stages.warmStart work iterations state
                    |> Result.map (fun warm -> Stages.takeOver work warm updating)
                    |> Result.bind (fun state -> keeper.Save(InUpdating state) |> Result.map (fun () -> state))
                    |> Result.bind (Stages.update work))
            |> Result.map (model config work dataset))

    /// Sizes of the latent that the rows of a table in their roles suggest.
    let chooseLatents (kind: TreatmentKind) (roles: Roles) (frame: Frame) : Result<LatentChoice, CausalError> =
        Dataset.ofRoles kind roles frame
        |> Result.map (fun dataset -> LatentChoice.ofData dataset.Observations)

    let private requireCovariates (settings: Settings) (dataset: Dataset) =
        let found = Observations.covariates dataset.Observations

        match settings.Covariates with
        | Some wanted when wanted <> found -> Error(CausalError.OtherCovariates(wanted, found))
        | _ -> Ok dataset

    /// The rows of a table in their roles for a fit with these settings: where the prior is given a U and no column is part of it, segments are drawn at
    /// random, as published.
    let prepare (settings: Settings) (roles: Roles) (frame: Frame) : Result<Dataset, CausalError> =
        Dataset.ofRoles settings.Config.Treatment roles frame
        |> Result.bind (requireCovariates settings)
        |> Result.bind (fun dataset ->
            match settings.Config.Prior, dataset.Auxiliary with
            | GivenU _, None ->
                Dataset.withRandomSegments
                    ((Key.OfSeed settings.Options.Training.Seed).Child 5L)
                    settings.Segments
                    dataset
            | _ -> Ok dataset)

    /// Fits a model to the rows of a table in their roles.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let ofFrame (settings: Settings) (roles: Roles) (frame: Frame) : Result<CausalModel, CausalError> =
        prepare settings roles frame
        |> Result.bind (run settings.Config settings.Options)
