module BgmFunctional.Tests.Bgm.ModelTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Bgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Tests.Bgm.Cases

let private like shape k = waves k (Tensor.fill Float64 shape 0.0)
let private cells = (dataset 6).Matrix |> Cells.ofMatrix

let private generator kind covariance =
    let config = { config with Networks = kind; Covariance = covariance }
    config, Model.initGenerator key config columns

[<Fact>]
let ``the joint density is that of the prior and of the seen cells`` () =
    for covariance in covariances do
        let config, generator = generator Plain covariance
        let net = Network.mean generator |> float64
        let z, cells = like [| 6; latents |] 1, float64 cells

        let prior =
            Tensor.toArray z
            |> Array.chunkBySize latents
            |> Array.map (Array.sumBy (fun z -> -0.5 * (z * z + log (2.0 * Math.PI))))

        let likelihood =
            Gaussian.logDensity (Model.gaussian config (Network.applyPlain net z)) cells
            |> Tensor.toArray

        let joint = Joint.logDensity (Model.joint config) [ Network.applyPlain net ] z cells
        close 1e-12 "joint" (Array.map2 (+) prior likelihood) (Tensor.toArray joint)

[<Fact>]
let ``the posterior's gradient in z is that of differences`` () =
    for covariance in covariances do
        let config, generator = generator Plain covariance
        let net = Network.mean generator |> float64
        let cells = float64 cells
        let f z = Tensor.sum (Joint.logDensity (Model.joint config) [ Network.applyPlain net ] z cells)
        let z, direction = like [| 6; latents |] 1, like [| 6; latents |] 2
        let expected = centralDifference (fun z -> [| Tensor.item (f z) |]) z direction
        close 1e-6 "gradient" expected [| inner (grad f z) direction |]

[<Fact>]
let ``the divergence of Bayesian weights is from N(0, 0.1²), and of their biases minus the log of its density`` () =
    Assert.True((Model.divergence (snd (generator Plain Covariance.Diagonal)).Weights).IsNone)
    let _, generator = generator Bayesian Covariance.Diagonal

    match generator.Weights with
    | BayesianNet net ->
        let prior, variance = Model.priorSd, Model.priorSd * Model.priorSd

        let ofLayer (layer: Flipout) =
            let divergence mu rho =
                let sigma = log (1.0 + exp rho)
                log (prior / sigma) + (sigma * sigma + mu * mu) / (2.0 * variance) - 0.5

            Array.sum (Array.map2 divergence (numbers layer.Location) (numbers layer.Rho))
            + Array.sumBy (fun b -> b * b / (2.0 * variance)) (numbers layer.Bias)

        let expected = BayesianMlp.layers net |> List.sumBy ofLayer
        // float32 sums of some hundred terms.
        Assert.Equal(1.0, Tensor.item (Model.divergence generator.Weights).Value / expected, 5)
    | _ -> failwith "not Bayesian"

[<Fact>]
let ``the generator normalises z in training and is a plain network afterwards`` () =
    for kind, normalisation in kinds do
        let config, generator =
            { config with Networks = kind; Normalisation = normalisation }, snd (generator kind Covariance.Diagonal)

        let architecture = Model.generatorArchitecture config
        let z = Tensor.cast Float32 (like [| 6; latents |] 1)
        let _, noise = architecture.Noise key 6 generator.Weights // never filled: no deviation

        let running =
            Some {
                Mean = Tensor.float32 [| 1; latents |] [| 0.3f; -0.2f |]
                Variance = Tensor.float32 [| 1; latents |] [| 2.0f; 0.7f |]
            }

        let applied = architecture.Apply running noise generator.Weights z
        let plain = Network.applyPlain (Network.mean { generator with Running = running }) z
        // The same in float32 but for where the normalisation is multiplied in.
        close 1e-5 $"{kind}" (numbers applied) (numbers plain)

[<Fact>]
let ``variances start at what the means leave of the seen cells`` () =
    for kind in [ Plain; Bayesian ] do
        for covariance in covariances do
            let config, generator = generator kind covariance
            let z = Tensor.cast Float32 (like [| 6; latents |] 1)
            let restarted = Model.withVariances config cells z generator
            let before = Network.applyPlain (Network.mean generator) z |> Model.gaussian config
            let after = Network.applyPlain (Network.mean restarted) z |> Model.gaussian config
            close 1e-6 "means" (numbers before.Mean) (numbers after.Mean)
            close 1e-6 "factors" (numbers before.Factors) (numbers after.Factors)
            let seen = numbers cells.Seen.Value
            let squares = Array.map2 (fun x mu -> (x - mu) ** 2.0) (numbers cells.Values) (numbers before.Mean)

            for j in 0 .. columns - 1 do
                let ofColumn values = Array.init 6 (fun i -> Array.get values (i * columns + j))

                let expected =
                    Array.sum (Array.map2 (*) (ofColumn squares) (ofColumn seen))
                    / Array.sum (ofColumn seen)

                Assert.All(ofColumn (numbers after.Variance), fun found -> Assert.Equal(1.0, found / expected, 3))

[<Fact>]
let ``networks that begin at factors say what the factor analysis says`` () =
    let factors = FactorAnalysis.fit key latents 20 (dataset 40).Matrix
    let whole = (whole 6).Matrix
    let rows = Tensor.toArray whole |> Array.chunkBySize columns

    for kind in [ Plain; Bayesian ] do
        for covariance in covariances do
            let config, generator = generator kind covariance

            let generator, encoder =
                Model.ofFactors config factors (generator, Model.initEncoder key config columns)

            let codes = Model.encode encoder (Cells.ofMatrix whole)
            let said = Network.applyPlain (Network.mean generator) codes |> Model.gaussian config
            // float32 sums of a handful of terms of the order of 1.
            close 1e-4 "means" (rows |> Array.collect (FactorAnalysis.complete factors >> fst)) (numbers said.Mean)
            close 1e-4 "variances" (Array.concat (Array.replicate 6 factors.Noise)) (numbers said.Variance)

[<Fact>]
let ``rows that the warm start makes have the holes of the rows whose places they take`` () =
    let start = Model.warmStart config columns
    let output = Tensor.cast Float32 (like [| 6; 2 * columns |] 1)
    let drawn = start.Draw output (Tensor.cast Float32 (like [| 6; columns |] 2)) cells

    Array.iter2 (fun seen drawn -> Assert.Equal((seen = 0.0), (drawn = 0.0))) (numbers cells.Seen.Value) (numbers drawn)
