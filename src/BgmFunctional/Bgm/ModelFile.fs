// A model of a table as a safetensors file: weights and latents as arrays, and in the header's metadata its configuration by the published names and all
// else as JSON. Numbers come back as the same bits.
namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

/// What a model file's JSON says of a model beside its configuration, its columns and its arrays.
type StoredModel = {
    /// Evaluations, in order.
    History: HistoryEntry list
    /// Where the model comes from.
    Provenance: Provenance
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

    /// Numbers of the largest array.
    let private largest (config: Config) p rows =
        [
            config.Latents :: config.GUnits
            @ [ Gaussian.outputs p (Covariance.rank config.Covariance) ]
            p :: config.EUnits @ [ config.Latents ]
            [ rows; config.Latents ]
        ]
        |> List.collect List.pairwise
        |> List.map (fun (inputs, outputs) -> float inputs * float outputs)
        |> List.max

    let private readSettings (text: string) =
        Settings.parse "settings" text
        |> Result.bind (fst >> Settings.complete "settings")
        |> Result.mapError (fun error -> $"cannot be used: {BgmError.message error}")

    let private readColumns (text: string) =
        StoredEncoding.read text
        |> Result.bind (fun encoding ->
            if (TableEncoding.names encoding).Length = 0 then
                Error "are none"
            else
                Ok encoding)

    let private ofContent (content: Safetensors) : Result<BgmModel, string> =
        result {
            let! settings = ModelContent.entry settings readSettings content
            let! encoding = ModelContent.entry columns readColumns content
            let! stored = ModelContent.entry model JsonText.read<StoredModel> content
            let config, p, rows = settings.Config, (TableEncoding.names encoding).Length, stored.Provenance.Rows

            let form () =
                let key = Key.OfSeed 0L

                {
                    Encoder = Model.initEncoder key config p
                    Generator = Model.initGenerator key config p
                    Latents = Tensor.fill Float32 [| rows; config.Latents |] 0.0
                }

            let! arrays = ModelContent.arrays (largest config p rows) form content

            return {
                Config = config
                Options = settings.Options
                Encoding = encoding
                Encoder = arrays.Encoder
                Generator = arrays.Generator
                Latents = arrays.Latents
                History = stored.History
                Provenance = stored.Provenance
            }
        }

    /// The model in a file, which answers every question with the same bits as the one that was saved. A file that is cut short, of another
    /// kind, of another version, or whose parts do not fit together is refused.
    let load (path: string) : Result<BgmModel, BgmError> =
        let bad problem = BgmError.BadModelFile(path, problem)
        ModelContent.load BgmError.Data bad kind version ofContent path
