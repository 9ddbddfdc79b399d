module BgmFunctional.Tests.Flows.OrderedLogitTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Flows
open BgmFunctional.Numerics

let private theta dtype (values: float list) = Tensor.ofFloats dtype [| 1; values.Length |] (Array.ofList values)

let private logProb dtype levels (values: float list) (shift: Tensor) =
    let features =
        OrderedLogit.features levels [| for level in 0 .. levels - 1 -> float level |]
        |> Tree.map (Tensor.cast dtype)

    OrderedLogit.logProb features (theta dtype values) (Some(Tensor.broadcast [| levels; 1 |] shift))

let private parameters =
    gen {
        let! count = Gen.choose (1, 6)
        let! values = Gen.listOfLength count (Gen.choose (-40, 40) |> Gen.map (fun i -> float i / 10.0))
        let! shift = Gen.choose (-1000, 1000) |> Gen.map float
        return values, shift
    }
    |> Arb.fromGen

[<Fact>]
let ``probabilities are differences of the logistic distribution at the cut points`` () =
    let cuts =
        [ -1.0; -1.0 + exp 0.5; -1.0 + exp 0.5 + exp -2.0 ]
        |> List.map (fun cut -> Logistic.cdf (cut - 0.3))

    let expected = List.map2 (-) (cuts @ [ 1.0 ]) (0.0 :: cuts)

    let found =
        logProb Float64 4 [ -1.0; 0.5; -2.0 ] (Tensor.float64 [| 1; 1 |] [| 0.3 |])
        |> exp
        |> Tensor.toArray

    for expected, found in Seq.zip expected found do
        Assert.Equal(expected, found, 12)

[<Fact>]
let ``log-probabilities are finite for float32, however far the shift`` () =
    Prop.forAll parameters (fun (values, shift) ->
        logProb Float32 (values.Length + 1) values (Tensor.ofFloats Float32 [| 1; 1 |] [| shift |])
        |> Tensor.toArray
        |> Array.forall (fun logP -> Double.IsFinite logP && logP <= 0.0))
    |> Law.check

[<Fact>]
let ``an improbable level pulls at the shift at full strength, however far off it is`` () =
    Prop.forAll parameters (fun (values, shift) ->
        let levels = values.Length + 1
        let shifts = Tensor.ofFloats Float32 [| levels; 1 |] (Array.create levels shift)
        let logP = logProb Float32 levels values shifts |> Tensor.toArray

        let gradient =
            grad (fun shifts -> Tensor.sum (logProb Float32 levels values shifts)) shifts
            |> Tensor.toArray

        // The shift's share of an inner level's improbability is all but its narrowness, which no shift mends.
        let narrowness level =
            if level = 0 || level = levels - 1 then
                0.0
            else
                log (-(Math.Exp(-(exp values[level])) - 1.0))

        Array.forall Double.IsFinite gradient
        && Seq.forall (fun level -> logP[level] - narrowness level > -10.0 || abs gradient[level] > 0.9) [
            0 .. levels - 1
        ])
    |> Law.check

[<Fact>]
let ``the gradient of the cut points is finite where a level is saturated`` () =
    for shift in [ -1e3; 1e3 ] do
        let loss theta =
            let features =
                OrderedLogit.features 4 [| 0.0; 1.0; 2.0; 3.0 |]
                |> Tree.map (Tensor.cast Float32)

            let shift = Tensor.ofFloats Float32 [| 4; 1 |] (Array.create 4 shift)
            Tensor.sum (OrderedLogit.logProb features theta (Some shift))

        let gradient = grad loss (theta Float32 [ 0.5; -1.0; 1.0 ]) |> Tensor.toArray
        Assert.All(gradient, fun g -> Assert.True(Double.IsFinite g, $"{g}"))
        Assert.True(abs gradient[0] > 1.0)

[<Fact>]
let ``a latent just above a level's lower bound, and one at its upper bound, have that level`` () =
    let cuts = [| -1.0; 0.5; 2.0 |]
    let cut _ k = cuts[k]
    let shift _ = 0.25

    for code in 0..3 do
        let low, high = OrderedLogit.bounds 4 cut shift code 0

        for u in [ Math.BitIncrement low; high ] do
            Assert.Equal(code, OrderedLogit.level 4 cut shift u 0)

[<Fact>]
let ``calibrated parameters give levels the shares that they have`` () =
    let codes = [ 0.0, 3; 1.0, 1; 2.0, 5; 3.0, 1 ]
    let column = codes |> List.collect (fun (code, count) -> List.replicate count code)
    let theta = OrderedLogit.calibrated 4 (Array.ofList column)

    let found =
        logProb Float64 4 (List.ofArray theta) (Tensor.float64 [| 1; 1 |] [| 0.0 |])
        |> exp
        |> Tensor.toArray

    List.iteri (fun level (_, count) -> Assert.Equal(float count / 10.0, found[level], 12)) codes

[<Fact>]
let ``calibrated parameters of levels that are not there are finite`` () =
    for code in [ 0.0; 1.0; 3.0 ] do
        Assert.All(OrderedLogit.calibrated 4 [| code; code |], fun number -> Assert.True(System.Double.IsFinite number))
