module BgmFunctional.Tests.Simulators.CareflTests

open Xunit
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Simulators
open BgmFunctional.Tests.Flows.FlowGenerators
open BgmFunctional.Tests.Simulators.Draws

let private rows = 200_000

let private laplaceCdf x =
    let tail = 0.5 * exp (-sqrt 2.0 * abs x)
    if x < 0.0 then tail else 1.0 - tail

[<Fact>]
let ``noises are Laplace of variance 1`` () =
    let u = latents rows Carefl.simulator

    for name in Frame.names u do
        checkCdf laplaceCdf [ -3.0; -1.0; -0.2; 0.0; 0.5; 2.0 ] (column name u)
        // The fourth moment of a Laplace distribution is 6 variances squared: a variance has the standard error √(5 / n).
        let mean, deviation = moments (column name u)
        Assert.Equal(0.0, mean, 4.0 / sqrt (float rows))
        Assert.Equal(1.0, deviation ** 2.0, 4.0 * sqrt (5.0 / float rows))

[<Fact>]
let ``children follow their equations`` () =
    let u = latents 500 Carefl.simulator
    let x = push [] u Carefl.simulator

    for row in 0..499 do
        let x name = (column name x)[row]
        let u name = (column name u)[row]
        Assert.Equal(u "x1", x "x1")
        Assert.Equal(u "x2", x "x2")
        Assert.Equal(u "x3", x "x3" - x "x1" - 0.5 * x "x2" ** 3.0, 1e-9)
        Assert.Equal(u "x4", x "x4" + x "x2" - 0.5 * x "x1" ** 2.0, 1e-9)

/// Latents of the observed row, by hand from the spec: u₃ = 0.81 − 2 − ½·1.5³, u₄ = −0.28 + 1.5 − ½·2².
let private observedLatents =
    frame [
        "x1", Column.Numeric [| 2.0 |]
        "x2", Column.Numeric [| 1.5 |]
        "x3", Column.Numeric [| -2.8775 |]
        "x4", Column.Numeric [| -0.78 |]
    ]

[<Fact>]
let ``counterfactual curves at the observed row are those that its latents push forward`` () =
    let at interventions name = (push interventions observedLatents Carefl.simulator |> column name)[0]
    Assert.Equal(0.81, at [] "x3", 1e-12)
    Assert.Equal(-0.28, at [] "x4", 1e-12)

    for alpha in Carefl.alphas do
        Assert.Equal(at [ "x2", To alpha ] "x3", Carefl.x3Under alpha Carefl.observed, 1e-12)
        Assert.Equal(at [ "x1", To alpha ] "x4", Carefl.x4Under alpha Carefl.observed, 1e-12)

[<Fact>]
let ``counterfactual curves in closed form`` () =
    for alpha in Carefl.alphas do
        Assert.Equal(-0.8775 + 0.5 * alpha ** 3.0, Carefl.x3Under alpha Carefl.observed, 1e-12)
        Assert.Equal(-2.28 + 0.5 * alpha ** 2.0, Carefl.x4Under alpha Carefl.observed, 1e-12)

[<Fact>]
let ``the truth holds both curves, 61 points each`` () =
    let effects = Carefl.simulator.Truth.Value.Effects
    Assert.Equal(122, effects.Length)
    Assert.Equal<(string * float) list>([ "x2", -3.0 ], effects.Head.Do)
    Assert.Equal(-14.3775, effects.Head.Value, 1e-12)
