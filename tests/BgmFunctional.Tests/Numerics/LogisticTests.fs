module BgmFunctional.Tests.Numerics.LogisticTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Numerics

let private number low high =
    Gen.choose (0, 1_000_000)
    |> Gen.map (fun i -> low + (high - low) * float i / 1e6)

/// An interval from the bulk to far out in either tail, and a share strictly between 0 and 1.
let private intervals =
    gen {
        let! reach = Gen.elements [ 1.0; 30.0; 1e3; 1e5 ]
        let! low = number -reach reach
        let! width = Gen.oneof [ number 1e-6 1.0; number 1.0 100.0 ]
        let! isOpenBelow, isOpenAbove = Gen.zip (Gen.elements [ true; false ]) (Gen.elements [ true; false ])
        let! p = Gen.oneof [ number 1e-6 0.999999; Gen.elements [ 1e-300; 1e-17; Math.BitDecrement 1.0 ] ]

        return (if isOpenBelow then -infinity else low), (if isOpenAbove then infinity else low + width), p
    }
    |> Arb.fromGen

[<Fact>]
let ``a truncated quantile is a number inside its interval, in both tails`` () =
    Prop.forAll intervals (fun (low, high, p) ->
        let u = Logistic.truncatedQuantile low high p
        Double.IsFinite u && low < u && u <= high)
    |> Law.check

[<Fact>]
let ``a truncated quantile does not fall as its share rises`` () =
    Prop.forAll intervals (fun (low, high, p) ->
        Logistic.truncatedQuantile low high (0.5 * p)
        <= Logistic.truncatedQuantile low high p)
    |> Law.check

[<Fact>]
let ``the two tails mirror each other`` () =
    Prop.forAll intervals (fun (low, high, _) ->
        let u = Logistic.truncatedQuantile low high 0.25
        let mirrored = -(Logistic.truncatedQuantile -high -low 0.75)
        abs (u - mirrored) <= 1e-9 * max 1.0 (abs u))
    |> Law.check

[<Fact>]
let ``far out the distribution is exponential`` () =
    for p in [ 0.01; 0.5; 0.99 ] do
        Assert.Equal(-log(1.0 - p), Logistic.truncatedQuantile 1e4 infinity p - 1e4, 9)

[<Fact>]
let ``a truncated quantile has its share of the interval's mass below it`` () =
    for low, high in [ -infinity, infinity; -2.0, 0.5; 1.0, 4.0; -5.0, -3.0; 3.0, infinity ] do
        for p in [ 0.01; 0.5; 0.99 ] do
            let below = Logistic.cdf (Logistic.truncatedQuantile low high p) - Logistic.cdf low
            Assert.Equal(p, below / (Logistic.cdf high - Logistic.cdf low), 9)

[<Fact>]
let ``the quantile inverts the distribution function`` () =
    for u in [ -300.0; -3.0; 0.0; 0.7; 20.0 ] do
        Assert.Equal(u, Logistic.quantile (Logistic.cdf u), 6)

[<Fact>]
let ``the density is the slope of the distribution function`` () =
    for u in [ -20.0; -1.0; 0.0; 3.0; 30.0 ] do
        let expected = log (Logistic.cdf u) + log (Logistic.cdf -u)
        Assert.Equal(expected, Tensor.item (Logistic.logDensity (Tensor.scalar u)), 9)
