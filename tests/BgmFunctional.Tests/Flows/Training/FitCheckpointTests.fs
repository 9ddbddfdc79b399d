module BgmFunctional.Tests.Flows.FitCheckpointTests

open System
open System.IO
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Simulators
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.Flows.FlowGenerators

/// A node of every kind of head and term.
let private dag =
    Dag.create [
        Node.continuous "x1"
        { Node.continuous "x2" with Terms = [ LinearShift "x1" ] }
        {
            Node.ordinal "y" 2 with
                Terms = [ Intercept [ "x1" ]; ComplexShift [ "x2" ] ]
        }
    ]
    |> okAll

let private rows seed n =
    let drawn = Simulator.sample (Key.OfSeed seed) [] n Vaca.simulator |> ok
    let x3 = codes (Node.continuous "x3") drawn

    Frame.columns drawn
    |> List.filter (fun (name, _) -> name <> "x3")
    |> List.append [ "y", Column.Numeric(x3 |> Array.map (fun x -> if x > 0.0 then 1.0 else 0.0)) ]
    |> frame

let private training, validation = rows 1L 200, rows 2L 60

let private options = {
    FitOptions.defaults with
        Epochs = 9
        BatchSize = 64
        LearningRate = 0.1
        Threads = 1
        Units = { Intercept = [ 3 ]; Shift = [ 3 ]; Activation = Relu }
}

let private fit options = Fit.run dag options training (Some validation)

let private plan (folder: TemporaryFolder) = { Checkpoint.plan (folder.File "run") with Every = Some 1 }

/// A fit that is broken off after so many epochs.
let private broken epochs plan options =
    use source = new CancellationTokenSource()

    let stop (progress: FitProgress) =
        if progress.Epoch = epochs then
            source.Cancel()

    Assert.ThrowsAny<OperationCanceledException>(fun () ->
        fit {
            options with
                Checkpoint = Some plan
                Cancellation = source.Token
                Progress = stop
        }
        |> ignore)
    |> ignore

let private bits (result: FitResult) =
    let leaves = Tree.leaves result.Flow.Weights |> Array.map Tensor.toFloat32
    leaves, result.Flow.History, result.Nll, result.ValidationNll, result.Flow.Recipe

/// Freezing at various epochs: x1 and x2 settle sooner than y.
let private recipes = [
    options
    {
        options with
            Schedule = Plateau 2
            FreezePatience = Some 1
            RestoreBest = true
            Epochs = 40
    }
    { options with FreezePatience = Some 2; MarginalInit = true; Epochs = 40 }
    { options with Schedule = OneCycle; RestoreBest = true }
    { options with Schedule = Cosine }
]

[<Fact>]
let ``a fit that is broken off after any epoch and resumed is the unbroken one, to the bit`` () =
    for recipe in recipes do
        let whole = fit recipe |> ok

        for epochs in [ 1..3 .. whole.Epochs - 1 ] do
            use folder = new TemporaryFolder()
            let plan = plan folder
            broken epochs plan { recipe with Threads = 1 + epochs % 2 }

            let resumed =
                fit {
                    recipe with
                        Checkpoint = Some { plan with Resume = true }
                        Threads = 2 - epochs % 2
                }
                |> ok

            Assert.True((bits whole = bits resumed), $"{recipe.Schedule}, broken off after {epochs} epochs")

[<Fact>]
let ``nodes freeze at epochs of their own in what is broken off`` () =
    let frozen = ResizeArray()

    fit { recipes[1] with Progress = fun progress -> frozen.Add progress.Active.Length }
    |> ok
    |> ignore

    Assert.True((Seq.distinct frozen |> Seq.length) > 2)

[<Fact>]
let ``a fit that is killed goes on from its last checkpoint, and may be broken off again`` () =
    use folder = new TemporaryFolder()
    let plan = { plan folder with Every = Some 4 }
    let path = Checkpoint.path plan
    broken 5 plan options
    // As a killed process leaves it: the checkpoint of the fourth epoch.
    let told = ResizeArray()
    File.Delete path
    let keep = ref [||]

    let watch (progress: FitProgress) =
        if progress.Epoch = 5 then
            keep.Value <- File.ReadAllBytes path

    fit { options with Checkpoint = Some plan; Progress = watch } |> ok |> ignore
    File.WriteAllBytes(path, keep.Value)
    broken 7 { plan with Resume = true } options

    let resumed =
        fit {
            options with
                Checkpoint = Some { plan with Resume = true }
                Progress = fun progress -> told.Add progress.Epoch
        }
        |> ok

    Assert.Equal<int list>([ 8; 9 ], List.ofSeq told)
    Assert.True((bits (fit options |> ok) = bits resumed))

[<Fact>]
let ``a fit that has ended is resumed at once, and with more epochs goes on as if they had been asked for`` () =
    use folder = new TemporaryFolder()
    let plan = plan folder
    let whole = fit { options with Checkpoint = Some plan } |> ok
    let resumed = { options with Checkpoint = Some { plan with Resume = true } }
    let again = fit { resumed with Progress = fun _ -> failwith "It had ended." } |> ok
    Assert.True((bits whole = bits again))
    Assert.True((bits (fit { options with Epochs = 12 } |> ok) = bits (fit { resumed with Epochs = 12 } |> ok)))

[<Fact>]
let ``resuming where there is nothing begins`` () =
    use folder = new TemporaryFolder()
    let plan = { plan folder with Resume = true }
    Assert.True((bits (fit options |> ok) = bits (fit { options with Checkpoint = Some plan } |> ok)))

let private refused (part: string) result =
    match result with
    | Ok _ -> failwith "The checkpoint was accepted."
    | Error error -> Assert.Contains(part, FlowError.message error)

[<Fact>]
let ``a checkpoint of another fit is refused, and what differs is named`` () =
    use folder = new TemporaryFolder()
    let plan = plan folder
    broken 3 plan { options with Schedule = Cosine }

    let resumed = {
        options with
            Schedule = Cosine
            Checkpoint = Some { plan with Resume = true }
    }

    for part, options in
        [
            "differs in epochs (9; here 10)", { resumed with Epochs = 10 }
            "differs in learning rate (0.1; here 0.2)", { resumed with LearningRate = 0.2 }
            "differs in batch size", { resumed with BatchSize = 32 }
            "differs in schedule (cosine; here plateau 3)", { resumed with Schedule = Plateau 3 }
            "differs in freeze patience (never; here 3)", { resumed with FreezePatience = Some 3 }
            "differs in restore best", { resumed with RestoreBest = true }
            "differs in marginal start", { resumed with MarginalInit = true }
            "differs in seed (0; here 1)", { resumed with Seed = 1L }
            "differs in intercept units", { resumed with Units = { options.Units with Intercept = [ 2; 2 ] } }
            "differs in activation (relu; here tanh)", { resumed with Units = { options.Units with Activation = Tanh } }
            "differs in shift units (3; here 4)", { resumed with Units = { options.Units with Shift = [ 4 ] } }
            "there is a checkpoint", { resumed with Checkpoint = Some plan }
            "epochs between checkpoints", { resumed with Checkpoint = Some { plan with Every = Some 0 } }
        ] do
        refused part (fit options)

    refused "differs in training rows (200 rows" (Fit.run dag resumed (rows 3L 200) (Some validation))
    refused "differs in validation rows" (Fit.run dag resumed training (Some(rows 3L 60)))
    refused "here nothing" (Fit.run dag resumed training None)

    let other =
        Dag.nodes dag
        |> List.map (fun node -> if node.Name = "x1" then { node with Kind = Continuous Affine } else node)
        |> Dag.create
        |> okAll

    refused "differs in graph" (Fit.run other resumed training (Some validation))
    Assert.True((fit resumed).IsOk)

[<Fact>]
let ``fewer epochs than were done are refused`` () =
    use folder = new TemporaryFolder()
    let plan = plan folder
    broken 5 plan options
    let resumed = { options with Checkpoint = Some { plan with Resume = true } }
    refused "at least the 5" (fit { resumed with Epochs = 4 })
    Assert.True((bits (fit { options with Epochs = 6 } |> ok) = bits (fit { resumed with Epochs = 6 } |> ok)))
