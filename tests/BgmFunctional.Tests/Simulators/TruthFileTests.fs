module BgmFunctional.Tests.Simulators.TruthFileTests

open System.Text.Json
open Xunit
open BgmFunctional.Simulators

let private read simulator = JsonDocument.Parse(TruthFile.format simulator).RootElement
let private items (name: string) (json: JsonElement) = json.GetProperty(name).EnumerateArray() |> List.ofSeq
let private text (name: string) (json: JsonElement) = json.GetProperty(name).GetString()
let private number (name: string) (json: JsonElement) = json.GetProperty(name).GetDouble()

[<Fact>]
let ``every truth is an object with the same keys`` () =
    for simulator in Simulators.all do
        let json = read simulator
        Assert.Equal(simulator.Name, text "simulator" json)
        Assert.Equal(simulator.Truth.Value.Coefficients.Length, (items "coefficients" json).Length)
        Assert.Equal(simulator.Truth.Value.Curves.Length, (items "curves" json).Length)
        Assert.Equal(simulator.Truth.Value.Effects.Length, (items "effects" json).Length)

[<Fact>]
let ``coefficients, curves and effects read back`` () =
    let triangle = read (Triangle.simulator Triangle.Sin)
    let first = (items "coefficients" triangle).Head
    Assert.Equal(("x2", "x1", null), (text "node" first, text "parent" first, text "level" first))
    Assert.Equal((2.0, exp 2.0), (number "estimate" first, number "oddsRatio" first))

    let curve = (items "curves" triangle).Head
    let x, shift = items "x" curve, items "shift" curve
    Assert.Equal((101, 101), (x.Length, shift.Length))
    Assert.Equal((-1.0, 1.0), (x.Head.GetDouble(), (List.last x).GetDouble()))
    Assert.Equal(-(Triangle.f Triangle.Sin -1.0), shift.Head.GetDouble())

    let effect = (items "effects" (read Vaca.simulator)).Head
    Assert.Equal("mean of x3", text "quantity" effect)
    Assert.Equal((-3.0, -1.0), (effect.GetProperty "do" |> number "x2", number "value" effect))
