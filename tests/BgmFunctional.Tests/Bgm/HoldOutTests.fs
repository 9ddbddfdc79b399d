module BgmFunctional.Tests.Bgm.HoldOutTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Optim
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.Bgm.Cases

/// A column of numbers with holes and one of three levels.
let private table =
    let z = normals 1L 400 1 |> Array.map Array.head

    Frame.ofColumns [
        "x", Column.Numeric(z |> Array.mapi (fun i z -> if i % 4 = 0 then nan else z))
        "level",
        Column.Text(
            z
            |> Array.map (fun z ->
                if z < -0.5 then "low"
                elif z > 0.5 then "high"
                else "middle")
        )
    ]
    |> Result.mapError BgmError.Data
    |> Result.bind (Dataset.ofFrame [])
    |> ok

let private isHole = Tensor.toArray >> Array.chunkBySize 4 >> Array.map (Array.map Double.IsNaN)

[<Fact>]
let ``a share of the seen cells is held out, all columns of a level together`` () =
    let before, after = isHole table.Matrix, isHole (HoldOut.mask key 0.2 table)

    for before, after in Array.zip before after do
        Assert.True(after[0] || not before[0], "a hole is filled")
        Assert.True((after[1] = after[2] && after[2] = after[3]), "a level is torn")

    let share seen =
        Array.zip before after
        |> Array.averageBy (fun (b, a) -> if a[seen] && not b[seen] then 1.0 else 0.0)
    // Of 300 and 400 cells: four standard errors are 0.08 and less.
    Assert.Equal(0.75 * 0.2, share 0, 0.08)
    Assert.Equal(0.2, share 1, 0.08)

[<Fact>]
let ``of every column at least half of the seen cells stay`` () =
    let few = Dataset.ofRows [| [| 1.0; nan |]; [| 2.0; 3.5 |]; [| 3.0; 4.5 |] |] |> ok
    let left = Tensor.toArray (HoldOut.mask key 0.99 few) |> Array.filter (Double.IsNaN >> not)
    Assert.Equal(3, left.Length)

[<Fact>]
let ``cells are filled better when they are likelier, and not further, by more than chance would have it`` () =
    let wave k i = sin (float (k * i))

    /// Of ten columns.
    let fillings density square =
        Array.init 400 (fun i -> {
            Column = i % 10
            LogDensity = wave 1 i + density i
            SquaredError = 2.0 + wave 2 i + square i
        })

    let before = fillings (fun _ -> 0.0) (fun _ -> 0.0)
    // A standard error is 0.035.
    let gain = fun i -> 0.3 + wave 3 i
    let loss = gain >> (~-)
    Assert.True(HoldOut.isBetter (fillings gain loss) before)
    Assert.True(HoldOut.isBetter (fillings gain (wave 3)) before)
    Assert.False(HoldOut.isBetter (fillings gain gain) before)
    Assert.False(HoldOut.isBetter (fillings (wave 3) loss) before)
    Assert.False(HoldOut.isBetter before before)
    // One column gains, by seven of its standard errors of 0.11 or by two; the others lose as much in all.
    let ofOne by i = wave 3 i + (if i % 10 = 4 then by else -by / 9.0)
    Assert.True(HoldOut.isBetter (fillings (ofOne 0.8) (wave 3)) before)
    Assert.False(HoldOut.isBetter (fillings (ofOne 0.2) (wave 3)) before)

let private learning = { Settings.recommended.Options with Training.Epochs = 50; Training.Threads = 1 }

let private attempt options rows =
    Dataset.ofRows rows
    |> Result.bind (Fit.run { Config.recommended with Latents = 1 } options)

let private fit options rows = attempt options rows |> ok

/// Of one factor, whose last two columns are linear in it or bend with it.
let private rows bend =
    let z, noise = normals 1L 300 1, normals 2L 300 4

    Array.init 300 (fun i ->
        let z = z[i][0]

        [| z; -z; bend z; 2.0 * bend z |]
        |> Array.mapi (fun j x -> x + 0.1 * noise[i][j]))

[<Fact>]
let ``a table of factors is left at them, and one that bends is not`` () =
    let linear = fit learning (rows id)
    let entry = Assert.Single linear.History
    Assert.Equal((0, 0), (linear.Provenance.Epochs, entry.Epoch))
    Assert.InRange(entry.Evaluation.Mse, 0.0, 0.1)
    Assert.True((fit learning (rows exp)).Provenance.Epochs > 0)

[<Fact>]
let ``the choice has the same bits whatever the threads, and tells of its evaluations`` () =
    let told = ResizeArray()
    let short = { learning with Training.Epochs = 2; Training.EpochsPerEvaluation = 1 }
    let bits (model: BgmModel) = numbers (model.Generator, model.Latents)

    let alone =
        fit
            {
                short with
                    Progress =
                        fun progress ->
                            (match progress with
                             | HeldOut(epoch, of', _) -> told.Add((epoch, of'))
                             | _ -> ())
            }
            (rows id)

    sameBits "threads" (bits alone) (bits (fit { short with Training.Threads = 2 } (rows id)))
    Assert.Equal<(int * int) list>([ 0, 2; 1, 2; 2, 2 ], List.ofSeq told)

[<Fact>]
let ``a fit that is broken off while it looks for its epochs, or after, and resumed has the bits of an unbroken one``
    ()
    =
    use folder = new TemporaryFolder()
    let bits (model: BgmModel) = model.Provenance.Epochs, numbers (model.Generator, model.Latents)
    let epochs, unbroken = bits (fit learning (rows exp))
    Assert.True(epochs > 2)

    // Reports: evaluations after 0, 10, 20 … 50 epochs of the first fit, then epochs of the second.
    for stop in [ 2; 8 ] do
        use source = new CancellationTokenSource()
        let plan = { Checkpoint.plan (folder.File $"fit-{stop}") with Every = Some 1 }
        let mutable reports = 0

        let progress _ =
            reports <- reports + 1

            if reports = stop then
                source.Cancel()

        let broken = {
            learning with
                Training.Checkpoint = Some plan
                Training.Cancellation = source.Token
                Progress = progress
        }

        Assert.Throws<OperationCanceledException>(fun () -> fit broken (rows exp) |> ignore)
        |> ignore

        /// Epochs of the first fit that are evaluated.
        let searched = ResizeArray()

        let watched = {
            learning with
                Progress =
                    fun progress ->
                        match progress with
                        | HeldOut(epoch, _, _) -> searched.Add epoch
                        | _ -> ()
        }

        let at plan = { watched with Training.Checkpoint = Some plan }
        Assert.Contains("resume it", attempt (at plan) (rows exp) |> refusal)
        Assert.Empty searched
        let resumed = fit (at { plan with Resume = true }) (rows exp)
        Assert.Equal((stop = 8), (searched.Count = 0))
        Assert.Equal(epochs, resumed.Provenance.Epochs)
        sameBits $"after report {stop}" unbroken (snd (bits resumed))

[<Fact>]
let ``a fit that goes on for more epochs than were looked at looks again`` () =
    use folder = new TemporaryFolder()
    let plan = Checkpoint.plan (folder.File "fit")
    let config = { Config.recommended with Latents = 1; Rates.Schedule = Constant }

    /// Epochs of the first fit that are evaluated.
    let searched plan epochs =
        let seen = ResizeArray()

        let progress step =
            match step with
            | HeldOut(epoch, _, _) -> seen.Add epoch
            | _ -> ()

        let options = {
            learning with
                Training.Epochs = epochs
                Training.EpochsPerEvaluation = 1
                Training.Checkpoint = Some plan
                Progress = progress
        }

        Dataset.ofRows (rows id) |> Result.bind (Fit.run config options) |> ok |> ignore
        List.ofSeq seen

    Assert.Equal<int list>([ 0; 1 ], searched plan 1)
    Assert.Equal<int list>([], searched { plan with Resume = true } 1)
    Assert.Equal<int list>([ 0; 1; 2 ], searched { plan with Resume = true } 2)
