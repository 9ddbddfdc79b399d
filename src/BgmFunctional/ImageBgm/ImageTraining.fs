// What a fit of images carries between its steps, and the checkpoint that keeps it.
namespace BgmFunctional.ImageBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim

/// What an epoch's evaluation found.
type ImageHistoryEntry = {
    /// From 1.
    Epoch: int
    /// Mean square of x − x̂ at the latents.
    Mse: float
}

/// How far a fit has come: the header of its checkpoint.
type ImageFitRecord = {
    /// Iterations of the warm start that are done.
    Iterations: int
    /// Epochs of updating that are done.
    Epochs: int
    /// The evaluations so far, the latest first.
    History: ImageHistoryEntry list
}

/// What a warm start carries here.
type internal ImageWarmStart = WarmStartState<ImageGenerator, Moments list, ImageEncoder, Moments list, ImageCritic>

/// Its tensors: the warm start's, which stands still after its end; the generator and the latents of updating, which are fresh before its start.
type internal ImageTensors = {
    WarmStart: ImageWarmStart
    Generator: NetworkTraining<ImageGenerator, Moments list>
    Latents: LatentState
}

/// All that a fit carries.
type internal ImageTraining = { Record: ImageFitRecord; Tensors: ImageTensors }

/// Fits of images in checkpoints.
[<RequireQualifiedAccess>]
module internal ImageCheckpoint =

    let private kind = "bgm.image-bgm.fit"

    /// What the bits of a fit depend on. More epochs only go on, unless the rate follows a plan that ends with them.
    let origin (config: ImageConfig) (options: ImageFitOptions) (images: ImageSet) =
        let fingerprint = Fingerprint.ofColumns [| Tensor.toArray images.Pixels |]

        Map [
            yield! ImageSettings.list config
            "images", $"{ImageSet.count images} of {images.Height} × {images.Width}, {fingerprint}"
            "seed", string options.Training.Seed
            "batch size", string options.Training.BatchSize
            "iterations of the warm start", string options.Training.EgmIterations
            if config.Schedule <> Constant then
                "epochs", string options.Training.Epochs
        ]

    /// Saves by a plan if there is one.
    let save plan (origin: Lazy<Map<string, string>>) (fit: ImageTraining) : Result<unit, ImageError> =
        match plan with
        | None -> Ok()
        | Some plan ->
            Checkpoint.save plan kind origin.Value fit.Record fit.Tensors
            |> Result.mapError ImageError.Data

    /// A fit where its checkpoint left it, or the fresh one.
    let load
        plan
        (origin: Lazy<Map<string, string>>)
        (options: ImageFitOptions)
        (fresh: ImageTraining)
        : Result<ImageTraining, ImageError> =
        match plan with
        | None -> Ok fresh
        | Some plan ->
            Checkpoint.load<ImageFitRecord, ImageTensors> plan kind origin.Value fresh.Tensors
            |> Result.mapError ImageError.Data
            |> Result.bind (fun found ->
                match found with
                | None -> Ok fresh
                | Some(record, _) when record.Epochs > options.Training.Epochs ->
                    let wanted = $"at least the {record.Epochs} that the checkpoint has done"
                    Error(ImageError.BadOption("epochs", string options.Training.Epochs, wanted))
                | Some(record, tensors) -> Ok { Record = record; Tensors = tensors })
