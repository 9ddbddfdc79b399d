module BgmFunctional.Tests.Flows.ModelFileTests

open System
open System.IO
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 1

/// x2 has an intercept of x1 and a shift of the levels of y.
let private flow =
    let dag =
        Dag.create [
            Node.continuous "x1"
            { Node.ordinal "y" 3 with Kind = Ordinal(Names [ "low"; "mid"; "high" ]) }
            { Node.continuous "x2" with Terms = [ Intercept [ "x1" ]; LinearShift "y" ] }
        ]
        |> okAll

    let column draw child = Array.init 40 (fun i -> draw ((Key.OfSeed 3L).Child child) i)
    let number (key: Key) i = (normal key 40)[i]

    let rows =
        frame [
            "x1", Column.Numeric(column number 0L)
            "y", Column.Text(Array.init 40 (fun i -> [| "low"; "mid"; "high" |][i % 3]))
            "x2", Column.Numeric(column number 1L)
        ]

    let options = {
        FitOptions.defaults with
            Epochs = 3
            Threads = 1
            Units = { Intercept = [ 2 ]; Shift = [ 2 ]; Activation = Softplus }
    }

    (Fit.run dag options rows (Some rows) |> ok).Flow

let private content =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    ModelFile.save path flow |> ok
    Expect.ok (Safetensors.read path)

/// The refusal of a file with these bytes names it and says all of this, on one line.
let private refusedBytes (texts: string list) (bytes: byte[]) =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    File.WriteAllBytes(path, bytes)

    match ModelFile.load path with
    | Ok _ -> failwith "The model was accepted."
    | Error error ->
        let message = FlowError.message error
        Assert.DoesNotContain("\n", message)

        for text in path :: texts do
            Assert.Contains(text, message)

let private refused texts content = refusedBytes texts (Safetensors.toBytes content)

let private withMetadata change = { content with Metadata = change content.Metadata }

let private withTensor name change = {
    content with
        Tensors =
            content.Tensors
            |> List.map (fun (found, array) -> found, (if found = name then change array else array))
}

let private saved (flow: Flow) =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"
    ModelFile.save path flow |> ok
    ModelFile.load path |> ok

[<Fact>]
let ``a loaded flow is the saved one, and answers with the same bits`` () =
    Prop.forAll cases (fun case ->
        let loaded = saved case.Flow
        let draw flow = Flow.sample team (Key.OfSeed case.Seed) [] 5 flow |> ok

        let logProb flow =
            Flow.logProb team case.Rows flow
            |> ok
            |> Array.map BitConverter.DoubleToInt64Bits

        let leaves (flow: Flow) = Tree.leaves flow.Weights |> Array.map Tensor.toArray

        leaves loaded = leaves case.Flow
        && loaded.Dag = case.Flow.Dag
        && loaded.Units = case.Flow.Units
        && loaded.Scales = case.Flow.Scales
        && loaded.Provenance = case.Flow.Provenance
        && logProb loaded = logProb case.Flow
        && (draw loaded).Equals(draw case.Flow))
    |> fun law -> Check.One(Law.config 30, law)

[<Fact>]
let ``the losses of the fit come back to the bit, those that are no numbers too`` () =
    Assert.Equal<Epoch list>(flow.History, (saved flow).History)
    Assert.Equal(3, flow.History.Length)

    let odd = {
        Training = Map [ "x1", infinity; "x2", 0.1 + 0.2; "y", nan ]
        Validation = Map.empty
    }

    let found = (saved { flow with History = [ odd ] }).History.Head
    Assert.Equal(infinity, found.Training["x1"])
    Assert.Equal(0.1 + 0.2, found.Training["x2"])
    Assert.True(Double.IsNaN found.Training["y"])
    Assert.Empty found.Validation

[<Fact>]
let ``how it was fitted comes back, and files that do not say are read as well`` () =
    Assert.Equal<Map<string, string>>(flow.Recipe, (saved flow).Recipe)
    Assert.True((Recipe.ofFlow (saved flow) |> ok).IsTrained)
    use folder = new TemporaryFolder()
    let path = folder.File "earlier.safetensors"
    let earlier = { content with Metadata = content.Metadata.Remove "recipe" }
    Expect.ok (Safetensors.write path earlier)
    Assert.Empty((ModelFile.load path |> ok).Recipe)

[<Fact>]
let ``the files of its rows are remembered by their paths from the model's folder`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "model.safetensors"

    let files = {
        Data = folder.File "rows.csv"
        ValidationShare = Some 0.25
        ValidationData = None
    }

    ModelFile.save path (TrainingFiles.remember path files flow) |> ok
    let loaded = ModelFile.load path |> ok
    Assert.Equal("rows.csv", loaded.Recipe["training file"])

    match TrainingFiles.recall path loaded with
    | Some found ->
        Assert.Equal(files.Data, Path.GetFullPath found.Data)
        Assert.Equal((Some 0.25, None), (found.ValidationShare, found.ValidationData))
    | None -> failwith "It was remembered."

    Assert.Equal(None, TrainingFiles.recall path flow)

    let rows =
        frame [
            "x1", Column.Numeric [| 0.0 .. 7.0 |]
            "y", Column.Text [| for i in 0..7 -> [| "low"; "mid"; "high" |][i % 3] |]
            "x2", Column.Numeric [| 1.0 .. 8.0 |]
        ]

    Expect.ok (Csv.write files.Data rows)
    let training, validation = TrainingFiles.read files flow |> ok
    Assert.Equal((training, Option.get validation), Fit.split flow.Provenance.Seed 0.25 rows |> ok)

[<Fact>]
let ``the weights are float32, named by node and place`` () =
    let names = content.Tensors |> List.map fst
    Assert.Contains("x1.Theta.Value", names)
    Assert.Contains("x2.Terms.0.net.Hidden.0.Weight", names)
    Assert.Contains("x2.Terms.1.beta", names)
    Assert.All(content.Tensors, fun (_, array) -> Assert.True(array.IsF32))

[<Fact>]
let ``a file cut short at any length is refused`` () =
    let bytes = Safetensors.toBytes content

    for length in 0..7 .. bytes.Length - 1 do
        refusedBytes [ "cut short" ] (Array.truncate length bytes)

[<Fact>]
let ``a file that is not there is refused`` () =
    match ModelFile.load "nowhere.safetensors" with
    | Error error -> Assert.Contains("nowhere.safetensors", FlowError.message error)
    | Ok _ -> failwith "There is no such file."

[<Fact>]
let ``another kind of file is refused`` () =
    refusedBytes [ "not a safetensors file" ] (Text.Encoding.UTF8.GetBytes "x1,x2\n1,2\n3,4\n")
    refused [ "bgm.tram-dag" ] { content with Metadata = Map.empty }
    refused [ "'pt'"; "bgm.tram-dag" ] (withMetadata (Map.add "format" "pt"))

[<Fact>]
let ``a newer format is refused`` () = refused [ "version 2"; "newer" ] (withMetadata (Map.add "version" "2"))

[<Fact>]
let ``a format without a version is refused`` () =
    for damage in [ Map.remove "version"; Map.add "version" "one" ] do
        refused [ "version" ] (withMetadata damage)

[<Fact>]
let ``a missing tensor is refused`` () =
    refused [ "'x2.Terms.1.beta' is missing" ] {
        content with
            Tensors = content.Tensors |> List.filter (fst >> (<>) "x2.Terms.1.beta")
    }

[<Fact>]
let ``a surplus tensor is refused`` () =
    refused [ "'x9.Theta.Value'" ] {
        content with
            Tensors = ("x9.Theta.Value", StoredArray.F32([ 1 ], [| 0.0f |])) :: content.Tensors
    }

[<Fact>]
let ``a misshapen tensor is refused`` () =
    refused
        [ "'x2.Terms.1.beta'"; "[3; 1]" ]
        (withTensor "x2.Terms.1.beta" (fun _ -> StoredArray.F32([ 1; 3 ], [| 0.0f; 0.0f; 0.0f |])))

[<Fact>]
let ``a tensor of whole numbers is refused`` () =
    refused
        [ "'x2.Terms.1.beta'"; "float32" ]
        (withTensor "x2.Terms.1.beta" (fun _ -> StoredArray.I32([ 3; 1 ], [| 0; 0; 0 |])))

[<Fact>]
let ``weights that are not finite are refused`` () =
    for number in [ nanf; infinityf ] do
        refused
            [ "'x2.Terms.1.beta'"; "not finite" ]
            (withTensor "x2.Terms.1.beta" (fun _ -> StoredArray.F32([ 3; 1 ], [| 0.0f; number; 0.0f |])))

[<Fact>]
let ``a graph that is missing, or none, is refused`` () =
    refused [ "no 'graph'" ] (withMetadata (Map.remove "graph"))
    refused [ "its graph"; "line 1" ] (withMetadata (Map.add "graph" "{"))

/// The file with a part of an entry of its metadata replaced.
let private withEntry key (found: string) (damaged: string) =
    Assert.Contains(found, content.Metadata[key])
    withMetadata (Map.add key (content.Metadata[key].Replace(found, damaged)))

[<Fact>]
let ``metadata that are missing, or not what they should be, are refused`` () =
    for key in [ "units"; "scales"; "history"; "provenance" ] do
        refused [ $"no '{key}'" ] (withMetadata (Map.remove key))
        refused [ $"'{key}'" ] (withMetadata (Map.add key "{ \"a\""))
        refused [ $"'{key}'"; "null" ] (withMetadata (Map.add key "null"))

    refused [ "'provenance'" ] (withEntry "provenance" "\"seed\"" "\"sead\"")
    refused [ "'provenance'" ] (withEntry "provenance" "\"library\":\"" "\"library\":\"\\ud800")
    refused [ "'units'" ] (withEntry "units" "[2]" "[\"a\"]")
    refused [ "'recipe'" ] (withEntry "recipe" "\"epochs\":\"3\"" "\"epochs\":3")
    refused [ "'units'"; "null" ] (withEntry "units" "[2]" "null")
    refused [ "'units'" ] (withEntry "units" "{" "{\"other\":1,")
    refused [ "activation 'sigmoid'" ] (withEntry "activation" "softplus" "sigmoid")

[<Fact>]
let ``networks of impossible sizes are refused before memory is asked for`` () =
    refused [ "without units" ] (withEntry "units" "[2]" "[0]")
    refused [ "node 'x2' needs more numbers" ] (withEntry "units" "[2]" "[2000000000]")

[<Fact>]
let ``scales of other nodes, or no scales, are refused`` () =
    refused [ "its scales"; "x1, x2" ] (withEntry "scales" "\"x1\"" "\"x9\"")
    refused [ "scale of node 'x1'" ] (withEntry "scales" "\"standardDeviation\":" "\"standardDeviation\":-")
