namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// What an epoch's evaluation found.
type HistoryEntry = {
    /// From 1.
    Epoch: int
    /// Of the networks and latents after it.
    Evaluation: Evaluation
}

/// A fitted model of the CausalBGM family.
type CausalModel = {
    /// What was fitted.
    Config: Config
    /// The columns it was fitted to.
    Parts: Parts
    /// What standardises covariates.
    Scaling: Scaling
    /// In which units its networks see treatment and outcome.
    Units: LearningUnits
    /// Where its auxiliary variable comes from, if the prior is given one.
    Auxiliary: Auxiliary option
    /// e, V → Z.
    Encoder: NetworkState
    /// g, h, f, and the prior network if there is one.
    Networks: Networks<NetworkState>
    /// Z of the rows of the fit, (n, q).
    Latents: Tensor
    /// The evaluations, in order.
    History: HistoryEntry list
    /// The epoch whose weights and latents these are.
    Epoch: int
    /// How it was fitted: options by their published names, as JSON.
    Training: (string * string) list
    /// Where it comes from.
    Provenance: BgmFunctional.Flows.Provenance
}

/// Fitted models.
[<RequireQualifiedAccess>]
module CausalModel =

    /// Every setting of its fit by its published name, as JSON.
    let settings (model: CausalModel) : (string * string) list =
        let segments =
            match model.Auxiliary with
            | Some(Auxiliary.RandomSegments count) -> count
            | _ -> Settings.defaultSegments

        Settings.listModel model.Config segments @ model.Training

    /// What speaks against it, one line each.
    let warnings (model: CausalModel) : string list = model.Auxiliary |> Option.bind Auxiliary.warning |> Option.toList

/// Fitting.
[<RequireQualifiedAccess>]
module Fit =
    module FlowFit = BgmFunctional.Flows.Fit

    let private requireAuxiliary (config: Config) (data: Observations) =
        match config.Prior, data.U with
        | GivenU _, None -> Error(CausalError.AuxiliaryMismatch true)
        | StandardNormal, Some _ -> Error(CausalError.AuxiliaryMismatch false)
        | _ -> Ok()

    let private warmStart config (options: FitOptions) data encoder networks key team =
        let training = EgmTraining(config, data, encoder, networks, options.BatchSize, key, team)

        let rec iterate i =
            if i = options.EgmIterations then
                Ok(training.Encoder, { training.Networks with Prior = networks.Prior })
            else
                options.Cancellation.ThrowIfCancellationRequested()
                training.Advance()

                if (i + 1) % options.EgmIterationsPerReport = 0 || i + 1 = options.EgmIterations then
                    let losses = training.Losses
                    options.Progress(WarmStart(i + 1, options.EgmIterations, losses))

                    if Tree.leaves losses |> Array.forall (Tensor.item >> Double.IsFinite) then
                        iterate (i + 1)
                    else
                        Error(CausalError.Diverged("warm start", i + 1))
                else
                    iterate (i + 1)

        iterate 0

    /// e(V) by the mean network: (n, p) -> (n, q).
    let internal encode (encoder: NetworkState) (v: Tensor) = Tensor.force (Network.applyPlain (Network.mean encoder) v)

    let private standardNormal (key: Key) rows columns = Initial.normal key rows columns 0.0 1.0

    let private update
        config
        (options: FitOptions)
        units
        (data: Observations)
        (networks: Networks<NetworkState>)
        (z: Tensor)
        key
        team
        =
        let latents = LatentState.start z

        let updating = Updating(config, data, networks, latents, options.BatchSize, key, team)
        let evaluator = Evaluator(config, data, posteriorMeans networks, latents.Z, team)
        let snapshot epoch = epoch, updating.Networks, Tensor.float32 z.Shape (Tensor.toFloat32 latents.Z)

        let rec epochs epoch history best =
            if epoch > options.Epochs then
                Ok(List.rev history, best |> Option.map snd |> Option.defaultWith (fun () -> snapshot options.Epochs))
            else
                for b in 0 .. updating.BatchesPerEpoch - 1 do
                    options.Cancellation.ThrowIfCancellationRequested()
                    updating.RunBatch(epoch - 1, b)

                if updating.Losses |> Array.exists (Double.IsFinite >> not) then
                    Error(CausalError.Diverged("updating", epoch))
                elif epoch % options.EpochsPerEvaluation <> 0 && epoch <> options.Epochs then
                    options.Progress(Updated(epoch, options.Epochs, None))
                    epochs (epoch + 1) history best
                else
                    let evaluation = evaluator.Run(posteriorMeans updating.Networks) |> Evaluation.leave units
                    options.Progress(Updated(epoch, options.Epochs, Some evaluation))

                    let best =
                        match best with
                        | Some(mse, _) when epoch < options.StartOff || evaluation.MseY >= mse -> best
                        | None when epoch < options.StartOff -> None
                        | _ -> Some(evaluation.MseY, snapshot epoch)

                    epochs (epoch + 1) ({ Epoch = epoch; Evaluation = evaluation } :: history) best

        epochs 1 [] None

    /// Fits a model: the warm start, then iterative updating. Everything is checked before any work.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (config: Config) (options: FitOptions) (dataset: Dataset) : Result<CausalModel, CausalError> =
        Config.check config
        |> Result.bind (fun _ -> FitOptions.check options)
        |> Result.bind (fun _ -> requireAuxiliary config dataset.Observations)
        |> Result.bind (fun () ->
            let units = LearningUnits.choose config dataset.Observations
            let data = LearningUnits.enter units dataset.Observations
            let given, config = config, LearningUnits.configure units config
            use team = new Team(options.Threads)
            let key = Key.OfSeed options.Seed
            let covariates = Observations.covariates data
            let auxiliary = data.U |> Option.map (fun u -> u.Shape[1]) |> Option.defaultValue 0
            let encoder = initEncoder (key.Child 0L) config covariates
            let networks = init (key.Child 1L) config covariates auxiliary

            let warm =
                if options.EgmIterations > 0 then
                    warmStart config options data encoder networks (key.Child 2L) team
                    |> Result.map (fun (encoder, networks) -> encoder, networks, encode encoder data.V)
                else
                    let q = LatentDims.total config.Latents
                    Ok(encoder, networks, standardNormal (key.Child 3L) (Observations.rows data) q)

            warm
            |> Result.bind (fun (encoder, networks, z) ->
                update config options units data networks z (key.Child 4L) team
                |> Result.map (fun (history, (epoch, networks, latents)) -> {
                    Config = given
                    Parts = dataset.Parts
                    Scaling = dataset.Scaling
                    Units = units
                    Auxiliary = dataset.Auxiliary
                    Encoder = encoder
                    Networks = networks
                    Latents = latents
                    History = history
                    Epoch = epoch
                    Training = Settings.listFit options
                    Provenance = {
                        Seed = options.Seed
                        Rows = Observations.rows data
                        Epochs = options.Epochs
                        Library = FlowFit.library
                    }
                })))

    /// The rows of a table in their roles for a fit with these settings: where the prior is given a U and no column is part of it, segments are drawn at
    /// random, as published.
    let prepare (settings: Settings) (roles: Roles) (frame: Frame) : Result<Dataset, CausalError> =
        Dataset.ofRoles settings.Config.Treatment roles frame
        |> Result.bind (fun dataset ->
            match settings.Config.Prior, dataset.Auxiliary with
            | GivenU _, None ->
                Dataset.withRandomSegments ((Key.OfSeed settings.Options.Seed).Child 5L) settings.Segments dataset
            | _ -> Ok dataset)

    /// Fits a model to the rows of a table in their roles.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let ofFrame (settings: Settings) (roles: Roles) (frame: Frame) : Result<CausalModel, CausalError> =
        prepare settings roles frame
        |> Result.bind (run settings.Config settings.Options)
