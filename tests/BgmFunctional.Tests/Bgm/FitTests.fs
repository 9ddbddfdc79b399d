module BgmFunctional.Tests.Bgm.FitTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.Bgm.Cases

let private bits (model: BgmModel) = numbers (model.Encoder, model.Generator, model.Latents)

let private configs =
    (kinds
     |> List.map (fun (kind, normalisation) -> { config with Networks = kind; Normalisation = normalisation }))
    @ [
        { config with Covariance = Covariance.LowRank 2 }
        { config with Updates = Langevin; VariancePower = 1.0; Rates.Schedule = Cosine }
        { config with Start = Factors }
        { config with Penalties = { Gamma = 0.5; Alpha = 0.1 }; Rates.CriticSteps = 2 }
    ]

[<Fact>]
let ``a fit has the same bits whatever the threads, and others for another seed`` () =
    for config in configs do
        let fit options = Fit.run config options (dataset 21) |> ok |> bits
        sameBits $"{config}" (fit options) (fit { options with Training.Threads = 2 })
        Assert.NotEqual<float[]>(fit options, fit { options with Training.Seed = 1L })

[<Fact>]
let ``a fit that is broken off anywhere and resumed has the bits of an unbroken one`` () =
    let data = dataset 21

    for config in
        [
            config
            { config with Networks = Bayesian; Updates = Langevin }
            { config with Updates = Langevin; Rates.Schedule = Cosine }
        ] do
        let unbroken = Fit.run config options data |> ok

        // Reports come after two and four iterations and after each of three epochs; where no checkpoint is due, a fit leaves one as it is cancelled.
        for every, stop in List.allPairs [ 1; 100 ] [ 1..5 ] do
            use folder = new TemporaryFolder()
            use source = new CancellationTokenSource()
            let plan = { Checkpoint.plan (folder.File "fit") with Every = Some every }
            let mutable reports = 0

            let progress _ =
                reports <- reports + 1

                if reports = stop then
                    source.Cancel()

            let broken = {
                options with
                    Training.Checkpoint = Some plan
                    Training.Cancellation = source.Token
                    Progress = progress
            }

            if stop < 5 then
                Assert.Throws<OperationCanceledException>(fun () -> Fit.run config broken data |> ignore)
                |> ignore

                Assert.True(Checkpoint.exists plan)
            else
                Fit.run config broken data |> ok |> ignore

            let resumed =
                Fit.run
                    config
                    {
                        options with
                            Training.Checkpoint = Some { plan with Resume = true }
                            Training.Threads = 2
                    }
                    data
                |> ok

            sameBits $"after report {stop}, every {every}" (bits unbroken) (bits resumed)
            Assert.Equal<HistoryEntry list>(unbroken.History, resumed.History)

[<Fact>]
let ``a checkpoint of another fit is refused`` () =
    use folder = new TemporaryFolder()
    let plan = { Checkpoint.plan (folder.File "fit") with Every = Some 1 }
    let fit config options data = Fit.run config options data
    let kept = { options with Training.Checkpoint = Some plan }
    let resumed = { options with Training.Checkpoint = Some { plan with Resume = true } }
    fit config kept (dataset 21) |> ok |> ignore
    Assert.Contains("resume", fit config kept (dataset 21) |> refusal, StringComparison.OrdinalIgnoreCase)
    Assert.Contains("seed", fit config { resumed with Training.Seed = 9L } (dataset 21) |> refusal)
    Assert.Contains("data", fit config resumed (dataset 22) |> refusal)
    Assert.Contains("alpha", fit { config with Penalties.Alpha = 0.5 } resumed (dataset 21) |> refusal)
    Assert.Contains("epochs", fit config { resumed with Training.Epochs = 1 } (dataset 21) |> refusal)

[<Fact>]
let ``a checkpoint of a rate that falls to the last epoch is refused to a fit of more`` () =
    use folder = new TemporaryFolder()
    let plan = { Checkpoint.plan (folder.File "fit") with Every = Some 1 }

    let fit plan epochs =
        Fit.run
            { config with Rates.Schedule = Cosine }
            { options with Training.Checkpoint = Some plan; Training.Epochs = epochs }
            (dataset 21)

    fit plan 3 |> ok |> ignore
    Assert.Contains("epochs", fit { plan with Resume = true } 4 |> refusal)

[<Fact>]
let ``latents of Langevin dynamics are as wide as their posterior`` () =
    let linear = {
        config with
            Latents = 1
            Start = Factors
            Updates = Langevin
            // The generator stands still.
            Rates.Theta = 1e-12
            Rates.Z = 5e-3
    }

    let longer = {
        options with
            Training.EgmIterations = 0
            Training.Epochs = 200
            Training.BatchSize = 64
    }

    let data = whole 400
    let model = Fit.run linear longer data |> ok

    let at z =
        let said =
            Network.applyPlain (Network.mean model.Generator) (Tensor.float32 [| 1; 1 |] [| z |])
            |> Model.gaussian linear

        Tensor.toArray said.Mean, Tensor.toArray said.Variance

    let origin, variance = at 0.0f
    let slope = Array.map2 (-) (fst (at 1.0f)) origin
    let precision = 1.0 + Array.sum (Array.map2 (fun w v -> w * w / v) slope variance)

    let squares =
        Array.zip (Tensor.toArray data.Matrix |> Array.chunkBySize columns) (Tensor.toArray model.Latents)
        |> Array.map (fun (row, z) ->
            let pull =
                [| 0 .. columns - 1 |]
                |> Array.sumBy (fun j -> slope[j] * (row[j] - origin[j]) / variance[j])

            precision * (z - pull / precision) ** 2.0)

    // Steps of this length widen the variance by 4 %; the mean of 400 squares has a standard error of 0.07.
    Assert.Equal(1.04, Array.average squares, 0.25)

[<Fact>]
let ``progress tells of every report asked for and of every epoch`` () =
    let seen = ResizeArray()
    Fit.run config { options with Progress = seen.Add } (dataset 21) |> ok |> ignore

    let text progress =
        match progress with
        | FitProgress.WarmStart(i, n, losses) -> $"{i} of {n} {losses.X > 0.0}"
        | HeldOut(epoch, epochs, _) -> $"{epoch} of {epochs} without some cells"
        | Updated(epoch, epochs, evaluation) -> $"epoch {epoch} of {epochs} {evaluation.IsSome}"

    Assert.Equal<string list>(
        [ "2 of 4 True"; "4 of 4 True"; "epoch 1 of 3 False"; "epoch 2 of 3 True"; "epoch 3 of 3 True" ],
        seen |> Seq.map text |> Seq.toList
    )

[<Fact>]
let ``a model ends with an evaluation of itself`` () =
    for config in configs do
        let data = dataset 21
        let model = Fit.run config options data |> ok
        Assert.Equal<int list>([ 2; 3 ], model.History |> List.map _.Epoch)
        let last = (List.last model.History).Evaluation
        Assert.Equal(last, Evaluate.run 2 model data.Matrix model.Latents |> ok)

        let cells = Cells.ofMatrix data.Matrix

        let gaussian =
            Network.applyPlain (Network.mean model.Generator) model.Latents
            |> Model.gaussian config

        Assert.Equal(Tensor.item (Cells.meanSquare cells gaussian.Mean), last.Mse, 4)
        Assert.Equal(Tensor.item (Tensor.mean (Gaussian.logDensity gaussian cells)), last.LogDensity, 3)

/// One factor behind five columns: the noise is a twentieth of the variance of the column with the largest loading.
[<Fact>]
let ``a fit learns what holes hide`` () =
    let config = { config with Updates = Langevin; Rates.Theta = 4e-3; Rates.Z = 2e-2 }

    let longer = {
        options with
            Training.EgmIterations = 1500
            Training.EgmIterationsPerReport = 500
            Training.Epochs = 200
            Training.BatchSize = 32
    }

    let model = Fit.run config longer (dataset 400) |> ok
    let whole = (whole 400).Matrix |> Tensor.toArray
    let found = Predict.run few model (dataset 400).Matrix |> ok
    let filled = Tensor.toArray found.Filled
    let holes = (dataset 400).Matrix |> Tensor.toArray |> Array.map Double.IsNaN

    let errors =
        [| 0 .. filled.Length - 1 |]
        // Row 4 has nothing that could tell of it.
        |> Array.filter (fun at -> holes[at] && at / columns <> 3)
        |> Array.averageBy (fun at -> (filled[at] - whole[at]) ** 2.0)

    // Columns 4 and 5 are 4z and 5z with noise of variance ¼, given z known to some 0.15: a share of 0.02 to 0.04 of their variance. Means would leave 1.
    Assert.True(errors < 0.1, $"{errors}")

[<Fact>]
let ``a loss that is not finite ends the fit with what would do`` () =
    let wild = { config with Rates.WarmStart = 1e30 }

    Assert.Contains(
        "warm start",
        Fit.run wild { options with Training.EgmIterations = 20 } (dataset 21)
        |> refusal
    )

    let wild = { config with Rates.Theta = 1e30 }

    Assert.Contains(
        "a smaller learning rate",
        Fit.run wild { options with Training.EgmIterations = 0 } (dataset 21) |> refusal
    )

[<Fact>]
let ``settings outside their ranges are refused by name`` () =
    let refused (name: string) config options = Assert.Contains(name, Fit.run config options (dataset 21) |> refusal)
    refused "latents" { config with Latents = 0 } options
    refused "rank" { config with Covariance = Covariance.LowRank 0 } options
    refused "g units" { config with GUnits = [ 0 ] } options
    refused "e units" { config with EUnits = [ 8; -1 ] } options
    refused "dz units" { config with DzUnits = [ 0 ] } options
    refused "dx units" { config with DxUnits = [ 0 ] } options
    refused "learning rate" { config with Rates.WarmStart = 0.0 } options
    refused "learning rate of networks" { config with Rates.Theta = nan } options
    refused "learning rate of latents" { config with Rates.Z = -1.0 } options
    refused "variance power" { config with VariancePower = 1.5 } options
    refused "gamma" { config with Penalties.Gamma = -1.0 } options
    refused "alpha" { config with Penalties.Alpha = infinity } options
    refused "lr_schedule" { config with Rates.Schedule = Plateau 5 } options
    refused "critic steps" { config with Rates.CriticSteps = 0 } options
    refused "kl weight" { config with Rates.KlWeight = KlWeight.Absolute -1e-9 } options
    refused "g units" { config with Start = Factors; GUnits = [ 8; 3 ] } options
    refused "e units" { config with Start = Factors; EUnits = [ 3 ] } options
    refused "hold out" config { options with HoldOut = 0.6 }
    refused "hold out" config { options with HoldOut = nan }
    refused "epochs" config { options with Training.Epochs = 0 }
    refused "epochs per evaluation" config { options with Training.EpochsPerEvaluation = 0 }
    refused "batch size" config { options with Training.BatchSize = 1 }
    refused "egm iterations" config { options with Training.EgmIterations = -1 }
    refused "egm iterations per report" config { options with Training.EgmIterationsPerReport = 0 }
    refused "threads" config { options with Training.Threads = 0 }

[<Fact>]
let ``tables that nothing can be learned from are refused`` () =
    Assert.Contains("at least 2", Dataset.ofRows [| [| 1.0; 2.0 |] |] |> refusal)
    Assert.Contains("'c2'", Dataset.ofRows [| [| 1.0; nan |]; [| 2.0; nan |] |] |> refusal)

    Assert.Contains(
        "'c1'",
        Dataset.ofRows [| [| infinity; 1.0 |]; [| 2.0; 3.0 |]; [| 4.0; 5.5 |] |]
        |> refusal
    )
