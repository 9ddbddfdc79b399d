module BgmFunctional.Tests.Charts.DrawAxesTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests

/// An axis of numbers or of names, where it begins and ends, and its width in pixels.
let private axes =
    gen {
        let! width = Gen.choose (60, 800) |> Gen.map float
        let! low = Gen.choose (-100_000, 100_000) |> Gen.map (fun i -> float i / 100.0)
        let! span = Gen.choose (1, 100_000) |> Gen.map (fun i -> float i / 1000.0)
        let! names = Gen.nonEmptyListOf Generators.text
        let categories = AxisKind.Categories names, (-0.5, float names.Length - 0.5), width
        let powers = AxisKind.Logarithmic, (low / 10.0, (low + span) / 10.0), width
        return! Gen.elements [ categories; AxisKind.Linear, (low, low + span), width; powers ]
    }
    |> Arb.fromGen

[<Fact>]
let ``labels do not run into each other, unless they are names that are written aslant`` () =
    Prop.forAll axes (fun (kind, domain, width) ->
        let labels = DrawAxes.horizontal kind domain width
        let scale = { Domain = domain; Range = (0.0, width); IsLogarithmic = kind.IsLogarithmic }
        let half text = Typography.width DrawAxes.fontSize text / 2.0

        let areApart ((left, leftText), (right, rightText)) =
            Scale.position scale right - Scale.position scale left
            >= half leftText + half rightText

        let isAslant =
            match kind with
            | AxisKind.Categories names -> DrawAxes.isAslant width names
            | AxisKind.Linear
            | AxisKind.Logarithmic -> false

        isAslant
        || List.zip labels.Positions labels.Texts |> List.pairwise |> List.forall areApart)
    |> Law.check
