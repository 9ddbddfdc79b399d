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

let private transforms =
    Gen.oneof [
        Gen.choose (3, 40) |> Gen.map Bernstein
        Gen.map2
            (fun bins tails -> Spline(bins, tails))
            (Gen.choose (2, 16))
            (Gen.elements [ Tails.Learned; Tails.Fixed ])
        Gen.constant Affine
    ]

let private laws =
    gen {
        let! transform = transforms
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
let private forAll law = Prop.forAll laws law |> Law.check

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
        let logSlopes = [| left; values; right |] |> Array.map (forward law >> snd) |> Array.transpose

        // A mean slope lies among the slopes; where a spline's bins meet, those of the two sides part at different rates.
        Array.forall2
            (fun slope logSlopes -> Array.min logSlopes - 1e-4 < log slope && log slope < Array.max logSlopes + 1e-4)
            slope
            logSlopes)

[<Fact>]
let ``gradients in the parameters are central differences`` () =
    forAll (fun law ->
        let transformation = Transformation.create law.Transform law.Range

        let features =
            transformation.Features(
                Array.ofList law.Values
                |> Array.map (fun x -> max x (law.Range.Low - width law))
            )

        let total (theta: Tensor) =
            let h, logSlope = transformation.Forward features theta
            Tensor.sum (tanh h) + Tensor.sum (Tensor.broadcast h.Shape logSlope)

        let theta = theta law
        let numbers = Tensor.toArray theta
        let found = Tensor.toArray (grad total theta)

        let nudged i step =
            numbers
            |> Array.mapi (fun j x -> if i = j then x + step else x)
            |> Tensor.float64 theta.Shape
            |> total
            |> Tensor.item

        numbers
        |> Array.indexed
        |> Array.forall (fun (i, _) ->
            let expected = (nudged i 1e-5 - nudged i -1e-5) / 2e-5
            abs (found[i] - expected) <= 1e-5 * (1.0 + abs expected)))

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

// ---- splines ------------------------------------------------------------------------------------------------------------

let private spline tails theta = {
    Transform = Spline(3, tails)
    Range = { Low = -1.0; High = 3.0 }
    Theta = [ theta ]
    Values = []
}

/// z of a value of such a spline, and the value of z.
let private scaled x = (x + 1.0) * 2.5 - 5.0

let private unscaled z = (z + 5.0) / 2.5 - 1.0

let private widths, private heights, private slopes =
    [ 0.3; -1.0; 0.5 ], [ -0.4; 0.0; 2.0 ], [ 0.7; -1.2; 1.5; -0.6 ]

/// The knots that the published package makes of raw numbers: min-bin-size 1e-3 in log space.
let private knots raw =
    let squashed = raw |> List.map (fun w -> exp (w / (1.0 + abs (2.0 * w / log 1e-3))))

    squashed
    |> List.map (fun w -> 10.0 * w / List.sum squashed)
    |> List.scan (+) -5.0

let private derivatives raw = raw |> List.map (fun d -> exp (d / (1.0 + abs (d / log 1e-3))))

[<Fact>]
let ``a spline goes through its knots with their slopes, from both sides`` () =
    let law = spline Tails.Fixed (widths @ heights @ slopes[1..2])
    let knots = List.zip3 (knots widths) (knots heights) ([ 1.0 ] @ derivatives slopes[1..2] @ [ 1.0 ])

    for z, y, slope in knots do
        for side in [ -1e-9; 0.0; 1e-9 ] do
            let h, logSlope = forward law [| unscaled (z + side) |]
            Assert.Equal(y, h[0], 1e-7)
            Assert.Equal(2.5 * slope, exp logSlope[0], 1e-6)

[<Fact>]
let ``between knots a spline is the rational-quadratic function of Durkan et al.`` () =
    let law = spline Tails.Fixed (widths @ heights @ slopes[1..2])
    let x, y, d = knots widths, knots heights, [ 1.0 ] @ derivatives slopes[1..2] @ [ 1.0 ]

    for k in 0..2 do
        for share in [ 0.1; 0.5; 0.8 ] do
            let s = (y[k + 1] - y[k]) / (x[k + 1] - x[k])
            let both = share * (1.0 - share)

            let expected =
                y[k]
                + (y[k + 1] - y[k]) * (s * share * share + d[k] * both)
                  / (s + (d[k + 1] + d[k] - 2.0 * s) * both)

            let z = x[k] + share * (x[k + 1] - x[k])
            Assert.Equal(expected, (fst (forward law [| unscaled z |]))[0], 12)

[<Fact>]
let ``beyond the box a spline is a line with the end slopes: 1 if fixed, else learned`` () =
    let line = [ 0.4; -0.7 ]
    let lineSlope = (derivatives [ line[0] ]).Head
    let learned = derivatives slopes |> List.map ((*) lineSlope)

    for law, first, last in
        [
            spline Tails.Fixed (widths @ heights @ slopes[1..2]), 1.0, 1.0
            spline Tails.Learned (widths @ heights @ slopes @ line), learned[0], learned[3]
        ] do
        for near, far, slope in [ -1.0, -4001.0, first; 3.0, 4003.0, last ] do
            let h, logSlope = forward law [| near; far |]
            Assert.Equal(2.5 * slope, exp logSlope[0], 10)
            Assert.Equal(2.5 * slope, exp logSlope[1], 10)
            Assert.Equal(2.5 * slope, (h[1] - h[0]) / (far - near), 10)

[<Fact>]
let ``at zero a spline is the scaled value`` () =
    for tails, parameters in [ Tails.Fixed, 8; Tails.Learned, 12 ] do
        let law = spline tails (List.replicate parameters 0.0)
        let values = [| -7.0; -1.0; 0.1; 2.0; 3.0; 50.0 |]
        let h, logSlope = forward law values
        Array.iter2 (fun x h -> Assert.Equal(scaled x, h, 10)) values h
        Array.iter (fun logSlope -> Assert.Equal(log 2.5, logSlope, 12)) logSlope

[<Fact>]
let ``strong parameters: the inverse loses no more than a rounding of h costs`` () =
    for tails, parameters in [ Tails.Fixed, 23; Tails.Learned, 27 ] do
        for row in 1L .. 200L do
            let law = {
                spline
                    tails
                    (normal ((Key.OfSeed 1L).Child row) parameters
                     |> Array.map ((*) 10.0)
                     |> List.ofArray) with
                    Transform = Spline(8, tails)
            }

            let values = [| -4.0 .. 0.01..6.0 |]
            let h, logSlope = forward law values
            let found = (Transformation.create law.Transform law.Range).Inverse (theta law) h

            for i in 0 .. values.Length - 1 do
                let rounding = 1e-15 * (10.0 + abs h[i]) / exp logSlope[i]
                Assert.Equal(values[i], found[i], 1e-12 + 1e3 * rounding)

// ---- where a fit may start ----------------------------------------------------------------------------------------------

[<Fact>]
let ``calibrated parameters are a line from logit .05 to logit .95 over the range`` () =
    for transform in [ Bernstein 20; Bernstein 3; Spline(8, Tails.Learned); Affine ] do
        let range = { Low = -1.0; High = 3.0 }
        let calibrated = (Transformation.create transform range).Calibrated

        let law = {
            Transform = transform
            Range = range
            Theta = [ List.ofArray calibrated ]
            Values = []
        }

        let h, logSlope = forward law [| -1.0; 1.0; 2.0; 3.0 |]
        let slope = log (0.95 / 0.05) / 2.0

        Array.iter2
            (fun expected found -> Assert.Equal(expected, found, 1e-10))
            [| -2.0; 0.0; 1.0; 2.0 |]
            (h |> Array.map (fun h -> h / slope))

        Array.iter (fun found -> Assert.Equal(log slope, found, 10)) logSlope
