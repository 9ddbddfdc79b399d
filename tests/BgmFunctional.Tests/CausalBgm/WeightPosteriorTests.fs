module BgmFunctional.Tests.CausalBgm.WeightPosteriorTests

open System
open System.IO
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Tests.CausalBgm.Cases

let private few: WeightOptions = { WeightOptions.defaults with BurnIn = 20; Draws = 12; Kept = 6; Threads = 1 }

let private quick: PredictOptions = {
    PredictOptions.defaults with
        WeightDraws = 3
        Sampling.BurnIn = 10
        Settle = 2
        Sampling.Draws = 12
        Sampling.Threads = 1
}

let private fitted treatment kind =
    Fit.run { config treatment with Networks = kind } options (dataset treatment 40)
    |> ok

let private drawn treatment kind =
    WeightPosterior.run few (fitted treatment kind) (observations treatment 40)
    |> ok
    |> fst

let private predict (options: PredictOptions) treatment model =
    Predict.run
        { options with Doses = (if treatment = Continuous then [ 0.0; 1.0 ] else []) }
        model
        (observations treatment 40)
    |> ok

/// Published: prediction under drawn weights fails where the treatment is binary.
[<Fact>]
let ``predictions pass through drawn weights, of binary and continuous treatments, plain and Bayesian networks`` () =
    for treatment in treatments do
        for kind in [ Plain; Bayesian ] do
            let model = drawn treatment kind
            Assert.Equal(6, model.WeightDraws.Length)
            let prediction = predict quick treatment model
            Assert.NotEqual(prediction.Effect, (predict quick treatment { model with WeightDraws = [] }).Effect)

            match prediction.Effect with
            | Effects(ate, _, rows) ->
                Assert.Equal(40, rows.Length)
                Assert.True(ate.Low < ate.Mean && ate.Mean < ate.High)
            | Curve curve -> Assert.All(curve, (fun point -> Assert.True(Double.IsFinite point.Outcome.Mean)))

[<Fact>]
let ``the weights of a linear outcome are drawn from their posterior`` () =
    // y ~ N(w·(z₀, z₁, x) + b, 9): precision I + Σ a·aᵀ/9 with a = (z₀, z₁, x, 1). Means alone are looked at: they tell n terms from n².
    let n = 60

    let config = { config Continuous with Networks = Plain; FUnits = []; YVariance = Fixed 3.0 }

    let model = Fit.run config options (dataset Continuous n) |> ok
    let data = observations Continuous n
    let inside = LearningUnits.enter model.Units data
    let sigma = (LearningUnits.configure model.Units model.Config).YVariance

    let variance =
        match sigma with
        | Fixed sigma -> sigma * sigma
        | Learned -> nan

    let z, x, y = Tensor.toArray model.Latents, Tensor.toArray inside.X, Tensor.toArray inside.Y
    let row i = [| z[i * q]; z[i * q + 1]; x[i]; 1.0 |]

    let precision =
        Array.init 4 (fun a ->
            Array.init 4 (fun b ->
                (if a = b then 1.0 else 0.0)
                + Seq.sum (seq { for i in 0 .. n - 1 -> (row i)[a] * (row i)[b] / variance })))

    let right =
        Array.init 4 (fun a -> Seq.sum (seq { for i in 0 .. n - 1 -> (row i)[a] * y[i] / variance }))

    let mean = Cases.solve precision right
    let weightOptions = { few with BurnIn = 300; Draws = 4000; Kept = 4000; LeapfrogSteps = 6 }
    let model, reports = WeightPosterior.run weightOptions model data |> ok
    let ess = reports.Outcome.Ess

    // The output layer has two columns, the mean and a raw variance that nothing reads: its weights keep their prior.
    let draws =
        model.WeightDraws
        |> List.map (fun networks ->
            let weight = Tensor.toArray networks.Outcome.Output.Weight
            let bias = Tensor.toArray networks.Outcome.Output.Bias.Value
            [| weight[0]; weight[2]; weight[4]; bias[0] |])

    for i in 0..3 do
        let sd = sqrt ((Cases.solve precision (Array.init 4 (fun j -> if j = i then 1.0 else 0.0)))[i])
        let found = draws |> List.averageBy (Array.item i)
        // Six standard errors by the effective draws of the log density, which moves no faster than its weights.
        Assert.Equal(mean[i], found, 6.0 * sd / sqrt (min ess 400.0))

[<Fact>]
let ``drawn weights have the same bits on any number of threads, in a file too, and others for another seed`` () =
    let model = drawn Binary Plain
    let data = observations Binary 40
    let again options = WeightPosterior.run options { model with WeightDraws = [] } data |> ok |> fst
    let numbers (model: CausalModel) = model.WeightDraws |> List.map BgmFunctional.Mcmc.Vector.ofTree
    Assert.Equal<float[] list>(numbers model, numbers (again { few with Threads = 3 }))
    Assert.NotEqual<float[] list>(numbers model, numbers (again { few with Seed = 1L }))

    let path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".safetensors")

    try
        ModelFile.save path model |> ok
        let loaded = ModelFile.load path |> ok
        Assert.Equal<float[] list>(numbers model, numbers loaded)
        Assert.Equal<Prediction>(predict quick Binary model, predict quick Binary loaded)
    finally
        File.Delete path

[<Fact>]
let ``drawing weights tells how far it has come, and can be ended`` () =
    let model, data = fitted Binary Plain, observations Binary 40
    let seen = ResizeArray()

    WeightPosterior.run { few with Progress = fun count all -> seen.Add(count, all) } model data
    |> ok
    |> ignore

    let all = 3 * (1 + 32 * 3)
    Assert.Equal<(int * int) seq>([ for i in 1..all -> i, all ], seen)
    use source = new CancellationTokenSource()
    source.Cancel()

    Assert.Throws<OperationCanceledException>(fun () ->
        WeightPosterior.run { few with Cancellation = source.Token } model data
        |> ignore)
    |> ignore

[<Fact>]
let ``what weights cannot be drawn from is refused by name`` () =
    let model, data = fitted Binary Plain, observations Binary 40

    let refused (text: string) options data = Assert.Contains(text, WeightPosterior.run options model data |> refusal)

    refused "weight draws: found 3" { few with Draws = 3 } data
    refused "kept weight draws: found 13" { few with Kept = 13 } data
    refused "burn-in: found -1" { few with BurnIn = -1 } data
    refused "threads: found 0" { few with Threads = 0 } data
    refused "leapfrog steps: found 0" { few with LeapfrogSteps = 0 } data
    refused "acceptance to adapt toward" { few with Acceptance = 1.0 } data
    refused "rows: found 30; it must be those of the fit, 40" few (observations Binary 30)
