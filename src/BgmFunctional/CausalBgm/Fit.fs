namespace BgmFunctional.CausalBgm

open System
open System.Threading
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

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
    /// Ends the fit between two batches.
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
            atLeast "epochs per evaluation" 1 options.EpochsPerEvaluation
            atLeast "batch size" 2 options.BatchSize
            between "startoff" 0 options.Epochs options.StartOff
            atLeast "egm iterations" 0 options.EgmIterations
            atLeast "egm iterations per report" 1 options.EgmIterationsPerReport
            between "threads" 1 BgmFunctional.Flows.FitOptions.mostThreads options.Threads
        ]

        match List.tryPick id problems with
        | Some problem -> Error problem
        | None -> Ok options

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
    /// Where it comes from.
    Provenance: BgmFunctional.Flows.Provenance
}

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
                    let evaluation = evaluator.Run(posteriorMeans updating.Networks)
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
        let data = dataset.Observations

        Config.check config
        |> Result.bind (fun _ -> FitOptions.check options)
        |> Result.bind (fun _ -> requireAuxiliary config data)
        |> Result.bind (fun () ->
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
                update config options data networks z (key.Child 4L) team
                |> Result.map (fun (history, (epoch, networks, latents)) -> {
                    Config = config
                    Parts = dataset.Parts
                    Scaling = dataset.Scaling
                    Encoder = encoder
                    Networks = networks
                    Latents = latents
                    History = history
                    Epoch = epoch
                    Provenance = {
                        Seed = options.Seed
                        Rows = Observations.rows data
                        Epochs = options.Epochs
                        Library = FlowFit.library
                    }
                })))
