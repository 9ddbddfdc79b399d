module BgmFunctional.Tests.Bgm.ModelFileTests

open System.IO
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Nets
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.Bgm.Cases

let private written (model: BgmModel) read =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    ModelFile.save path model |> ok
    read path

let private refused (texts: string list) content =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    Safetensors.write path content |> Expect.ok
    let message = ModelFile.load path |> refusal
    Assert.Contains("model.safetensors", message)
    texts |> List.iter (fun text -> Assert.Contains(text, message))

let private fitted = lazy (Fit.run config options (dataset 21) |> ok)
let private content = lazy (written fitted.Value (Safetensors.read >> Expect.ok))

[<Fact>]
let ``a saved model comes back as it was, and answers with the same bits`` () =
    let configs =
        { config with Covariance = Covariance.LowRank 2 }
        :: (kinds
            |> List.map (fun (kind, normalisation) -> { config with Networks = kind; Normalisation = normalisation }))

    for config in configs do
        let model = Fit.run config { options with Training.Seed = 3L } (dataset 21) |> ok
        let again = written model (ModelFile.load >> ok)
        Assert.Equal(model.Config, again.Config)
        Assert.Equal(model.Encoding, again.Encoding)
        Assert.Equal<HistoryEntry list>(model.History, again.History)
        Assert.Equal(model.Provenance, again.Provenance)

        let settings (model: BgmModel) = Settings.format { Config = model.Config; Options = model.Options }
        Assert.Equal(settings model, settings again)
        let arrays (model: BgmModel) = numbers (model.Encoder, model.Generator, model.Latents)
        sameBits "arrays" (arrays model) (arrays again)
        let answer model = numbers (Predict.run few model (dataset 21).Matrix |> ok).Filled
        sameBits "answer" (answer model) (answer again)

[<Fact>]
let ``files of another kind or version, or without a part, are refused`` () =
    let content = content.Value
    let having key text = { content with Metadata = content.Metadata.Add(key, text) }
    refused [ "bgm.tram-dag"; "bgm.table" ] (having "format" "bgm.tram-dag")
    refused [ "version 9" ] (having "version" "9")
    refused [ "'settings'" ] { content with Metadata = content.Metadata.Remove "settings" }
    refused [ "'settings'"; "latents" ] (having "settings" "{\"z_dim\": 0}")
    refused [ "'columns'" ] (having "columns" "[]x")
    refused [ "'model'" ] (having "model" "{}")
    refused [ "more numbers" ] (having "settings" "{\"z_dim\": 2, \"g_units\": [100000, 100000]}")
    refused [ "shape" ] (having "settings" "{\"z_dim\": 1, \"g_units\": [8, 8], \"e_units\": [8, 8]}")

    let tensors =
        content.Tensors
        |> List.map (fun (name, array) ->
            match array with
            | StoredArray.F32(shape, values) when name = "Latents" ->
                name, StoredArray.F32(shape, Array.map (fun _ -> nanf) values)
            | array -> name, array)

    refused [ "'Latents'"; "not finite" ] { content with Tensors = tensors }
    refused [ "missing" ] { content with Tensors = content.Tensors.Tail }

[<Fact>]
let ``a file that is cut short or not there is refused`` () =
    written fitted.Value (fun path ->
        let bytes = File.ReadAllBytes path
        File.WriteAllBytes(path, bytes[.. bytes.Length / 2])
        Assert.Contains("model.safetensors", ModelFile.load path |> refusal)
        Assert.Contains("nowhere", ModelFile.load (path + ".nowhere") |> refusal))
