namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// A fitted generative model of a table.
[<NoComparison; NoEquality>]
type BgmModel = {
    /// What was fitted.
    Config: Config
    /// How.
    Options: FitOptions
    /// How a table becomes the matrix that the model knows.
    Encoding: TableEncoding
    /// e, x → z.
    Encoder: NetworkState
    /// g, z → x.
    Generator: NetworkState
    /// Z of the rows of the fit, (n, q).
    Latents: Tensor
    /// The evaluations, in order.
    History: HistoryEntry list
    /// Where it comes from.
    Provenance: BgmFunctional.Flows.Provenance
}

/// Fitted models.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module BgmModel =

    /// p, the columns of the matrix.
    let columns (model: BgmModel) = (TableEncoding.names model.Encoding).Length

    /// Refuses what is no matrix (n, p) of the model.
    let internal checkMatrix (model: BgmModel) (matrix: Tensor) =
        match matrix.Shape with
        | [| n; p |] when n > 0 && p = columns model -> Ok()
        | shape -> Error(BgmError.WrongMatrix(List.ofArray shape, columns model))

/// Fitting.
[<RequireQualifiedAccess>]
module Fit =
    module FlowFit = BgmFunctional.Flows.Fit

    /// Before any step: fresh networks, latents from N(0, I).
    let private begun (key: Key) (config: Config) (cells: Cells) : CarriedFit =
        let columns = Cells.columns cells
        let generator = Model.initGenerator (key.Child 0L) config columns |> NetworkTraining.start

        {
            Record = { Iterations = 0; Epochs = 0; History = [] }
            Tensors = {
                WarmStart = {
                    Generator = generator
                    Encoder = Model.initEncoder (key.Child 1L) config columns |> NetworkTraining.start
                    CriticX =
                        Discriminator.init (key.Child 2L) BatchNormalised columns config.DxUnits
                        |> JudgeTraining.start
                    CriticZ =
                        Discriminator.init (key.Child 3L) BatchNormalised config.Latents config.DzUnits
                        |> JudgeTraining.start
                }
                Generator = generator
                Latents =
                    Initial.normal (key.Child 4L) (Cells.rows cells) config.Latents 0.0 1.0
                    |> LatentState.start
            }
        }

    /// Iterative updating starts where the warm start has led: its generator, with variances of its own, and e(x).
    let private takeOver config (cells: Cells) (warm: WarmStartState) : FitTensors =
        let z = Model.encode warm.Encoder.State cells

        {
            WarmStart = warm
            Generator = Model.withVariances config cells z warm.Generator.State |> NetworkTraining.start
            Latents = LatentState.start z
        }

    let private warmStart
        (config: Config)
        (options: FitOptions)
        (cells: Cells)
        key
        isDue
        save
        (carried: CarriedFit)
        team
        =
        let settings = {
            LearningRate = config.LearningRate
            CriticSteps = config.CriticSteps
            Gamma = config.Gamma
            Alpha = config.Alpha
        }

        let training =
            lazy
                WarmStarting<_, _, _, _, _, _, _, _, _>(
                    Model.warmStart config (Cells.columns cells),
                    settings,
                    cells,
                    carried.Tensors.WarmStart,
                    carried.Record.Iterations,
                    options.BatchSize,
                    key,
                    team
                )

        let carriedAt i = {
            Record = { carried.Record with Iterations = i }
            Tensors =
                if i = options.EgmIterations then
                    takeOver config cells training.Value.State
                else
                    { carried.Tensors with WarmStart = training.Value.State }
        }

        let report i =
            let losses = training.Value.Losses
            options.Progress(WarmStart(i, options.EgmIterations, losses))

            if not (Double.IsFinite(losses.X + losses.Z + losses.CriticX + losses.CriticZ)) then
                Error(BgmError.Diverged("warm start", i))
            elif isDue (i / options.EgmIterationsPerReport) then
                save (carriedAt i)
            else
                Ok()

        let rec iterate i =
            if i = options.EgmIterations then
                Ok(carriedAt i)
            else
                options.Cancellation.ThrowIfCancellationRequested()
                training.Value.Advance()

                if (i + 1) % options.EgmIterationsPerReport = 0 || i + 1 = options.EgmIterations then
                    report (i + 1) |> Result.bind (fun () -> iterate (i + 1))
                else
                    iterate (i + 1)

        if carried.Record.Iterations = options.EgmIterations then
            Ok carried
        else
            iterate carried.Record.Iterations

    let private update config (options: FitOptions) (cells: Cells) key isDue save (carried: CarriedFit) (team: Team) =
        let rates = {
            Theta = config.LearningRateTheta
            Z = config.LearningRateZ
            KlWeight = config.KlWeight
            Adam = NetworkTraining.adam
            Updates = config.Updates
        }

        let updating =
            Updating<_, _, _, _>(
                Model.generatorArchitecture config,
                Model.joint config,
                rates,
                cells,
                [ carried.Tensors.Generator ],
                LatentState.copy carried.Tensors.Latents,
                options.BatchSize,
                key,
                team
            )

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
            if record.Epochs = options.Epochs then
                let carried = carriedAfter record
                save carried |> Result.map (fun () -> carried, evaluate options.Epochs)
            else
                for b in 0 .. updating.BatchesPerEpoch - 1 do
                    options.Cancellation.ThrowIfCancellationRequested()
                    updating.RunBatch(record.Epochs, b)

                let epoch = record.Epochs + 1

                if updating.Losses |> Array.exists (Double.IsFinite >> not) then
                    Error(BgmError.Diverged("updating", epoch))
                else
                    let found = if epoch % options.EpochsPerEvaluation = 0 then [ evaluate epoch ] else []
                    options.Progress(Updated(epoch, options.Epochs, List.tryHead found |> Option.map _.Evaluation))
                    let record = { record with Epochs = epoch; History = found @ record.History }

                    (if isDue epoch then save (carriedAfter record) else Ok())
                    |> Result.bind (fun () -> epochs record)

        epochs carried.Record

    let private model (config: Config) (options: FitOptions) (dataset: Dataset) (fit: CarriedFit, last: HistoryEntry) = {
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
        Provenance = {
            Seed = options.Seed
            Rows = dataset.Matrix.Shape[0]
            Epochs = options.Epochs
            Library = FlowFit.library
        }
    }

    /// Fits a model to a table with or without holes: the warm start, then iterative updating. Everything is checked before any work.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled; the last checkpoint, if the options want any, can be
    /// resumed.</exception>
    let run (config: Config) (options: FitOptions) (dataset: Dataset) : Result<BgmModel, BgmError> =
        Config.check config
        |> Result.bind (fun _ -> FitOptions.check options)
        |> Result.bind (fun _ ->
            use team = new Team(options.Threads)
            let key = Key.OfSeed options.Seed
            let cells = Cells.ofMatrix dataset.Matrix
            let origin = lazy FitCheckpoint.origin config options dataset.Matrix

            let isDue =
                options.Checkpoint
                |> Option.map Checkpoint.due
                |> Option.defaultValue (fun _ -> false)

            let save fit = FitCheckpoint.save options.Checkpoint origin fit

            FitCheckpoint.load options.Checkpoint origin options (begun key config cells)
            |> Result.bind (fun carried -> warmStart config options cells (key.Child 5L) isDue save carried team)
            |> Result.bind (fun carried -> update config options cells (key.Child 6L) isDue save carried team)
            |> Result.map (model config options dataset))
