namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// What an epoch's evaluation found.
type ImageHistoryEntry = {
    /// From 1.
    Epoch: int
    /// Mean square of x − x̂ at the latents.
    Mse: float
}

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
    /// The evaluations, in order.
    History: ImageHistoryEntry list
    /// Where it comes from.
    Provenance: BgmFunctional.Flows.Provenance
}

/// What a fit carries beside tensors: the header of its checkpoint.
type ImageFitRecord = {
    /// Iterations of the warm start that are done.
    Iterations: int
    /// Epochs of updating that are done.
    Epochs: int
    /// The evaluations so far, the latest first.
    History: ImageHistoryEntry list
}

/// The tensors that a fit carries.
type internal CarriedImages = { Training: ImageTraining; Latents: LatentState }

/// Fitting models of images.
[<RequireQualifiedAccess>]
module ImageFit =
    module FlowFit = BgmFunctional.Flows.Fit

    let private kind = "bgm.image-bgm.fit"

    /// e(x) by running moments: (n, h·w) -> (n, q).
    let internal encode (team: Team) (height: int) (width: int) (encoder: NetworkState<ImageEncoder, Moments list>) =
        let folded = ImageEncoder.fold encoder.Running encoder.Weights
        RowChunks.map team (fun net x -> ImageEncoder.applyPlain net (Images.ofRows height width x)) folded

    /// Mean logits of a generator without normalisation: (n, q) -> (n, h·w).
    let internal decode (team: Team) (generator: ImageGenerator) =
        RowChunks.map team (fun net z -> ImageModel.meanLogits (ImageGenerator.applyPlain net z)) generator

    /// Mean square of x − x̂, both (n, h·w).
    let internal meanSquare (x: Tensor) (again: Tensor) : float =
        Array.map2 (fun x again -> (float x - float again) ** 2.0) (Tensor.toFloat32 x) (Tensor.toFloat32 again)
        |> Array.average

    /// Mean square of x − x̂ at latents, by mean weights and mean logits.
    let internal mse team (generator: NetworkState<ImageGenerator, Moments list>) (x: Tensor) (z: Tensor) =
        let mean = ImageGenerator.mean generator.Running generator.Weights
        meanSquare x (ImageModel.grey (decode team mean z))

    // ---- checkpoints ----

    let private origin (config: ImageConfig) (options: ImageFitOptions) (images: ImageSet) =
        let values = Tensor.toArray images.Pixels

        Map [
            "configuration", StoredImageConfig.ofConfig config |> JsonText.write |> Fingerprint.ofText
            "images",
            $"{ImageSet.count images} of {images.Height} × {images.Width}, {Fingerprint.ofColumns [| values |]}"
            "seed", string options.Seed
            "batch size", string options.BatchSize
            "iterations of the warm start", string options.EgmIterations
        ]

    /// What a fit begins with, or what its checkpoint holds; and what saves a round.
    let private resume (options: ImageFitOptions) (origin: Lazy<Map<string, string>>) (fresh: CarriedImages) =
        let nothing = { Iterations = 0; Epochs = 0; History = [] }

        match options.Checkpoint with
        | None -> Ok((nothing, fresh), (fun _ _ _ -> Ok()))
        | Some plan ->
            let due = Checkpoint.due plan

            let save round (record: ImageFitRecord) (carried: unit -> CarriedImages) =
                if due round then
                    Checkpoint.save plan kind (origin.Value) record (carried ())
                    |> Result.mapError ImageError.Data
                else
                    Ok()

            Checkpoint.load<ImageFitRecord, CarriedImages> plan kind (origin.Value) fresh
            |> Result.mapError ImageError.Data
            |> Result.bind (fun found ->
                match found with
                | Some(record, _) when record.Epochs > options.Epochs ->
                    let wanted = $"at least the {record.Epochs} that the checkpoint has done"
                    Error(ImageError.BadOption("epochs", string options.Epochs, wanted))
                | Some found -> Ok(found, save)
                | None ->
                    Checkpoint.save plan kind (origin.Value) nothing fresh
                    |> Result.mapError ImageError.Data
                    |> Result.map (fun () -> (nothing, fresh), save))

    // ---- the warm start, then updating ----

    let private isFinite (losses: ImageLosses) =
        Double.IsFinite(
            losses.CriticZ
            + losses.CriticX
            + losses.AdversarialX
            + losses.Images
            + losses.Latents
        )

    let private warmStart
        config
        (options: ImageFitOptions)
        images
        key
        (team: Team)
        save
        (record, carried: CarriedImages)
        =
        let egm = lazy ImageEgmTraining(config, images, carried.Training, options.BatchSize, key, team)

        let rec iterate (record: ImageFitRecord) =
            let i = record.Iterations

            if i >= options.EgmIterations then
                Ok(
                    record,
                    (if egm.IsValueCreated then
                         { carried with Training = egm.Value.State }
                     else
                         carried)
                )
            else
                options.Cancellation.ThrowIfCancellationRequested()
                egm.Value.Run i
                let done' = i + 1
                let record = { record with Iterations = done' }

                if done' % options.EgmIterationsPerReport <> 0 && done' <> options.EgmIterations then
                    iterate record
                else
                    let losses = egm.Value.Losses
                    options.Progress(WarmStart(done', options.EgmIterations, losses))

                    if not (isFinite losses) then
                        Error(ImageError.Diverged("warm start", done'))
                    elif done' = options.EgmIterations then
                        iterate record
                    else
                        save (done' / options.EgmIterationsPerReport) record (fun () -> {
                            carried with
                                Training = egm.Value.State
                        })
                        |> Result.bind (fun () -> iterate record)

        iterate record

    let private update
        (config: ImageConfig)
        (options: ImageFitOptions)
        (images: ImageSet)
        key
        (team: Team)
        save
        (record: ImageFitRecord, carried: CarriedImages)
        =
        let rates = {
            Theta = config.LearningRateTheta
            Z = config.LearningRateZ
            KlWeight = config.KlWeight
            Adam = NetworkTraining.adam
            Updates = Maximised
        }

        let updating =
            Updating<_, _, _, _>(
                ImageModel.generator config.PriorSd,
                ImageModel.joint,
                rates,
                images.Pixels,
                [ carried.Training.Generator ],
                carried.Latents,
                options.BatchSize,
                key,
                team
            )

        let now () = {
            Training = { carried.Training with Generator = updating.Networks.Head }
            Latents = LatentState.copy updating.Latents
        }

        let rec epochs (record: ImageFitRecord) =
            if record.Epochs >= options.Epochs then
                Ok(record, now ())
            else
                for b in 0 .. updating.BatchesPerEpoch - 1 do
                    options.Cancellation.ThrowIfCancellationRequested()
                    updating.RunBatch(record.Epochs, b)

                let epoch = record.Epochs + 1

                if updating.Losses |> Array.exists (Double.IsFinite >> not) then
                    Error(ImageError.Diverged("updating", epoch))
                else
                    let mse =
                        if epoch % options.EpochsPerEvaluation = 0 || epoch = options.Epochs then
                            Some(mse team updating.Networks.Head.State images.Pixels updating.Latents.Z)
                        else
                            None

                    options.Progress(Updated(epoch, options.Epochs, mse))

                    let record = {
                        record with
                            Epochs = epoch
                            History =
                                (mse |> Option.map (fun mse -> { Epoch = epoch; Mse = mse }) |> Option.toList)
                                @ record.History
                    }

                    save epoch record now |> Result.bind (fun () -> epochs record)

        epochs record

    /// Latents where updating begins: e(x), or N(0, I) if there was no warm start; and the generator before its first step there.
    let private between
        (options: ImageFitOptions)
        (images: ImageSet)
        (key: Key)
        team
        (record: ImageFitRecord, carried)
        =
        if record.Epochs > 0 then
            carried
        else
            let z =
                if options.EgmIterations > 0 then
                    encode team images.Height images.Width carried.Training.Encoder.State images.Pixels
                else
                    let shape = carried.Latents.Z.Shape
                    Initial.normal key shape[0] shape[1] 0.0 1.0

            {
                Training = {
                    carried.Training with
                        Generator = NetworkTraining.start carried.Training.Generator.State
                }
                Latents = LatentState.start z
            }

    let private requireSome (images: ImageSet) =
        if ImageSet.count images >= 2 then
            Ok()
        else
            Error(
                ImageError.NotImages("images", [ ImageSet.count images; images.Height; images.Width ], "at least two")
            )

    /// Fits a model: the warm start, then iterative updating. Everything is checked before any work. The same seed gives the same bits on any
    /// number of threads, whole or resumed.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run (config: ImageConfig) (options: ImageFitOptions) (images: ImageSet) : Result<ImageBgmModel, ImageError> =
        let fit () =
            use team = new Team(options.Threads)
            let key = Key.OfSeed options.Seed
            let n = ImageSet.count images

            let fresh = {
                Training = ImageEgm.start (key.Child 0L) config images.Height images.Width
                Latents = LatentState.start (Tensor.fill Float32 [| n; config.Latents |] 0.0)
            }

            resume options (lazy (origin config options images)) fresh
            |> Result.bind (fun (carried, save) ->
                warmStart config options images (key.Child 1L) team save carried
                |> Result.bind (fun (record, carried) ->
                    let carried = between options images (key.Child 2L) team (record, carried)
                    update config options images (key.Child 3L) team save (record, carried)))
            |> Result.map (fun (record, carried) -> {
                Config = config
                Height = images.Height
                Width = images.Width
                Encoder = carried.Training.Encoder.State
                Generator = carried.Training.Generator.State
                Latents = carried.Latents.Z
                History = List.rev record.History
                Provenance = {
                    Seed = options.Seed
                    Rows = n
                    Epochs = options.Epochs
                    Library = FlowFit.library
                }
            })

        ImageConfig.check config
        |> Result.bind (fun _ -> ImageFitOptions.check options)
        |> Result.bind (fun _ -> ImageSet.requireSize "images" images)
        |> Result.bind (fun () -> ImageSet.requireWhole "images" images)
        |> Result.bind (fun () -> requireSome images)
        |> Result.bind fit
