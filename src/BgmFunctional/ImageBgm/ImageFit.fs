namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A fitted generative model of images.
type ImageBgmModel = {
    /// What was fitted.
    Config: ImageConfig
    /// Rows of an image.
    Height: int
    /// Columns of an image.
    Width: int
    /// e, x → z, as the warm start left it.
    Encoder: NetworkState<ImageEncoder, Moments list>
    /// g, z → the logits of x.
    Generator: NetworkState<ImageGenerator, Moments list>
    /// Z of the images of the fit, (n, q).
    Latents: Tensor
    /// ν, of grey values of these images around their means p: their variance is p(1 − p)/(1 + ν).
    Precision: float
    /// The evaluations, in order.
    History: ImageHistoryEntry list
    /// Where it comes from.
    Provenance: BgmFunctional.Flows.Provenance
}

/// Fitting models of images.
[<RequireQualifiedAccess>]
module ImageFit =
    module FlowFit = BgmFunctional.Flows.Fit

    /// Before any step: fresh networks, latents from N(0, I).
    let private begun (key: Key) (config: ImageConfig) (images: ImageSet) : ImageTraining =
        let warm = ImageModel.initWarmStart (key.Child 0L) config images.Height images.Width

        {
            Record = { Iterations = 0; Epochs = 0; History = [] }
            Tensors = {
                WarmStart = warm
                Generator = warm.Generator
                Latents =
                    Initial.normal (key.Child 2L) (ImageSet.count images) config.Latents 0.0 1.0
                    |> LatentState.start
            }
        }

    /// Updating starts where the warm start has led: its generator, and e(x).
    let private takeOver team (images: ImageSet) (warm: ImageWarmStart) : ImageTensors = {
        WarmStart = warm
        Generator = NetworkTraining.start warm.Generator.State
        Latents =
            ImageModel.encode team images.Height images.Width warm.Encoder.State images.Pixels
            |> LatentState.start
    }

    let private warmStart
        (config: ImageConfig)
        (options: ImageFitOptions)
        (images: ImageSet)
        key
        isDue
        save
        (carried: ImageTraining)
        (team: Team)
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
                    ImageModel.warmStart config images.Height images.Width,
                    settings,
                    images.Pixels,
                    carried.Tensors.WarmStart,
                    carried.Record.Iterations,
                    options.Training.BatchSize,
                    key,
                    team
                )

        let carriedAt i = {
            Record = { carried.Record with Iterations = i }
            Tensors =
                if i = options.Training.EgmIterations then
                    takeOver team images training.Value.State
                else
                    { carried.Tensors with WarmStart = training.Value.State }
        }

        let report i =
            let losses = training.Value.Losses
            options.Progress(WarmStart(i, options.Training.EgmIterations, losses))

            if not (WarmStartLosses.isFinite losses) then
                Error(ImageError.Diverged("warm start", i))
            elif isDue (i / options.Training.EgmIterationsPerReport) then
                save (carriedAt i)
            else
                Ok()

        if carried.Record.Iterations = options.Training.EgmIterations then
            Ok carried
        else
            Iterations.run
                carried.Record.Iterations
                options.Training.EgmIterations
                options.Training.EgmIterationsPerReport
                options.Training.Cancellation
                (fun () -> training.Value.Advance())
                report
            |> Result.map (fun () -> carriedAt options.Training.EgmIterations)

    let private update
        (config: ImageConfig)
        (options: ImageFitOptions)
        (images: ImageSet)
        key
        isDue
        save
        (carried: ImageTraining)
        (team: Team)
        =
        let rates = {
            Theta = config.LearningRateTheta
            Z = config.LearningRateZ
            KlWeight = config.KlWeight
            Adam = NetworkTraining.adam
            Updates = config.Updates
        }

        let updating =
            Updating<_, _, _, _>(
                ImageModel.generator config.PriorSd,
                ImageModel.joint,
                rates,
                images.Pixels,
                [ carried.Tensors.Generator ],
                LatentState.copy carried.Tensors.Latents,
                options.Training.BatchSize,
                key,
                team
            )

        let carriedAfter (record: ImageFitRecord) = {
            Record = record
            Tensors = {
                carried.Tensors with
                    Generator = updating.Networks.Head
                    Latents = LatentState.copy updating.Latents
            }
        }

        /// By mean weights and mean logits.
        let evaluate epoch =
            let again = ImageModel.greys team updating.Networks.Head.State updating.Latents.Z
            { Epoch = epoch; Mse = ImageModel.meanSquare images.Pixels again }

        let rec epochs (record: ImageFitRecord) =
            if record.Epochs = options.Training.Epochs then
                let carried = carriedAfter record
                save carried |> Result.map (fun () -> carried)
            else
                let before b =
                    options.Training.Cancellation.ThrowIfCancellationRequested()
                    let done' = float record.Epochs + float b / float updating.BatchesPerEpoch
                    updating.RateFactor <- Schedule.share config.Schedule (done' / float options.Training.Epochs)

                updating.RunEpoch(record.Epochs, before)
                let epoch = record.Epochs + 1

                if updating.Losses |> Array.exists (Double.IsFinite >> not) then
                    Error(ImageError.Diverged("updating", epoch))
                else
                    let isEvaluated =
                        epoch % options.Training.EpochsPerEvaluation = 0
                        || epoch = options.Training.Epochs

                    let found = if isEvaluated then [ evaluate epoch ] else []
                    options.Progress(Updated(epoch, options.Training.Epochs, List.tryHead found |> Option.map _.Mse))
                    let record = { record with Epochs = epoch; History = found @ record.History }

                    (if isDue epoch then save (carriedAfter record) else Ok())
                    |> Result.bind (fun () -> epochs record)

        epochs carried.Record

    let private model (config: ImageConfig) (options: ImageFitOptions) team (images: ImageSet) (fit: ImageTraining) = {
        Config = config
        Height = images.Height
        Width = images.Width
        Encoder = fit.Tensors.WarmStart.Encoder.State
        Generator = fit.Tensors.Generator.State
        Latents = fit.Tensors.Latents.Z
        Precision =
            ImageModel.greys team fit.Tensors.Generator.State fit.Tensors.Latents.Z
            |> Tensor.toFloat32
            |> BetaLaw.precision (Tensor.toFloat32 images.Pixels)
        History = List.rev fit.Record.History
        Provenance = {
            Seed = options.Training.Seed
            Rows = ImageSet.count images
            Epochs = options.Training.Epochs
            Library = FlowFit.library
        }
    }

    let private requireSome (images: ImageSet) =
        if ImageSet.count images >= 2 then
            Ok()
        else
            let found = [ ImageSet.count images; images.Height; images.Width ]
            Error(ImageError.NotImages("images", found, "(n, height, width) with n at least 2"))

    /// Fits a model: the warm start, then iterative updating. Everything is checked before any work. The same seed gives the same bits on any
    /// number of threads, whole or resumed.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (config: ImageConfig) (options: ImageFitOptions) (images: ImageSet) : Result<ImageBgmModel, ImageError> =
        ImageConfig.check config
        |> Result.bind (fun _ -> ImageFitOptions.check options)
        |> Result.bind (fun _ -> ImageSet.requireSize "images" images)
        |> Result.bind (fun () -> ImageSet.requireWhole "images" images)
        |> Result.bind (fun () -> requireSome images)
        |> Result.bind (fun () ->
            use team = new Team(options.Training.Threads)
            let key = Key.OfSeed options.Training.Seed
            let origin = lazy ImageCheckpoint.origin config options images

            let isDue =
                options.Training.Checkpoint
                |> Option.map Checkpoint.due
                |> Option.defaultValue (fun _ -> false)

            let save fit = ImageCheckpoint.save options.Training.Checkpoint origin fit

            ImageCheckpoint.load options.Training.Checkpoint origin options (begun key config images)
            |> Result.bind (fun carried -> warmStart config options images (key.Child 1L) isDue save carried team)
            |> Result.bind (fun carried -> update config options images (key.Child 3L) isDue save carried team)
            |> Result.map (model config options team images))
