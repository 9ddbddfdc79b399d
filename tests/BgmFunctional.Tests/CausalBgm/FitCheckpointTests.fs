/// A fit that is broken off anywhere and resumed is the unbroken one, bit by bit.
module BgmFunctional.Tests.CausalBgm.FitCheckpointTests

open System
open System.IO
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Nets
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.CausalBgm.Cases

/// Five reports of the warm start, then seven epochs with three evaluations on schedule, and one after the last epoch.
let private whole = {
    options with
        Training.EgmIterations = 5
        Training.Epochs = 7
        Training.EpochsPerEvaluation = 2
        StartOff = 1
}

let private into folder resume (options: FitOptions) = {
    options with
        Training.Checkpoint = Some { Checkpoint.plan folder with Resume = resume; Every = Some 1 }
}

let private fit config options data = Fit.run config options data |> ok

/// Ends a fit at its k-th sign of life, as if it had been killed: the checkpoint before it is all that is left.
let private breakOff k (options: FitOptions) run =
    let mutable seen = 0

    let progress _ =
        seen <- seen + 1

        if seen = k then
            raise (InvalidOperationException "killed")

    Assert.Throws<InvalidOperationException>(fun () -> run { options with Progress = progress } |> ignore)
    |> ignore

let private same (expected: CausalModel) (found: CausalModel) =
    sameBits
        "model"
        (numbers (expected.Encoder, expected.Networks, expected.Latents))
        (numbers (found.Encoder, found.Networks, found.Latents))

    Assert.Equal<HistoryEntry list>(expected.History, found.History)
    Assert.Equal((expected.Epoch, expected.Provenance), (found.Epoch, found.Provenance))

[<Fact>]
let ``broken off at any round, a fit is resumed to the same bits, on any number of threads`` () =
    // Reports of the warm start, its end, epochs with and without an evaluation, the last one: each with other networks than its neighbours.
    for i, (treatment, (kind, normalisation)) in List.allPairs treatments kinds |> List.indexed do
        let config = { config treatment with Networks = kind; Normalisation = normalisation }
        let data = dataset treatment 30
        let unbroken = fit config whole data

        for k in [ 1 + i; 7 + i ] do
            use folder = new TemporaryFolder()
            let options = into (folder.File "run") false whole
            breakOff k options (fun options -> Fit.run config options data)
            same unbroken (fit config { into (folder.File "run") true whole with Training.Threads = 2 } data)

[<Fact>]
let ``a prior given U and no warm start are resumed too`` () =
    let config = { config Continuous with Prior = GivenU [ 4 ] }
    let data = Dataset.withRandomSegments key 3 (dataset Continuous 30) |> ok

    for options in [ whole; { whole with Training.EgmIterations = 0 } ] do
        let unbroken = fit config options data
        use folder = new TemporaryFolder()
        breakOff 3 (into (folder.File "run") false options) (fun options -> Fit.run config options data)
        same unbroken (fit config (into (folder.File "run") true options) data)

[<Fact>]
let ``a fit that is cancelled leaves what was done`` () =
    use folder = new TemporaryFolder()
    use source = new CancellationTokenSource()
    let mutable reports = 0

    let progress _ =
        reports <- reports + 1

        if reports = 3 then
            source.Cancel()

    let options = {
        into (folder.File "run") false whole with
            Training.Checkpoint = Some { Checkpoint.plan (folder.File "run") with Every = Some 100 }
            Training.Cancellation = source.Token
            Progress = progress
    }

    Assert.Throws<OperationCanceledException>(fun () -> Fit.run (config Binary) options (dataset Binary 30) |> ignore)
    |> ignore

    let seen = ResizeArray()

    let resumed =
        fit (config Binary) { into (folder.File "run") true whole with Progress = seen.Add } (dataset Binary 30)

    same (fit (config Binary) whole (dataset Binary 30)) resumed

    match seen[0] with
    | WarmStart(4, 5, _) -> ()
    | first -> failwith $"%A{first}"

[<Fact>]
let ``more epochs go on from a fit that had ended, as if they had been asked for at once`` () =
    use folder = new TemporaryFolder()
    let data = dataset Continuous 30

    fit (config Continuous) (into (folder.File "run") false { whole with Training.Epochs = 3 }) data
    |> ignore

    same (fit (config Continuous) whole data) (fit (config Continuous) (into (folder.File "run") true whole) data)

    Assert.Contains(
        "at least the 7",
        Fit.run (config Continuous) (into (folder.File "run") true { whole with Training.Epochs = 6 }) data
        |> refusal
    )

[<Fact>]
let ``a checkpoint of another fit is refused by the name of what differs`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "run"
    let data = dataset Binary 30
    fit (config Binary) (into path false whole) data |> ignore
    let refused config options data = Fit.run config (into path true options) data |> refusal

    Assert.Contains(
        "differs in random_seed (0; here 3)",
        refused (config Binary) { whole with Training.Seed = 3L } data
    )

    Assert.Contains("differs in lr_theta", refused { config Binary with Rates.Theta = 0.5 } whole data)
    Assert.Contains("differs in batch_size", refused (config Binary) { whole with Training.BatchSize = 9 } data)
    Assert.Contains("differs in rows", refused (config Binary) whole (dataset Binary 31))
    Assert.Contains("there is a checkpoint already", Fit.run (config Binary) (into path false whole) data |> refusal)

    Assert.Contains(
        "does not exist",
        Fit.run (config Binary) (into (folder.File "none/run") true whole) data
        |> refusal
    )

    Assert.Contains(
        "rounds between checkpoints",
        FitOptions.check {
            whole with
                Training.Checkpoint = Some { Checkpoint.plan path with Every = Some 0 }
        }
        |> refusal
    )

[<Fact>]
let ``a checkpoint that is cut short is refused`` () =
    use folder = new TemporaryFolder()
    let plan = Checkpoint.plan (folder.File "run")
    fit (config Binary) (into plan.Folder false whole) (dataset Binary 30) |> ignore
    let bytes = File.ReadAllBytes(Checkpoint.path plan)
    File.WriteAllBytes(Checkpoint.path plan, bytes[.. bytes.Length / 2])

    Assert.Contains(
        "cut short",
        Fit.run (config Binary) (into plan.Folder true whole) (dataset Binary 30)
        |> refusal
    )
