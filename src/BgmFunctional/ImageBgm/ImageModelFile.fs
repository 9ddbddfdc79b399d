// A model of images as a safetensors file: weights, running moments and latents as arrays, and in the header's metadata the configuration, sizes, history
// and provenance as JSON. Numbers come back as the same bits.
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

    /// Writes a model, as a whole or not at all.
    let save (path: string) (model: ImageBgmModel) : Result<unit, ImageError> =
        let metadata = [
            "format", kind
            "version", version
            "config", ImageSettings.write model.Config
            "height", string model.Height
            "width", string model.Width
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

    let private entry key (metadata: Map<string, string>) =
        match metadata.TryFind key with
        | Some text -> Ok text
        | None -> Error $"its metadata have no '{key}'; save it again"

    let private json<'T> key metadata =
        entry key metadata
        |> Result.bind (JsonText.read<'T> >> Result.mapError (fun problem -> $"its '{key}' {problem}"))

    let private side key metadata =
        entry key metadata
        |> Result.bind (fun text ->
            match Int32.TryParse text with
            | true, value when value > 0 && value % 4 = 0 -> Ok value
            | _ -> Error $"its '{key}' is no whole number that is divisible by 4")

    /// The form of the arrays, once it is known that the file can hold them.
    let private form (config: ImageConfig) height width rows (arrays: (string * StoredArray) list) =
        let held = arrays |> List.sumBy (snd >> StoredArray.count >> float)
        let small = float height * float width / 16.0
        let product a b = float a * float b

        let largest =
            [
                product config.Latents config.GFilters.Head * small
                product (List.last config.EFilters) config.EUnits * small
                product config.EUnits config.Latents
                product rows config.Latents
                for a, b in List.pairwise config.GFilters @ List.pairwise config.EFilters do
                    product a b
            ]
            |> List.max

        if largest > held then
            Error $"its networks need more numbers than the {held} that the file holds"
        else
            let key = Key.OfSeed 0L

            Ok {
                Encoder = ImageModel.initEncoder key config height width
                Generator = ImageModel.initGenerator key config height width
                Latents = Tensor.fill Float32 [| rows; config.Latents |] 0.0
            }

    let private checkFinite arrays =
        Tree.namedLeaves arrays
        |> Array.tryFind (snd >> Tensor.toFloat32 >> Array.forall Single.IsFinite >> not)
        |> Option.map (fun (place, _) -> Error $"array '{place}' holds a number that is not finite")
        |> Option.defaultValue (Ok arrays)

    let private ofContent (content: Safetensors) : Result<ImageBgmModel, string> =
        let metadata = content.Metadata

        match
            entry "config" metadata
            |> Result.bind (ImageSettings.read >> Result.mapError (fun problem -> $"its 'config' {problem}")),
            side "height" metadata,
            side "width" metadata,
            json<ImageHistoryEntry list> "history" metadata,
            json<BgmFunctional.Flows.Provenance> "provenance" metadata
        with
        | Ok config, Ok height, Ok width, Ok history, Ok provenance ->
            form config height width provenance.Rows content.Tensors
            |> Result.bind (fun form -> StoredTree.toTree form content.Tensors)
            |> Result.bind checkFinite
            |> Result.map (fun arrays -> {
                Config = config
                Height = height
                Width = width
                Encoder = arrays.Encoder
                Generator = arrays.Generator
                Latents = arrays.Latents
                History = history
                Provenance = provenance
            })
        | Error problem, _, _, _, _
        | _, Error problem, _, _, _
        | _, _, Error problem, _, _
        | _, _, _, Error problem, _
        | _, _, _, _, Error problem -> Error problem

    let private checkKind path (content: Safetensors) =
        match content.Metadata.TryFind "format", content.Metadata.TryFind "version" with
        | Some found, Some known when found = kind && known = version -> Ok content
        | Some found, Some other when found = kind ->
            Error(ImageError.BadModelFile(path, $"its format has version {other}; {version} is known here"))
        | Some found, _ -> Error(ImageError.Data(DataError.WrongKind(path, found, kind)))
        | None, _ -> Error(ImageError.Data(DataError.WrongKind(path, "arrays without a format", kind)))

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<ImageBgmModel, ImageError> =
        Safetensors.read path
        |> Result.mapError ImageError.Data
        |> Result.bind (checkKind path)
        |> Result.bind (
            ofContent
            >> Result.mapError (fun problem -> ImageError.BadModelFile(path, problem))
        )
