// A model of images as a safetensors file: weights, running moments and latents as arrays, and in the header's metadata its configuration by the published
// names, sizes, precision, history and provenance as JSON. Numbers come back as the same bits.
namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// The arrays of a model.
type private StoredImages = {
    Encoder: NetworkState<ImageEncoder, Moments list>
    Generator: NetworkState<ImageGenerator, Moments list>
    Latents: Tensor
}

/// Saving and loading models of images.
[<RequireQualifiedAccess>]
module ImageModelFile =

    let private kind = "bgm.image-bgm"
    let private version = "1"
    let private settings = "settings"

    /// Writes a model, as a whole or not at all.
    let save (path: string) (model: ImageBgmModel) : Result<unit, ImageError> =
        let metadata = [
            "format", kind
            "version", version
            settings, ImageSettings.format { Config = model.Config; Options = model.Options }
            "height", string model.Height
            "width", string model.Width
            "precision", JsonText.write model.Precision
            "history", JsonText.write model.History
            "provenance", JsonText.write model.Provenance
        ]

        let arrays = {
            Encoder = model.Encoder
            Generator = model.Generator
            Latents = model.Latents
        }

        Safetensors.write path { Tensors = StoredTree.ofTree arrays; Metadata = Map.ofList metadata }
        |> Result.mapError ImageError.Data

    // ---- loading ----

    let private readSettings (text: string) =
        ImageSettings.parse settings text
        |> Result.bind (fst >> ImageSettings.complete settings)
        |> Result.mapError (fun error -> $"cannot be used: {ImageError.message error}")

    let private side (text: string) =
        match Int32.TryParse text with
        | true, value when value > 0 && value % 4 = 0 -> Ok value
        | _ -> Error "is no whole number that is divisible by 4"

    let private precision text =
        JsonText.read<float> text
        |> Result.bind (fun value ->
            if value > 0.0 && Double.IsFinite value then
                Ok value
            else
                Error "is not above 0")

    /// Numbers of the largest array.
    let private largest (config: ImageConfig) height width rows =
        let small = height / 4.0 * (width / 4.0)
        let product a b = float a * float b

        [
            product config.Latents config.GFilters.Head * small
            product (List.last config.EFilters) config.EUnits * small
            product config.EUnits config.Latents
            product rows config.Latents
            for a, b in List.pairwise config.GFilters @ List.pairwise config.EFilters do
                product a b
        ]
        |> List.max

    let private ofContent (content: Safetensors) : Result<ImageBgmModel, string> =
        result {
            let! settings = ModelContent.entry settings readSettings content
            let! height = ModelContent.entry "height" side content
            let! width = ModelContent.entry "width" side content
            let! precision = ModelContent.entry "precision" precision content
            let! history = ModelContent.entry "history" JsonText.read<ImageHistoryEntry list> content
            let! provenance = ModelContent.entry "provenance" JsonText.read<Provenance> content
            let config = settings.Config

            let form () =
                let key = Key.OfSeed 0L

                {
                    Encoder = ImageModel.initEncoder key config height width
                    Generator = ImageModel.initGenerator key config height width
                    Latents = Tensor.fill Float32 [| provenance.Rows; config.Latents |] 0.0
                }

            let largest = largest config (float height) (float width) provenance.Rows
            let! arrays = ModelContent.arrays largest form content

            return {
                Config = config
                Options = settings.Options
                Height = height
                Width = width
                Encoder = arrays.Encoder
                Generator = arrays.Generator
                Latents = arrays.Latents
                Precision = precision
                History = history
                Provenance = provenance
            }
        }

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<ImageBgmModel, ImageError> =
        let bad problem = ImageError.BadModelFile(path, problem)
        ModelContent.load ImageError.Data bad kind version ofContent path
