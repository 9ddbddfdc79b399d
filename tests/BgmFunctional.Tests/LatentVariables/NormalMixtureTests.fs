module BgmFunctional.Tests.LatentVariables.NormalMixtureTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets

let private key = Key.OfSeed 61L

/// Two components of two numbers.
let private mixture = {
    Shares = [| 0.3; 0.7 |]
    Means = [| [| -2.0; 1.0 |]; [| 1.5; 0.0 |] |]
    Factors = [| array2D [ [ 0.5; 0.0 ]; [ 0.3; 0.4 ] ]; array2D [ [ 1.0; 0.0 ]; [ -0.6; 0.2 ] ] |]
}

/// The log density at (x, y), with covariances of two numbers inverted by hand.
let private byHand x y =
    (mixture.Shares, mixture.Means, mixture.Factors)
    |||> Array.map3 (fun share mean l ->
        let a, b, c = l[0, 0] ** 2.0, l[0, 0] * l[1, 0], l[1, 0] ** 2.0 + l[1, 1] ** 2.0
        let u, v, determinant = x - mean[0], y - mean[1], a * c - b * b
        let square = (c * u * u - 2.0 * b * u * v + a * v * v) / determinant
        share * exp (-0.5 * square) / (2.0 * Math.PI * sqrt determinant))
    |> Array.sum
    |> log

let private columns (x: Tensor) = Tensor.toArray x |> Array.chunkBySize x.Shape[1] |> Array.transpose

let private covariance (x: float[]) (y: float[]) =
    let xMean, yMean = Array.average x, Array.average y
    Array.map2 (fun x y -> (x - xMean) * (y - yMean)) x y |> Array.average

let private meanLogDensity x found =
    Tensor.item (Tensor.mean (NormalMixture.logDensity Float64 found (Tensor.cast Float64 x)))

[<Fact>]
let ``the log density is that of the components by hand, in either precision`` () =
    let points = Array.allPairs [| -4.0; -2.0; 0.1; 3.0 |] [| -1.0; 0.5; 2.0 |]
    let values = points |> Array.collect (fun (x, y) -> [| x; y |])
    let expected = points |> Array.map (fun (x, y) -> byHand x y)

    for dtype, tolerance in [ Float64, 1e-12; Float32, 1e-3 ] do
        Tensor.ofFloats dtype [| points.Length; 2 |] values
        |> NormalMixture.logDensity dtype mixture
        |> Tensor.toArray
        |> close tolerance "log density" expected

[<Fact>]
let ``draws have the mean and the covariance of the mixture`` () =
    let count = 40_000
    let drawn = columns (NormalMixture.draw key count mixture)

    let mean a =
        Array.fold2 (fun sum share (mean: float[]) -> sum + share * mean[a]) 0.0 mixture.Shares mixture.Means

    /// Within components, and between their means.
    let expected a b =
        (mixture.Shares, mixture.Means, mixture.Factors)
        |||> Array.map3 (fun share own l ->
            let within = Seq.sum (Seq.init 2 (fun k -> l[a, k] * l[b, k]))
            share * (within + (own[a] - mean a) * (own[b] - mean b)))
        |> Array.sum

    for a in 0..1 do
        // 4 standard errors, the second of a product of numbers whose tails are no heavier than normal ones.
        Assert.Equal(mean a, Array.average drawn[a], 4.0 * sqrt (expected a a / float count))

        for b in 0..1 do
            let spread = sqrt (2.0 * expected a a * expected b b / float count)
            Assert.Equal(expected a b, covariance drawn[a] drawn[b], 4.0 * spread)

[<Fact>]
let ``one component has the rows' mean and covariance`` () =
    let x = NormalMixture.draw key 50 mixture
    let found = NormalMixture.fit key 1 x
    let values = columns x
    Assert.Equal<float[]>([| 1.0 |], found.Shares)
    close 1e-9 "mean" (values |> Array.map Array.average) found.Means[0]

    for a in 0..1 do
        for b in 0..1 do
            let product = Seq.sum (Seq.init 2 (fun k -> found.Factors[0][a, k] * found.Factors[0][b, k]))
            // What it is held to have seen besides has their covariance, too, and 1e-6 on the diagonal.
            Assert.Equal(covariance values[a] values[b], product, 1e-6)

[<Fact>]
let ``a chosen mixture tells of rows that it has not seen nearly what the truth does`` () =
    let one = {
        Shares = [| 1.0 |]
        Means = [| [| 1.0; -1.0 |] |]
        Factors = [| mixture.Factors[1] |]
    }

    for truth, fewest in [ mixture, 2; one, 1 ] do
        let rows, others =
            NormalMixture.draw (key.Child 1L) 4000 truth, NormalMixture.draw (key.Child 2L) 4000 truth

        let found = NormalMixture.choose (key.Child 3L) rows
        Assert.InRange(found.Means.Length, fewest, 8)
        // What p numbers learned of 4000 rows cost is p/(2·4000) nats a row on average, 0.006 for 8 components; its scatter is as much again.
        Assert.InRange(meanLogDensity others truth - meanLogDensity others found, -0.002, 0.012)

[<Fact>]
let ``few rows, and rows that are alike, have a mixture`` () =
    for x in [ Initial.normal key 2 10 0.0 1.0; Tensor.fill Float32 [| 30; 3 |] 0.7 ] do
        let found = NormalMixture.choose key x
        Assert.True(Double.IsFinite(meanLogDensity x found))
        Assert.All(Tensor.toArray (NormalMixture.draw key 20 found), fun value -> Assert.True(Double.IsFinite value))

[<Fact>]
let ``a fitted prior of latents is their mixture, and the published one is N(0, I)`` () =
    let latents = NormalMixture.draw (key.Child 6L) 3000 mixture
    let at = NormalMixture.draw (key.Child 7L) 5 mixture
    let logDensity prior = LatentPrior.logDensity latents prior at |> Tensor.toArray
    let points = Tensor.toArray at |> Array.chunkBySize 2

    points
    |> Array.map (fun z -> -0.5 * (z[0] * z[0] + z[1] * z[1]) - log (2.0 * Math.PI))
    |> fun expected -> close 1e-5 "N(0, I)" expected (logDensity LatentPrior.StandardNormal)

    // 3000 rows leave a tenth or so of a nat at a point, more in the tails.
    Array.iter2
        (fun (z: float[]) found -> Assert.Equal(byHand z[0] z[1], found, 0.3))
        points
        (logDensity LatentPrior.Fitted)
