module BgmFunctional.Tests.CausalBgm.PredictTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.Simulators
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.CausalBgm.Cases

let private doses = [ -1.0; 0.0; 1.5 ]

let private quick: PredictOptions = {
    PredictOptions.defaults with
        Chains = 2
        WeightDraws = 2
        Sampling.BurnIn = 20
        Settle = 2
        Sampling.Draws = 32
        Sampling.Threads = 1
}

let private optionsOf treatment (options: PredictOptions) : PredictOptions = {
    options with
        Doses = if treatment = Continuous then doses else []
}

let private fitted treatment kind rows =
    Fit.run { config treatment with Networks = kind } options (dataset treatment rows)
    |> ok

let private table rows = (TreatmentSimulator.sample key rows TreatmentSimulator.binary |> ok).Rows
let private run (options: PredictOptions) model data : Prediction = Predict.run options model data |> ok

let private rowsOf (prediction: Prediction) =
    match prediction.Effect with
    | Effects(_, _, rows) -> rows
    | Curve _ -> failwith "no effects of rows"

let private curveOf (prediction: Prediction) =
    match prediction.Effect with
    | Curve curve -> curve
    | Effects _ -> failwith "no curve"

[<Fact>]
let ``a prediction has the same bits whatever the threads, and others for another seed`` () =
    for treatment in treatments do
        let model = fitted treatment Bayesian 60
        let data = observations treatment 60

        for intervalOf in [ IntervalOf.MeanOutcome; IntervalOf.DrawnOutcome ] do
            let options = optionsOf treatment { quick with IntervalOf = intervalOf }
            let prediction = run options model data
            Assert.Equal<Prediction>(prediction, run { options with Sampling.Threads = 2 } model data)

            Assert.NotEqual<PredictedEffect>(
                prediction.Effect,
                (run { options with Sampling.Seed = 1L } model data).Effect
            )

            Assert.Equal(intervalOf, prediction.IntervalOf)

/// Published: batch statistics at prediction, so that one row's posterior depends on its neighbours.
[<Fact>]
let ``a row's effect does not depend on its neighbours`` () =
    let model = fitted Binary Bayesian 60
    let first data = (rowsOf (run quick model data))[0]

    let alone =
        observations Binary 60
        |> Observations.gather (Tensor.view [| 1 |] [| 0 |])
        |> Tree.map Tensor.force

    Assert.Equal(first (observations Binary 60), first alone)

/// Published: the acceptance ratio compares two different draws of the weights, so that chains target nothing in particular.
[<Fact>]
let ``chains hold their weights: under one draw a Bayesian model predicts as the plain one of that draw`` () =
    let model = fitted Binary Bayesian 40
    let options = { quick with PredictOptions.WeightDraws = 1; Chains = 1 }
    let plain mlp : NetworkState = { Weights = PlainNet mlp; Running = None }

    let held = {
        model with
            Config = { model.Config with Networks = Plain }
            Networks = LatentChains.weights options model 1 0 |> Model.Networks.map plain
    }

    let data = observations Binary 40
    Assert.Equal<Prediction>(run options model data, run options held data)

[<Fact>]
let ``averages are those of the rows, also over several chunks of rows`` () =
    let model = fitted Binary Plain 60
    let data = observations Binary 1100

    let options = {
        quick with
            PredictOptions.Chains = 1
            Sampling.BurnIn = 5
            Sampling.Draws = 8
            Sampling.Threads = 2
    }

    let treated = Tensor.toArray data.X

    match (run options model data).Effect with
    | Effects(ate, Some att, rows) ->
        Assert.Equal(1100, rows.Length)
        let mean (rows: (Posterior * float)[]) = rows |> Array.averageBy (fun (row, _) -> row.Mean)
        let all = Array.zip rows treated
        Assert.Equal(mean all, ate.Mean, 9)
        Assert.Equal(mean (all |> Array.filter (fun (_, x) -> x = 1.0)), att.Mean, 9)
        Assert.True(ate.Low <= ate.Mean && ate.Mean <= ate.High)
    | other -> failwith $"%A{other}"

/// One layer and fixed variances make every row's posterior normal: precision I + Σ w·wᵀ/σ² over all that the row shows.
let private linear n =
    let dataset = dataset Continuous n

    let config = {
        config Continuous with
            Networks = Plain
            GUnits = []
            HUnits = []
            FUnits = []
            VVariance = Fixed 2.0
            XVariance = Fixed 1.5
            YVariance = Fixed 3.0
    }

    let data = dataset.Observations
    let p = Observations.covariates data
    let networks = Model.init key config p 0

    let model = {
        Config = config
        Parts = dataset.Parts
        Scaling = dataset.Scaling
        Units = LearningUnits.asIs
        Auxiliary = None
        Encoder = Model.initEncoder key config p
        Networks = networks
        Latents = Tensor.fill Float32 [| n; q |] 0.0
        WeightDraws = []
        History = []
        Epoch = 0
        Training = []
        Provenance = { Seed = 0L; Rows = n; Epochs = 0; Library = "0.0.0" }
    }

    model, data

/// Mean and variance of the average outcome under a dose, exactly.
let private exact (model: CausalModel) (data: Observations) dose =
    let weights (net: NetworkState) output =
        let layer = (Network.mean net).Output
        let width = layer.Weight.Shape[1]
        let values = Tensor.toArray layer.Weight
        Array.init layer.Weight.Shape[0] (fun i -> values[i * width + output])

    let n, p = Observations.rows data, Observations.covariates data
    let h, f = weights model.Networks.Treatment 0, weights model.Networks.Outcome 0

    let place indices (w: float[]) =
        Array.init q (fun i ->
            indices
            |> List.tryFindIndex ((=) i)
            |> Option.map (fun j -> w[j])
            |> Option.defaultValue 0.0)

    // What is seen of a row: direction in z, variance, value once what does not depend on z is taken off.
    let x, y, v = Tensor.toArray data.X, Tensor.toArray data.Y, Tensor.toArray data.V
    let onOutcome = place [ 0; 1 ] f

    let seen i = [
        for j in 0 .. p - 1 do
            weights model.Networks.Covariates j, 4.0, v[i * p + j]

        place [ 0; 2 ] h, 2.25, x[i]
        onOutcome, 9.0, y[i] - f[2] * x[i]
    ]

    let precision =
        Array.init q (fun r ->
            Array.init q (fun c ->
                (if r = c then 1.0 else 0.0)
                + (seen 0 |> List.sumBy (fun (w, variance, _) -> w[r] * w[c] / variance))))

    let dot (a: float[]) (b: float[]) = Array.fold2 (fun sum a b -> sum + a * b) 0.0 a b

    let mean i =
        seen i
        |> List.map (fun (w, variance, value) -> w |> Array.map (fun w -> w * value / variance))
        |> List.reduce (Array.map2 (+))
        |> solve precision

    let average = Array.init n (fun i -> dot onOutcome (mean i)) |> Array.average
    average + f[2] * dose, dot onOutcome (solve precision onOutcome) / float n

/// 4 000 draws and more: the mean lies within 5 standard errors, quantiles of a normal within 6 of theirs (density at 2.5 %: 0.058).
[<Fact>]
let ``of a linear model every sampler finds the exact curve and its interval`` () =
    let model, data = linear 6

    let samplers = [
        Hmc HmcOptions.recommended, 2000
        Nuts NutsOptions.defaults, 2000
        Metropolis(ProposalSd.Adapted 0.5), 30000
    ]

    for sampler, draws in samplers do
        for intervalOf, noise in [ IntervalOf.MeanOutcome, 0.0; IntervalOf.DrawnOutcome, 9.0 / 6.0 ] do
            let options: PredictOptions = {
                quick with
                    Sampling.Sampler = sampler
                    Chains = 4
                    Sampling.BurnIn = 1000
                    Sampling.Draws = draws
                    Sampling.Alpha = 0.05
                    IntervalOf = intervalOf
                    Doses = doses
            }

            let prediction = run options model data
            Assert.True(prediction.RHat < 1.02, $"R-hat {prediction.RHat}")

            for point in curveOf prediction do
                let mean, variance = exact model data point.X
                let sd = sqrt (variance + noise)
                let error = sd / sqrt prediction.Ess
                Assert.Equal(mean, point.Outcome.Mean, 5.0 * error)
                Assert.Equal(mean - 1.959964 * sd, point.Outcome.Low, 6.0 * 2.7 * error)
                Assert.Equal(mean + 1.959964 * sd, point.Outcome.High, 6.0 * 2.7 * error)

/// Chains that share them agree about their average however few they are, and say nothing of its error.
[<Fact>]
let ``the chains of a row pass through draws of the weights of their own`` () =
    let model = fitted Binary Bayesian 40
    let data = observations Binary 40

    let weights model count =
        let chains = LatentChains.create { quick with PredictOptions.Chains = count } model data
        Array.init (count * chains.Stretches) chains.Weights

    let numbers (draws: Model.Networks<Mlp>[]) = draws |> Array.map Vector.ofTree
    let one, two = weights model 1, weights model 2
    Assert.Equal((2, 4), (one.Length, two.Length))
    Assert.Equal<float[][]>(numbers one, numbers two[..1])
    Assert.Equal(4, numbers two |> Array.distinct |> Array.length)
    let stored = { model with WeightDraws = List.ofArray two }
    Assert.Equal<float[][]>(numbers two, numbers (weights stored 2))

[<Fact>]
let ``the uncertainty of weights widens a curve's interval`` () =
    let model = fitted Continuous Bayesian 60
    let data = observations Continuous 60
    let options = optionsOf Continuous { quick with PredictOptions.WeightDraws = 6 }

    let width model =
        curveOf (run options model data)
        |> Array.averageBy (fun point -> point.Outcome.High - point.Outcome.Low)

    let certain =
        let plain (state: NetworkState) : NetworkState = { Weights = PlainNet(Network.mean state); Running = None }

        {
            model with
                Config = { model.Config with Networks = Plain }
                Networks = Model.Networks.map plain model.Networks
                Encoder = plain model.Encoder
        }

    Assert.True(width model > width certain)

[<Fact>]
let ``the columns of a table go by their names`` () =
    let model = fitted Binary Plain 40
    let table = table 40
    let expected = Predict.ofFrame quick model table |> ok
    Assert.Equal<Prediction>(expected, run quick model (observations Binary 40))

    let shuffled =
        Frame.columns table
        |> List.rev
        |> (fun columns -> ("extra", Column.Text(Array.create 40 "a")) :: columns)
        |> Frame.ofColumns
        |> Expect.ok

    Assert.Equal<Prediction>(expected, Predict.ofFrame quick model shuffled |> ok)
    Assert.Equal(1, (rowsOf (Predict.ofFrame quick model (Frame.take [| 3 |] table) |> ok)).Length)

[<Fact>]
let ``what cannot be answered is refused before any work`` () =
    let model = fitted Binary Plain 40
    let table = table 40

    let refused text (options: PredictOptions) model table =
        let options: PredictOptions = { options with Sampling.Progress = fun _ _ -> failwith "work was done" }
        Assert.Contains(text, Predict.ofFrame options model table |> refusal)

    refused "alpha: found 1" { quick with Sampling.Alpha = 1.0 } model table
    refused "draws: found 3; it must be a whole number, at least 4" { quick with Sampling.Draws = 3 } model table

    refused "weight draws: found 0" { quick with PredictOptions.WeightDraws = 0 } model table
    refused "settling transitions: found -1" { quick with PredictOptions.Settle = -1 } model table
    refused "chains: found 0" { quick with PredictOptions.Chains = 0 } model table
    refused "proposal sd" { quick with Sampling.Sampler = Metropolis(ProposalSd.Fixed -1.0) } model table
    refused "treatment is binary" { quick with PredictOptions.Doses = [ 1.0 ] } model table
    refused "found none; the treatment is continuous" quick (fitted Continuous Plain 40) table
    refused "finite" { quick with PredictOptions.Doses = [ nan ] } (fitted Continuous Plain 40) table
    refused "'v7'" quick model (Frame.select (Frame.names table |> List.except [ "v7" ]) table |> Expect.ok)
    refused "'v3', row 1" quick model (Frame.add "v3" (Column.Numeric(Array.create 40 nan)) table |> Expect.ok)
    refused "0 or 1" quick model (Frame.add "x" (Column.Numeric(Array.create 40 2.0)) table |> Expect.ok)

[<Fact>]
let ``doses outside the data and doubtful chains are warned of`` () =
    let model = fitted Continuous Plain 40
    let data = observations Continuous 40

    let warnings =
        (run { quick with PredictOptions.Doses = [ 0.0; 50.0 ] } model data).Warnings
        |> String.concat "\n"

    Assert.Contains("x values 50 are outside", warnings)
    Assert.Contains("below 400", warnings)

[<Fact>]
let ``memory of a curve is bounded in draws: more than two thousand are thinned`` () =
    Assert.Equal(2000, PredictOptions.kept 1 { quick with Sampling.Draws = 4000 })
    Assert.Equal(500, PredictOptions.kept 4 { quick with Sampling.Draws = 4000 })
    Assert.Equal(1024, PredictOptions.kept 1 { quick with Sampling.Draws = 2049 })
    Assert.Equal(999, PredictOptions.kept 1 { quick with Sampling.Draws = 999 })

[<Fact>]
let ``each draw of the weights gives a draw or more, and there are no more than there are`` () =
    let options = { quick with PredictOptions.WeightDraws = 8; Sampling.Draws = 5 }
    Assert.Equal(5, PredictOptions.stretches 100 options)
    Assert.Equal(8, PredictOptions.stretches 100 { options with Sampling.Draws = 32 })
    Assert.Equal(3, PredictOptions.stretches 3 options)

    // Every second transition is kept.
    Assert.Equal(
        2048,
        PredictOptions.stretches 5000 { options with PredictOptions.WeightDraws = 4000; Sampling.Draws = 4096 }
    )

[<Fact>]
let ``a prediction that is cancelled ends at once, and progress tells of all chains`` () =
    let model = fitted Binary Plain 40
    use source = new CancellationTokenSource()
    let seen = ResizeArray()

    run { quick with Sampling.Progress = fun ended all -> seen.Add(ended, all) } model (observations Binary 40)
    |> ignore

    Assert.Equal((80, 80), Seq.last seen)
    source.Cancel()

    Assert.Throws<OperationCanceledException>(fun () ->
        Predict.run { quick with Sampling.Cancellation = source.Token } model (observations Binary 40)
        |> ignore)
    |> ignore
