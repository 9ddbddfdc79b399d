namespace BgmFunctional.ImageBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// A fitted generative model of images.
[<NoComparison; NoEquality>]
type ImageBgmModel = {
    /// What was fitted.
    Config: ImageConfig
    /// How.
    Options: ImageFitOptions
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
    Provenance: Provenance
}

/// Fitting models of images.
[<RequireQualifiedAccess>]
module ImageFit =

    let private errors: FitErrors<ImageError> = {
        BadOption = ImageError.BadOption
        Checkpoint = ImageError.Data
        Diverged = ImageError.Diverged
    }

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
    let private takeOver team (images: ImageSet) (warm: ImageWarmStart) = {
        WarmStart = warm
        Generator = NetworkTraining.start warm.Generator.State
        Latents =
            ImageModel.encode team images.Height images.Width warm.Encoder.State images.Pixels
            |> LatentState.start
    }

    let private work (options: ImageFitOptions) keeper : ImageWork = {
        Options = options.Training
        Errors = errors
        Keeper = keeper
        OnIteration = fun i losses -> options.Progress(WarmStart(i, options.Training.EgmIterations, losses))
        OnEpoch =
            fun epoch entry -> options.Progress(Updated(epoch, options.Training.Epochs, entry |> Option.map _.Mse))
    }

    let private warmStart (work: ImageWork) (config: ImageConfig) (images: ImageSet) key team (carried: ImageTraining) =
        let start (carried: ImageTraining) =
            WarmStarting(
                ImageModel.warmStart config images.Height images.Width,
                config.Rates,
                config.Penalties,
                images.Pixels,
                carried.Tensors.WarmStart,
                carried.Record.Iterations,
                work.Options.BatchSize,
                key,
                team
            )

        FitStages.warmStart work (takeOver team images) start carried

    let private update (work: ImageWork) (config: ImageConfig) (images: ImageSet) key team (carried: ImageTraining) =
        let updating =
            Updating(
                ImageModel.generator config.PriorSd,
                ImageModel.joint,
                config.Rates,
                config.Updates,
                work.Options.Epochs,
                images.Pixels,
                [ carried.Tensors.Generator ],
                LatentState.copy carried.Tensors.Latents,
                work.Options.BatchSize,
                key,
                team
            )

        /// By mean weights and mean logits.
        let evaluate epoch =
            let again = ImageModel.greys team updating.Networks.Head.State updating.Latents.Z
            { Epoch = epoch; Mse = ImageModel.meanSquare images.Pixels again }

        FitStages.update work updating evaluate carried

    let private model (config: ImageConfig) (options: ImageFitOptions) team (images: ImageSet) (fit: ImageTraining) = {
        Config = config
        Options = ImageFitOptions.recipe options
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
        Provenance = Provenance.ofFit options.Training.Seed (ImageSet.count images) options.Training.Epochs
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
            let begun = begun key config images
            let origin () = ImageCheckpoint.origin config options images

            FitKeeper.resume errors options.Training (FitForm.like ImageCheckpoint.kind begun) origin begun
            |> Result.bind (fun (keeper, carried) ->
                let work = work options keeper

                warmStart work config images (key.Child 1L) team carried
                |> Result.bind (update work config images (key.Child 3L) team))
            |> Result.map (model config options team images))
