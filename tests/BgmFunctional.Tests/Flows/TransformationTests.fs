module BgmFunctional.Tests.Flows.TransformationTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Tests.Flows.FlowGenerators

/// A transformation, its range, parameters of one row for all or of one a row, and values in increasing order, far tails included.
type Law = {
    Transform: Transform
    Range: ValueRange
    Theta: float list list
    Values: float list
}

let private laws =
    gen {
        let! transform = Gen.oneof [ Gen.choose (3, 40) |> Gen.map Bernstein; Gen.constant Affine ]
        let! low = Gen.choose (-1000, 1000) |> Gen.map float
        let! width = Gen.elements [ 0.1; 1.0; 100.0 ]
        let range = { Low = low; High = low + width }
        let! count = Gen.choose (2, 20)
        let! isShared = Gen.elements [ true; false ]
        let! strength = Gen.elements [ 0.0; 0.5; 1.5 ]
        let! seed = Gen.choose (0, 1_000_000)
        let parameters = (Transformation.create transform range).Parameters

        let theta row =
            normal ((Key.OfSeed(int64 seed)).Child row) parameters
            |> Array.map ((*) strength)
            |> List.ofArray

        let place = Gen.choose (0, 1000) |> Gen.map (fun i -> float i / 1000.0)
        let far = Gen.choose (-1000, 1000) |> Gen.map float
        let! places = Gen.listOfLength count (Gen.frequency [ 3, place; 1, far ])

        return {
            Transform = transform
            Range = range
            Theta = [ for row in 1L .. (if isShared then 1L else int64 count) -> theta row ]
            Values = places |> List.sort |> List.map (fun t -> low + t * width)
        }
    }
    |> Arb.fromGen

let private theta law =
    Tensor.float64 [| law.Theta.Length; law.Theta.Head.Length |] (law.Theta |> List.concat |> Array.ofList)

let private forward law (values: float[]) =
    let transformation = Transformation.create law.Transform law.Range
    let h, logSlope = transformation.Forward (transformation.Features values) (theta law)
    Tensor.toArray h, Tensor.toArray (Tensor.broadcast h.Shape logSlope)

let private width law = law.Range.High - law.Range.Low
let private forAll law = Prop.forAll laws law |> Check.QuickThrowOnFailure

[<Fact>]
let ``inverse undoes forward`` () =
    forAll (fun law ->
        let values = Array.ofList law.Values
        let h, _ = forward law values
        let found = (Transformation.create law.Transform law.Range).Inverse (theta law) h
        // Slopes are as low as 1e-3 here, so a rounding of h is up to 1e3 of x.
        Array.forall2 (fun (x: float) y -> abs (x - y) <= 1e-10 * max (width law) (abs x)) values found)

[<Fact>]
let ``h increases`` () =
    forAll (fun law ->
        let values = Array.ofList law.Values
        let above = values |> Array.map (fun x -> x + 1e-6 * max (width law) (abs x))
        Array.forall2 (<) (fst (forward law values)) (fst (forward law above)))

[<Fact>]
let ``the log-derivative is that of the numerical slope`` () =
    forAll (fun law ->
        let values = Array.ofList law.Values
        let step = 1e-5 * width law
        let left, right = values |> Array.map (fun x -> x - step), values |> Array.map (fun x -> x + step)
        let slope = Array.map2 (fun a b -> (b - a)) (fst (forward law left)) (fst (forward law right))
        let slope = Array.map3 (fun rise a b -> rise / (b - a)) slope left right
        Array.forall2 (fun slope logSlope -> abs (log slope - logSlope) < 1e-4) slope (snd (forward law values)))

[<Fact>]
let ``a Bernstein polynomial is a line beyond its range, with the end slopes`` () =
    let law = {
        Transform = Bernstein 8
        Range = { Low = -1.0; High = 3.0 }
        Theta = [ [ -1.0; 0.3; 2.0; -2.0; 0.0; 1.0; -1.0; 0.5 ] ]
        Values = []
    }

    for near, far in [ -1.0, -101.0; 3.0, 103.0 ] do
        let h, logSlope = forward law [| near; far |]
        Assert.Equal(logSlope[0], logSlope[1], 12)
        Assert.Equal(exp logSlope[0], (h[1] - h[0]) / (far - near), 10)

[<Fact>]
let ``the published parametrisation: control points of increments, the first and the last doubled`` () =
    let t = [ 0.4; -1.0; 2.0; 0.3 ]
    let softplus x = log (1.0 + exp x)
    let increments = [ 1; 1; 2; 3; 3 ] |> List.map (fun i -> softplus t[i])
    let control = List.scan (+) (t.Head - 4.0 * log 2.0 / 2.0) increments

    let law = {
        Transform = Bernstein 4
        Range = { Low = 0.0; High = 1.0 }
        Theta = [ t ]
        Values = []
    }

    for x in [ 0.0; 0.2; 0.75; 1.0 ] do
        let binomial = [ 1.0; 5.0; 10.0; 10.0; 5.0; 1.0 ]
        let basis = binomial |> List.mapi (fun k c -> c * pown x k * pown (1.0 - x) (5 - k))
        let expected = List.map2 (*) basis control |> List.sum
        Assert.Equal(expected, (fst (forward law [| x |]))[0], 12)
