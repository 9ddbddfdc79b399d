// What a fit of images carries between its steps, and what its checkpoint depends on.
namespace BgmFunctional.ImageBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// What an epoch's evaluation found.
type ImageHistoryEntry = {
    /// From 1.
    Epoch: int
    /// Mean square of x − x̂ at the latents.
    Mse: float
}

/// What a warm start carries here.
type internal ImageWarmStart = WarmStartState<ImageGenerator, Moments list, ImageEncoder, Moments list, ImageCritic>

/// All that a fit carries.
type internal ImageTraining =
    CarriedFit<ImageGenerator, Moments list, ImageEncoder, Moments list, ImageCritic, ImageHistoryEntry>

/// How a fit goes on and is watched.
type internal ImageWork = FitWork<ImageTraining, ImageHistoryEntry, ImageError>

/// Fits of images in checkpoints.
[<RequireQualifiedAccess>]
module internal ImageCheckpoint =

    let kind = "bgm.image-bgm.fit"

    /// What the bits of a fit depend on.
    let origin (config: ImageConfig) (options: ImageFitOptions) (images: ImageSet) =
        let fingerprint = Fingerprint.ofColumns [| Tensor.toArray images.Pixels |]

        ImageSettings.list { Config = config; Options = options }
        |> Map.ofList
        |> LearningRates.withoutEpochs config.Rates
        |> Map.add "images" $"{ImageSet.count images} of {images.Height} × {images.Width}, {fingerprint}"
