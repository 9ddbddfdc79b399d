module BgmFunctional.Tests.Data.CheckpointTests

open System
open System.IO
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What a computation carries: tensors of both types, and other things.
type private Carried = { Layers: Tensor list; Shift: Tensor option; Name: string }

let private carried = {
    Layers = [ Tensor.float32 [| 2; 1 |] [| 1.5f; nanf |]; Tensor.ofFloats Float64 [| 1 |] [| 0.1 + 0.2 |] ]
    Shift = Some(Tensor.float32 [| 1 |] [| infinityf |])
    Name = "a"
}

let private origin = Map [ "rows", "3 rows"; "rate", "0.01" ]
let private header = Map [ "loss", [ 0.1 + 0.2; infinity; nan ] ]

let private saved folder =
    let plan = Checkpoint.plan folder

    Assert.Equal(
        Ok None,
        Checkpoint.load<Map<string, float list>, _> plan "test" origin carried
        |> Result.map (Option.map ignore)
    )

    Expect.ok (Checkpoint.save plan "test" origin header carried)
    { plan with Resume = true }

let private bits tree =
    Tree.leaves tree
    |> Array.map (Tensor.toArray >> Array.map BitConverter.DoubleToInt64Bits)

[<Fact>]
let ``what is loaded is what was saved, to the bit`` () =
    use folder = new TemporaryFolder()
    let plan = saved (folder.File "run")

    match Checkpoint.load<Map<string, float list>, _> plan "test" origin carried with
    | Ok(Some(found, tree)) ->
        Assert.Equal<int64[][]>(bits carried, bits tree)
        Assert.Equal("a", tree.Name)
        Assert.Equal<float list>(header["loss"], found["loss"])
    | other -> failwith $"{other}"

[<Fact>]
let ``a checkpoint that was being written when its process was killed leaves the one before, and goes`` () =
    use folder = new TemporaryFolder()
    let plan = saved (folder.File "run")
    let half = Checkpoint.path plan + ".abc.tmp"
    File.WriteAllText(half, "half")
    Assert.True((Checkpoint.load<Map<string, float list>, _> plan "test" origin carried).IsOk)
    Assert.False(File.Exists half)

/// A load that is refused, and the message says all of this.
let private refused (texts: string list) plan kind origin form =
    match Checkpoint.load<Map<string, float list>, _> plan kind origin form with
    | Ok _ -> failwith "The checkpoint was accepted."
    | Error error ->
        for text in texts do
            Assert.Contains(text, DataError.message error)

[<Fact>]
let ``a checkpoint that is not to be resumed, or is of another computation, is refused`` () =
    use folder = new TemporaryFolder()
    let plan = saved (folder.File "run")
    refused [ "there is a checkpoint" ] { plan with Resume = false } "test" origin carried
    refused [ "'test'"; "'other'" ] plan "other" origin carried
    refused [ "differs in rate (0.01; here 0.02)" ] plan "test" (origin.Add("rate", "0.02")) carried
    refused [ "differs in share (nothing; here 0.1)" ] plan "test" (origin.Add("share", "0.1")) carried
    refused [ "differs in rate (0.01; here nothing)" ] plan "test" (origin.Remove "rate") carried
    refused [ "'Shift.Value'" ] plan "test" origin { carried with Shift = None }

    refused [ "'Layers.1'"; "[2]" ] plan "test" origin {
        carried with
            Layers = [ carried.Layers[0]; Tensor.float32 [| 2 |] [| 0.0f; 0.0f |] ]
    }

[<Fact>]
let ``a checkpoint that is damaged is refused`` () =
    use folder = new TemporaryFolder()
    let plan = saved (folder.File "run")
    let path = Checkpoint.path plan
    let content = Expect.ok (Safetensors.read path)
    let bytes = File.ReadAllBytes path
    File.WriteAllBytes(path, bytes[.. bytes.Length - 5])
    refused [ "cut short" ] plan "test" origin carried

    for key, text in [ "header", "{"; "header", "null"; "origin", "[]"; "version", "2" ] do
        Expect.ok (Safetensors.write path { content with Metadata = content.Metadata.Add(key, text) })
        refused [ path; key ] plan "test" origin carried

[<Fact>]
let ``a folder that cannot be is refused`` () =
    use folder = new TemporaryFolder()
    refused [ "does not exist" ] (Checkpoint.plan (folder.File "none/run")) "test" origin carried
    File.WriteAllText(folder.File "file", "")
    refused [ "needs a folder" ] (Checkpoint.plan (folder.File "file")) "test" origin carried

[<Fact>]
let ``checkpoints are due every so many rounds, or after a while`` () =
    let every = Checkpoint.due { Checkpoint.plan "run" with Every = Some 3 }
    Assert.Equal<int list>([ 3; 6 ], List.filter every [ 1..7 ])
    Assert.Empty(List.filter (Checkpoint.due (Checkpoint.plan "run")) [ 1..7 ])
