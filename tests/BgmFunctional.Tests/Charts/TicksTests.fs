module BgmFunctional.Tests.Charts.TicksTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts

/// A number of ticks and a range that is not empty, of any size.
let private ranges =
    gen {
        let! count = Gen.choose (2, 12)
        let! power = Gen.choose (-200, 200)
        let! low = Gen.choose (-1000, 1000)
        let! span = Gen.choose (1, 1000)
        let scale = Math.Pow(10.0, float power)
        return count, (float low * scale, float (low + span) * scale)
    }
    |> Arb.fromGen

let private holds law =
    Prop.forAll ranges (fun (count, range) -> law count range (Ticks.within count range))
    |> Law.check

[<Fact>]
let ``ticks are inside the range, and not one more would be`` () =
    holds (fun _ (low, high) ticks ->
        let slack = ticks.Step * 1e-6

        ticks.Values
        |> List.forall (fun value -> value >= low - slack && value <= high + slack)
        && List.head ticks.Values - ticks.Step < low + slack
        && List.last ticks.Values + ticks.Step > high - slack)

[<Fact>]
let ``there is at least one tick, and at most one more than asked for`` () =
    holds (fun count _ ticks -> ticks.Values.Length >= 1 && ticks.Values.Length <= count + 1)

[<Fact>]
let ``the step is 1, 2 or 5 times a power of ten, and ticks are its multiples`` () =
    holds (fun _ _ ticks ->
        let mantissa = ticks.Step / Math.Pow(10.0, floor (log10 ticks.Step + 1e-9))
        let isWhole value = abs (value - round value) < 1e-6

        [ 1.0; 2.0; 5.0 ] |> List.exists (fun nice -> abs (mantissa - nice) < 1e-6)
        && ticks.Values |> List.forall (fun value -> isWhole (value / ticks.Step)))

[<Fact>]
let ``labels are all different and short`` () =
    holds (fun _ _ ticks ->
        let labels = Ticks.labels ticks

        List.distinct labels = labels
        && labels |> List.forall (fun label -> label.Length <= 13))

[<Fact>]
let ``labels have the decimals that the step needs`` () =
    let labels count range = Ticks.labels (Ticks.within count range)
    Assert.Equal<string list>([ "0.0"; "0.5"; "1.0" ], labels 2 (0.0, 1.0))
    Assert.Equal<string list>([ "−2"; "0"; "2" ], labels 3 (-3.0, 3.0))
    Assert.Equal<string list>([ "0"; "10,000"; "20,000" ], labels 2 (0.0, 20000.0))
    Assert.Equal<string list>([ "0"; "1×10⁷"; "2×10⁷" ], labels 2 (0.0, 2e7))
    Assert.Equal<string list>([ "0"; "1×10⁻⁶"; "2×10⁻⁶" ], labels 2 (0.0, 2e-6))

/// A number of ticks and a range in powers of ten that is not empty.
let private powers =
    gen {
        let! count = Gen.choose (2, 12)
        let! low = Gen.choose (-3000, 3000)
        let! span = Gen.choose (1, 3000)
        return count, (float low / 10.0, float (low + span) / 10.0)
    }
    |> Arb.fromGen

[<Fact>]
let ``logarithmic ticks are inside the range, increase, and read differently`` () =
    Prop.forAll powers (fun (count, (low, high)) ->
        let ticks = Ticks.logarithmic count (low, high)
        let positions, labels = List.unzip ticks

        ticks.Length >= 1
        && ticks.Length <= count + 2
        && positions |> List.forall (fun tick -> tick >= low - 1e-6 && tick <= high + 1e-6)
        && List.sort positions = positions
        && List.distinct labels = labels)
    |> Law.check

[<Fact>]
let ``logarithmic ticks are 1, 2 and 5 or powers of ten`` () =
    let labels count range = Ticks.logarithmic count range |> List.map snd
    Assert.Equal<string list>([ "1"; "2"; "5"; "10"; "20"; "50"; "100" ], labels 8 (0.0, 2.0))
    Assert.Equal<string list>([ "1"; "10"; "100" ], labels 4 (0.0, 2.0))
    Assert.Equal<string list>([ "0.01"; "0.1"; "1" ], labels 3 (-2.0, 0.0))
