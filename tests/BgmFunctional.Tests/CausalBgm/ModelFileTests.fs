module BgmFunctional.Tests.CausalBgm.ModelFileTests

open System.IO
open Xunit
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Nets
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.CausalBgm.Cases

let private reload model =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    ModelFile.save path model |> ok
    ModelFile.load path |> ok

let private content model =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    ModelFile.save path model |> ok
    Expect.ok (Safetensors.read path)

let private refused (texts: string list) content =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    Safetensors.write path content |> Expect.ok
    let message = ModelFile.load path |> refusal
    Assert.Contains("model.safetensors", message)
    texts |> List.iter (fun text -> Assert.Contains(text, message))

let private fitted = lazy (Fit.run (config Binary) options (dataset Binary 30) |> ok)

[<Fact>]
let ``a saved model comes back as it was, whatever its parts`` () =
    for treatment in treatments do
        for kind, normalisation in kinds do
            let config = { config treatment with Networks = kind; Normalisation = normalisation }
            let model = Fit.run config options (dataset treatment 30) |> ok
            let again = reload model
            Assert.Equal(model.Config, again.Config)
            Assert.Equal(model.Parts, again.Parts)
            Assert.Equal(model.Scaling, again.Scaling)
            Assert.Equal(model.Units, again.Units)
            Assert.Equal(model.Auxiliary, again.Auxiliary)
            Assert.Equal<(string * string) list>(CausalModel.settings model, CausalModel.settings again)
            Assert.Equal<HistoryEntry list>(model.History, again.History)
            Assert.Equal(model.Epoch, again.Epoch)
            Assert.Equal(model.Provenance, again.Provenance)

            sameBits
                "arrays"
                (numbers (model.Encoder, model.Networks, model.Latents))
                (numbers (again.Encoder, again.Networks, again.Latents))

[<Fact>]
let ``a prior given U and fixed variances come back`` () =
    let config = {
        config Continuous with
            Prior = GivenU [ 4 ]
            XVariance = Fixed 0.5
            YVariance = Fixed 2.0
            XUnits = AsIs
    }

    let data = Dataset.withRandomSegments key 3 (dataset Continuous 30) |> ok
    let model = Fit.run config options data |> ok
    let again = reload model
    Assert.Equal(config, again.Config)
    Assert.Equal(Some(Auxiliary.RandomSegments 3), again.Auxiliary)
    sameBits "prior" (numbers model.Networks) (numbers again.Networks)

    let content = content model

    refused [ "auxiliary" ] {
        content with
            Metadata = content.Metadata.Add("model", content.Metadata["model"].Replace("\"segments\"", "\"rows\""))
    }

[<Fact>]
let ``another kind of file is refused with both kinds`` () =
    let content = content fitted.Value

    refused [ "bgm.tram-dag"; "bgm.causal-bgm" ] {
        content with
            Metadata = content.Metadata.Add("format", "bgm.tram-dag")
    }

    refused [ "without a format" ] { content with Metadata = Map.empty }
    refused [ "version 1" ] { content with Metadata = content.Metadata.Add("version", "1") }

[<Fact>]
let ``parts that do not fit together are refused by name`` () =
    let content = content fitted.Value

    let replace entry (old: string) (text: string) =
        let before = content.Metadata[entry]
        Assert.Contains(old, before)

        {
            content with
                Metadata = content.Metadata.Add(entry, before.Replace(old, text))
        }

    for entry in [ "settings"; "model" ] do
        refused [ $"'{entry}'" ] { content with Metadata = content.Metadata.Remove entry }

    refused [ "covariates" ] (replace "model" "\"means\":[" "\"means\":[1,")
    refused [ "units" ] (replace "model" "\"scale\":1}" "\"scale\":0}")

    refused
        [ "no epoch 99" ]
        (replace "model" $"\"epoch\":{fitted.Value.Epoch},\"provenance\"" "\"epoch\":99,\"provenance\"")

    refused [ "auxiliary" ] (replace "settings" "\"model\": \"causal\"" "\"model\": \"identifiable\"")
    refused [ "'ternary'" ] (replace "settings" "\"fixed-moments\"" "\"ternary\"")

    refused [ "Latents"; "missing" ] {
        content with
            Tensors = content.Tensors |> List.filter (fun (name, _) -> name <> "Latents")
    }

    refused [ "no place" ] {
        content with
            Tensors = content.Tensors @ [ "other", StoredArray.F32([ 1 ], [| 1.0f |]) ]
    }

    let spoil (name, array) =
        if name = "Latents" then
            name, StoredArray.F32(StoredArray.shape array, Array.create (StoredArray.count array) nanf)
        else
            name, array

    refused [ "not finite" ] { content with Tensors = List.map spoil content.Tensors }

[<Fact>]
let ``a file that is cut short is refused`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    ModelFile.save path fitted.Value |> ok
    let bytes = File.ReadAllBytes path
    File.WriteAllBytes(path, bytes[.. bytes.Length / 2])
    Assert.Contains("cut short", ModelFile.load path |> refusal)
