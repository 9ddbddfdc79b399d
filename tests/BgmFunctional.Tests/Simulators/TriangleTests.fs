module BgmFunctional.Tests.Simulators.TriangleTests

open Xunit
open BgmFunctional.Flows
open BgmFunctional.Numerics
open BgmFunctional.Simulators
open BgmFunctional.Tests.Simulators.Draws

let private rows = 200_000
let private linear = Triangle.simulator Triangle.Linear

let private x1Cdf x = 0.5 * normalCdf ((x - 0.25) / 0.1) + 0.5 * normalCdf ((x - 0.73) / 0.05)

[<Fact>]
let ``x1 is a mixture of two normal distributions`` () =
    let x1 = column "x1" (sample [] rows linear)
    checkCdf x1Cdf [ 0.1; 0.2; 0.3; 0.45; 0.7; 0.73; 0.8 ] x1
    // var = ½(0.1² + 0.05²) + 0.24²
    let mean, deviation = moments x1
    let expected = sqrt (0.00625 + 0.0576)
    Assert.Equal(0.49, mean, 4.0 * expected / sqrt (float rows))
    Assert.Equal(expected, deviation, 4.0 * expected / sqrt (float rows))

[<Fact>]
let ``raising x1 by 1 multiplies the odds of x2 by e squared`` () =
    let odds x1 =
        let p = column "x2" (sample [ "x1", To x1 ] rows linear) |> share (fun x2 -> x2 <= -0.2)
        p / (1.0 - p)

    // A standard error of a log-odds is 1 / √(n p (1 − p)), less than 0.006 here.
    Assert.Equal(2.0, log (odds 1.0 / odds 0.0), 4.0 * 0.008)

[<Fact>]
let ``x2 is logistic given x1`` () =
    let x2 = column "x2" (sample [ "x1", To 0.4 ] rows linear)
    checkCdf (fun x -> Logistic.cdf (5.0 * x + 0.8)) [ -1.0; -0.5; -0.16; 0.0; 0.3; 0.9 ] x2

[<Fact>]
let ``x3 is logistic given x1 and x2, whatever f`` () =
    for curve in Triangle.curves do
        for x1, x2 in [ 0.3, -0.7; 0.8, 0.0; 0.5, 0.9 ] do
            let x3 = column "x3" (sample [ "x1", To x1; "x2", To x2 ] 20_000 (Triangle.simulator curve))

            let u x3 = 0.63 * x3 - 0.2 * x1 - Triangle.f curve x2
            checkCdf (u >> Logistic.cdf) [ -4.0; -1.0; 0.0; 1.0; 4.0 ] x3

[<Fact>]
let ``latents come back by the equations`` () =
    for curve in Triangle.curves do
        let simulator = Triangle.simulator curve
        let u = latents 500 simulator
        let x = push [] u simulator
        let x1, x2, x3 = column "x1" x, column "x2" x, column "x3" x

        for row in 0..499 do
            Assert.Equal((column "x2" u)[row], 5.0 * x2[row] + 2.0 * x1[row], 1e-12)
            let u3 = 0.63 * x3[row] - 0.2 * x1[row] - Triangle.f curve x2[row]
            Assert.Equal((column "x3" u)[row], u3, 1e-11)

[<Fact>]
let ``f is the paper's`` () =
    let at x = Triangle.curves |> List.map (fun curve -> Triangle.f curve x)

    let expected = [ -0.15; 0.75; 0.5 * exp 0.5; 0.75 * atan 3.1; 2.0 * sin 1.5 + 0.5 ]
    List.iter2 (fun (wanted: float) found -> Assert.Equal(wanted, found, 1e-14)) expected (at 0.5)

[<Fact>]
let ``a complex shift is minus f`` () =
    for curve in List.tail Triangle.curves do
        let shift = (Triangle.simulator curve).Truth.Value.Curves |> List.exactlyOne
        Assert.Equal(("x3", "x2"), (shift.Node, shift.Parent))
        Assert.Equal(-(Triangle.f curve 0.3), shift.Shift 0.3)

[<Fact>]
let ``the mixed triangle has its levels as often as its probability mass function says`` () =
    for curve in Triangle.curves do
        for x1, x2 in [ 0.3, -0.7; 0.8, 0.4 ] do
            let x3 = column "x3" (sample [ "x1", To x1; "x2", To x2 ] 40_000 (TriangleMixed.simulator curve))

            let pmf = TriangleMixed.pmf curve x1 x2
            Assert.Equal(1.0, Array.sum pmf, 1e-14)
            checkCdf (fun level -> pmf |> Array.take (int level + 1) |> Array.sum) [ 0.0; 1.0; 2.0 ] x3

[<Fact>]
let ``the mixed triangle counts cut points below u less its shift`` () =
    let simulator = TriangleMixed.simulator Triangle.Exp
    let u = latents 2000 simulator
    let x = push [] u simulator
    let x1, x2, x3, u3 = column "x1" x, column "x2" x, column "x3" x, column "x3" u

    for row in 0..1999 do
        let cut theta = theta + 0.2 * x1[row] + 0.5 * exp x2[row]

        let level =
            [ -2.0; 0.42; 1.02 ]
            |> List.filter (fun theta -> u3[row] > cut theta)
            |> List.length

        Assert.Equal(float level, x3[row])

[<Fact>]
let ``both triangles share their first two columns`` () =
    let continuous, mixed = sample [] 100 linear, sample [] 100 (TriangleMixed.simulator Triangle.Linear)
    Assert.Equal<float[]>(column "x1" continuous, column "x1" mixed)
    Assert.Equal<float[]>(column "x2" continuous, column "x2" mixed)
