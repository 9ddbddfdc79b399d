// A model of a table as a safetensors file: weights and latents as arrays, and in the header's metadata its configuration by the published names and all
// else as JSON. Numbers come back as the same bits.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// What a model file's JSON says of a model beside its configuration, its columns and its arrays.
type StoredModel = {
    /// Evaluations, in order.
    History: HistoryEntry list
    /// Where the model comes from.
    Provenance: BgmFunctional.Flows.Provenance
}

/// The arrays of a model.
type private StoredArrays = { Encoder: NetworkState; Generator: NetworkState; Latents: Tensor }

/// Saving and loading models of tables.
[<RequireQualifiedAccess>]
module ModelFile =

    let private kind = "bgm.table"
    let private version = "1"
    let private settings, private columns, private model = "settings", "columns", "model"

    /// Writes a model, as a whole or not at all.
    let save (path: string) (fitted: BgmModel) : Result<unit, BgmError> =
        let arrays = {
            Encoder = fitted.Encoder
            Generator = fitted.Generator
            Latents = fitted.Latents
        }

        Safetensors.write path {
            Tensors = StoredTree.ofTree arrays
            Metadata =
                Map [
                    "format", kind
                    "version", version
                    settings, Settings.format { Config = fitted.Config; Options = fitted.Options }
                    columns, StoredEncoding.write fitted.Encoding
                    model, JsonText.write { History = fitted.History; Provenance = fitted.Provenance }
                ]
        }
        |> Result.mapError BgmError.Data

    // ---- loading ----------------------------------------------------------------------------------------------------

    /// The form of the arrays, once it is known that the file can hold them.
    let private form
        (config: Config)
        (encoding: TableEncoding)
        (stored: StoredModel)
        (arrays: Map<string, StoredArray>)
        =
        let p, q, rows = (TableEncoding.names encoding).Length, config.Latents, stored.Provenance.Rows
        let held = arrays.Values |> Seq.sumBy (StoredArray.count >> float)

        let largest =
            [
                q :: config.GUnits @ [ Gaussian.outputs p (Covariance.rank config.Covariance) ]
                p :: config.EUnits @ [ q ]
                [ rows; q ]
            ]
            |> List.collect List.pairwise
            |> List.map (fun (inputs, outputs) -> float inputs * float outputs)
            |> List.max

        if p = 0 then
            Error "it has no columns"
        elif largest > held then
            Error $"its networks need more numbers than the {held} that the file holds"
        else
            let key = Key.OfSeed 0L

            Ok {
                Encoder = Model.initEncoder key config p
                Generator = Model.initGenerator key config p
                Latents = Tensor.fill Float32 [| rows; q |] 0.0
            }

    let private checkFinite (arrays: StoredArrays) =
        match
            Tree.namedLeaves arrays
            |> Array.tryFind (snd >> Tensor.toArray >> Array.forall Double.IsFinite >> not)
        with
        | Some(place, _) -> Error $"array '{place}' holds a number that is not finite"
        | None -> Ok arrays

    let private entry key (content: Safetensors) read =
        match content.Metadata.TryFind key with
        | Some text -> read text |> Result.mapError (fun problem -> $"its '{key}' {problem}")
        | None -> Error $"its metadata have no '{key}'; save it again"

    let private readSettings (text: string) =
        Settings.parse "settings" text
        |> Result.bind (fst >> Settings.complete "settings")
        |> Result.mapError (fun error -> $"cannot be used: {BgmError.message error}")

    let private ofContent (content: Safetensors) : Result<BgmModel, string> =
        match
            entry settings content readSettings,
            entry columns content StoredEncoding.read,
            entry model content JsonText.read<StoredModel>
        with
        | Ok settings, Ok encoding, Ok stored ->
            form settings.Config encoding stored (Map.ofList content.Tensors)
            |> Result.bind (fun form -> StoredTree.toTree form content.Tensors)
            |> Result.bind checkFinite
            |> Result.map (fun arrays -> {
                Config = settings.Config
                Options = settings.Options
                Encoding = encoding
                Encoder = arrays.Encoder
                Generator = arrays.Generator
                Latents = arrays.Latents
                History = stored.History
                Provenance = stored.Provenance
            })
        | Error problem, _, _
        | _, Error problem, _
        | _, _, Error problem -> Error problem

    let private checkKind path (content: Safetensors) =
        match content.Metadata.TryFind "format", content.Metadata.TryFind "version" with
        | Some found, Some known when found = kind && known = version -> Ok content
        | Some found, other when found = kind ->
            let other = Option.defaultValue "nothing" other
            Error(BgmError.BadModelFile(path, $"its format has version {other}; {version} is known here"))
        | found, _ ->
            let found = Option.defaultValue "arrays without a format" found
            Error(BgmError.Data(DataError.WrongKind(path, found, kind)))

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<BgmModel, BgmError> =
        Safetensors.read path
        |> Result.mapError BgmError.Data
        |> Result.bind (checkKind path)
        |> Result.bind (
            ofContent
            >> Result.mapError (fun problem -> BgmError.BadModelFile(path, problem))
        )
