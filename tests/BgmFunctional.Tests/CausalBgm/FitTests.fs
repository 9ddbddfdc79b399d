module BgmFunctional.Tests.CausalBgm.FitTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Tests.CausalBgm.Cases

let private fit config options data = Fit.run config options data |> ok

[<Fact>]
let ``a fit has the same bits whatever the threads, and others for another seed`` () =
    let data = dataset Binary 40

    let bits options =
        let model = fit (config Binary) options data in numbers (model.Encoder, model.Networks, model.Latents)

    sameBits "threads" (bits options) (bits { options with Training.Threads = 2 })
    Assert.NotEqual<float[]>(bits options, bits { options with Training.Seed = 1L })

[<Fact>]
let ``progress tells of every iteration asked for and of every epoch`` () =
    let seen = ResizeArray()

    fit
        (config Continuous)
        { options with Progress = seen.Add; Training.EpochsPerEvaluation = 2 }
        (dataset Continuous 30)
    |> ignore

    let text progress =
        match progress with
        | WarmStart(i, n, _) -> $"{i} of {n}"
        | Updated(epoch, epochs, evaluation) -> $"epoch {epoch} of {epochs} {evaluation.IsSome}"

    Assert.Equal<string list>(
        [ "1 of 3"; "2 of 3"; "3 of 3"; "epoch 1 of 2 False"; "epoch 2 of 2 True" ],
        seen |> Seq.map text |> Seq.toList
    )

/// Published: IdentifiableCausalBGM.fit stops with an unpacking error at its first evaluation.
[<Fact>]
let ``a model with a prior given U is fitted and evaluated`` () =
    let config = { config Continuous with Prior = GivenU [ 4 ] }
    let data = Dataset.withRandomSegments key 10 (dataset Continuous 30) |> ok
    let model = fit config options data
    Assert.Equal(2, model.History.Length)
    Assert.True(model.Networks.Prior.IsSome)

[<Fact>]
let ``a prior given U and an auxiliary variable need each other`` () =
    let given = { config Continuous with Prior = GivenU [ 4 ] }
    let without = dataset Continuous 30
    Assert.Contains("found none", Fit.run given options without |> refusal)
    let withU = Dataset.withRandomSegments key 10 without |> ok
    Assert.Contains("found one", Fit.run (config Continuous) options withU |> refusal)

[<Fact>]
let ``the model kept is the best by the error of y, from startoff on`` () =
    let data = dataset Continuous 60
    let all = { options with Training.Epochs = 6; Training.EgmIterations = 0 }
    let model = fit (config Continuous) all data
    let best = model.History |> List.minBy _.Evaluation.MseY
    Assert.Equal(best.Epoch, model.Epoch)
    let late = fit (config Continuous) { all with StartOff = 6 } data
    Assert.Equal(6, late.Epoch)

[<Fact>]
let ``an evaluation is the mean squares and the effect by hand`` () =
    for treatment in treatments do
        let config = config treatment
        let data = observations treatment 1100 // more than two chunks, the last one smaller
        let networks = Model.init key config (Observations.covariates data) 0 |> Model.posteriorMeans
        let z = Initial.normal key 1100 q 0.0 1.0

        let run threads =
            use team = new Team(threads)
            Evaluator(config, data, networks, z, team).Run networks

        let found = run 1
        let y x = Model.means (Network.applyPlain networks.Outcome (Model.outcomeInput latents z x))
        let x = Model.means (Network.applyPlain networks.Treatment (Model.treatmentInput latents z))
        let x = if treatment = Binary then Tensor.sigmoid x else x
        let v = Model.means (Network.applyPlain networks.Covariates z)
        let meanSquare a b = Tensor.toArray (a - b) |> Array.averageBy (fun d -> d * d)
        Assert.Equal(meanSquare data.X x, found.MseX, 5)
        Assert.Equal(meanSquare data.Y (y data.X), found.MseY, 5)
        Assert.Equal(meanSquare data.V v, found.MseV, 5)
        let under dose = y (Tensor.fill Float32 [| 1100; 1 |] dose) |> Tensor.toArray

        match found.Effect with
        | Individual effects -> close 1e-5 "ITE" (Array.map2 (-) (under 1.0) (under 0.0)) effects
        | DoseResponse curve ->
            Assert.Equal(200, curve.Length)
            let sorted = Tensor.toArray data.X |> Array.sort
            Assert.Equal(sorted[55], curve[0].X, 6)
            Assert.Equal(sorted[1044], curve[199].X, 6)

            for i in [ 0; 77; 199 ] do
                Assert.Equal(Array.average (under curve[i].X), curve[i].Mean, 5)

        Assert.Equal(found, run 2)

[<Fact>]
let ``a fit that is cancelled ends at once`` () =
    use source = new CancellationTokenSource()

    let progress _ = source.Cancel()
    let options = { options with Training.Cancellation = source.Token; Progress = progress }

    Assert.Throws<OperationCanceledException>(fun () -> Fit.run (config Binary) options (dataset Binary 30) |> ignore)
    |> ignore

[<Fact>]
let ``a loss that is not finite ends the fit with what would do`` () =
    let wild = { config Continuous with Rates.WarmStart = 1e30 }

    Assert.Contains(
        "a smaller learning rate",
        Fit.run wild { options with Training.EgmIterations = 20 } (dataset Continuous 30)
        |> refusal
    )

    let wild = { config Continuous with Rates.Theta = 1e30 }

    Assert.Contains(
        "updating",
        Fit.run wild { options with Training.EgmIterations = 0 } (dataset Continuous 30)
        |> refusal
    )

[<Fact>]
let ``options are checked before any work`` () =
    Assert.Contains(
        "epochs",
        Fit.run (config Binary) { options with Training.Epochs = 0 } (dataset Binary 30)
        |> refusal
    )

    Assert.Contains(
        "g units",
        Fit.run { config Binary with GUnits = [ 0 ] } options (dataset Binary 30)
        |> refusal
    )

[<Fact>]
let ``a model kept is evaluated as it was when it was found, and at e(V)`` () =
    let data = dataset Continuous 60
    let model = fit (config Continuous) options data
    let found = model.History |> List.find (fun entry -> entry.Epoch = model.Epoch)
    Assert.Equal(found.Evaluation, Evaluate.run 2 model data.Observations model.Latents)

    match found.Evaluation.Effect with
    | Individual _ -> failwith "no curve"
    | DoseResponse curve ->
        let doses = curve |> Array.map _.X
        Assert.Equal<DosePoint[]>(curve, Evaluate.doseResponse 1 doses model data.Observations model.Latents)

    let encoded = Evaluate.encode model data.Observations
    Assert.Equal<int[]>([| 60; q |], encoded.Shape)
    Assert.True(System.Double.IsFinite (Evaluate.run 1 model data.Observations encoded).MseY)
