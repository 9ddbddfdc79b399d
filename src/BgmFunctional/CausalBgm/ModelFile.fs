// A model of the CausalBGM family as a safetensors file: weights, latents and the effects of its evaluations as arrays, and in the header's metadata
// its configuration by the published names and all else as JSON. Numbers come back as the same bits.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
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

    /// Numbers of the largest array.
    let private largest (config: Config) (stored: StoredModel) =
        let q = LatentDims.total config.Latents
        let covariates, auxiliary = stored.Parts.Covariates.Length, stored.Auxiliary |> List.sumBy _.Width

        let priorUnits =
            match config.Prior with
            | StandardNormal -> []
            | GivenU units -> units

        [
            q :: config.GUnits @ [ covariates + 1 ]
            covariates :: config.EUnits @ [ q ]
            q :: config.FUnits @ [ 2 ]
            q :: config.HUnits @ [ 2 ]
            auxiliary :: priorUnits @ [ q ]
            [ stored.Provenance.Rows; q ]
        ]
        |> List.collect List.pairwise
        |> List.map (fun (inputs, outputs) -> float inputs * float outputs)
        |> List.max

    /// The form of the arrays.
    let private form (config: Config) (stored: StoredModel) (arrays: Map<string, StoredArray>) =
        let covariates, auxiliary = stored.Parts.Covariates.Length, stored.Auxiliary |> List.sumBy _.Width
        let key = Key.OfSeed 0L
        let networks = Model.init key config covariates auxiliary

        // Draws are numbered from 0 on.
        let draws =
            Seq.initInfinite (fun i -> $"WeightDraws.{i}.Covariates.Output.Weight")
            |> Seq.takeWhile arrays.ContainsKey
            |> Seq.length

        let effects =
            stored.History
            |> List.mapi (fun i _ -> arrays.TryFind $"Effects.{i}" |> Option.map StoredArray.shape)

        if effects |> List.exists Option.isNone then
            Error "its history and its effects are not of the same evaluations"
        else
            Ok {
                Encoder = Model.initEncoder key config covariates
                Networks = networks
                Latents = Tensor.fill Float32 [| stored.Provenance.Rows; LatentDims.total config.Latents |] 0.0
                WeightDraws = List.replicate draws (posteriorMeans networks)
                Effects =
                    effects
                    |> List.map (fun shape -> Tensor.fill Float64 (List.toArray shape.Value) 0.0)
            }

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

    let private readSettings (text: string) =
        Settings.parse "settings" text
        |> Result.bind (fst >> Settings.complete "settings")
        |> Result.mapError (fun error -> $"cannot be used: {CausalError.message error}")

    let private ofContent (content: Safetensors) : Result<CausalModel, string> =
        result {
            let! given = ModelContent.entry settings readSettings content
            let! stored = ModelContent.entry model JsonText.read<StoredModel> content
            let! stored = StoredModel.check given.Config stored
            do! ModelContent.requireRoom (largest given.Config stored) content
            let! form = form given.Config stored (Map.ofList content.Tensors)
            let! arrays = StoredTree.toTree form content.Tensors
            // An effect need not be finite.
            do! ModelContent.requireFinite { arrays with Effects = [] }
            return! ofArrays given stored arrays
        }

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<CausalModel, CausalError> =
        let bad problem = CausalError.BadModelFile(path, problem)
        ModelContent.load CausalError.Data bad kind version ofContent path
