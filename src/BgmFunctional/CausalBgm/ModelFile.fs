// A model of the CausalBGM family as a safetensors file: weights, latents and the effects of its evaluations as arrays, and in the header's metadata
// its configuration by the published names and all else as JSON. Numbers come back as the same bits.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.CausalBgm.Model

/// The arrays of a model.
type private StoredArrays = {
    Encoder: NetworkState
    Networks: Networks<NetworkState>
    Latents: Tensor
    /// Draws of the weights, if there are any.
    WeightDraws: Networks<Mlp> list
    /// Of each evaluation: effects (n), or points of the curve (k, 2).
    Effects: Tensor list
}

/// Saving and loading models of the CausalBGM family.
[<RequireQualifiedAccess>]
module ModelFile =

    let private kind = "bgm.causal-bgm"
    let private version = "2"
    let private settings, private model = "settings", "model"

    // ---- saving -----------------------------------------------------------------------------------------------------

    /// Writes a model, as a whole or not at all.
    let save (path: string) (fitted: CausalModel) : Result<unit, CausalError> =
        let arrays = {
            Encoder = fitted.Encoder
            Networks = fitted.Networks
            Latents = fitted.Latents
            WeightDraws = fitted.WeightDraws
            Effects = fitted.History |> List.map StoredEvaluation.effect
        }

        Safetensors.write path {
            Tensors = StoredTree.ofTree arrays
            Metadata =
                Map [
                    "format", kind
                    "version", version
                    settings, Settings.format (CausalModel.settings fitted)
                    model, JsonText.write (StoredModel.ofModel fitted)
                ]
        }
        |> Result.mapError CausalError.Data

    // ---- loading ----------------------------------------------------------------------------------------------------

    /// The form of the arrays, once it is known that the file can hold them.
    let private form (config: Config) (stored: StoredModel) (arrays: Map<string, StoredArray>) =
        let covariates, rows, q =
            stored.Parts.Covariates.Length, stored.Provenance.Rows, LatentDims.total config.Latents

        let auxiliary = stored.Auxiliary |> List.sumBy _.Width
        let held = arrays.Values |> Seq.sumBy (StoredArray.count >> float)

        let priorUnits =
            match config.Prior with
            | StandardNormal -> []
            | GivenU units -> units

        let largest =
            [
                q :: config.GUnits @ [ covariates + 1 ]
                covariates :: config.EUnits @ [ q ]
                q :: config.FUnits @ [ 2 ]
                q :: config.HUnits @ [ 2 ]
                auxiliary :: priorUnits @ [ q ]
                [ rows; q ]
            ]
            |> List.collect List.pairwise
            |> List.map (fun (inputs, outputs) -> float inputs * float outputs)
            |> List.max

        let effects =
            stored.History
            |> List.mapi (fun i _ -> arrays.TryFind $"Effects.{i}" |> Option.map StoredArray.shape)

        if largest > held then
            Error $"its networks need more numbers than the {held} that the file holds"
        elif effects |> List.exists Option.isNone then
            Error "its history and its effects are not of the same evaluations"
        else
            let key = Key.OfSeed 0L
            let networks = Model.init key config covariates auxiliary

            // Draws are numbered from 0 on.
            let draws =
                Seq.initInfinite (fun i -> $"WeightDraws.{i}.Covariates.Output.Weight")
                |> Seq.takeWhile arrays.ContainsKey
                |> Seq.length

            Ok {
                Encoder = Model.initEncoder key config covariates
                Networks = networks
                Latents = Tensor.fill Float32 [| rows; q |] 0.0
                WeightDraws = List.replicate draws (posteriorMeans networks)
                Effects =
                    effects
                    |> List.map (fun shape -> Tensor.fill Float64 (List.toArray shape.Value) 0.0)
            }

    let private checkFinite (arrays: StoredArrays) =
        Tree.namedLeaves (arrays.Encoder, arrays.Networks, arrays.Latents, arrays.WeightDraws)
        |> Array.tryFind (snd >> Tensor.toArray >> Array.forall Double.IsFinite >> not)
        |> Option.map (fun (place, _) -> Error $"array '{place}' holds a number that is not finite")
        |> Option.defaultValue (Ok arrays)

    let private ofArrays (given: Settings) (stored: StoredModel) (arrays: StoredArrays) : Result<CausalModel, string> =
        StoredEvaluation.entries given.Config stored.History arrays.Effects
        |> Result.map (fun history -> {
            Config = given.Config
            Parts = stored.Parts
            Scaling = stored.Scaling
            Units = stored.Units
            Auxiliary = StoredModel.auxiliary stored
            Encoder = arrays.Encoder
            Networks = arrays.Networks
            Latents = arrays.Latents
            WeightDraws = arrays.WeightDraws
            History = history
            Epoch = stored.Epoch
            Training = Settings.listFit given.Options
            Provenance = stored.Provenance
        })

    let private ofContent (content: Safetensors) : Result<CausalModel, string> =
        let text key =
            match content.Metadata.TryFind key with
            | Some text -> Ok text
            | None -> Error $"its metadata have no '{key}'; save it again"

        let given =
            text settings
            |> Result.bind (
                Settings.parse $"its '{settings}'"
                >> Result.bind (fst >> Settings.complete $"its '{settings}'")
                >> Result.mapError CausalError.message
            )

        let stored =
            text model
            |> Result.bind (
                JsonText.read<StoredModel>
                >> Result.mapError (fun problem -> $"its '{model}' {problem}")
            )

        match given, stored with
        | Error problem, _
        | _, Error problem -> Error problem
        | Ok given, Ok stored ->
            StoredModel.check given.Config stored
            |> Result.bind (fun stored -> form given.Config stored (Map.ofList content.Tensors))
            |> Result.bind (fun form -> StoredTree.toTree form content.Tensors)
            |> Result.bind checkFinite
            |> Result.bind (ofArrays given stored)

    let private checkKind path (content: Safetensors) =
        match content.Metadata.TryFind "format", content.Metadata.TryFind "version" with
        | Some found, Some known when found = kind && known = version -> Ok content
        | Some found, Some other when found = kind ->
            Error(CausalError.BadModelFile(path, $"its format has version {other}; {version} is known here"))
        | Some found, _ -> Error(CausalError.Data(DataError.WrongKind(path, found, kind)))
        | None, _ -> Error(CausalError.Data(DataError.WrongKind(path, "arrays without a format", kind)))

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<CausalModel, CausalError> =
        Safetensors.read path
        |> Result.mapError CausalError.Data
        |> Result.bind (checkKind path)
        |> Result.bind (
            ofContent
            >> Result.mapError (fun problem -> CausalError.BadModelFile(path, problem))
        )
