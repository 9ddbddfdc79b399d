module BgmFunctional.Tests.Charts.SamplesTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts

let private values = Gen.nonEmptyListOf (Gen.choose (-500, 500) |> Gen.map (fun i -> float i / 7.0))

let private samples =
    Gen.zip values values
    |> Gen.map (fun (one, two) -> [ "one", Seq.ofList one; "two", Seq.ofList two ])
    |> Arb.fromGen

let private seriesOf panel =
    match panel with
    | Panel.Plot plot -> plot.Series
    | Panel.Graph _ -> []

/// The area below a curve, by trapezia.
let private area points =
    points
    |> List.pairwise
    |> List.sumBy (fun ((x0, y0), (x1, y1)) -> (x1 - x0) * (y0 + y1) / 2.0)

[<Fact>]
let ``histograms side by side share their bins, and hold what lies in sight`` () =
    Prop.forAll samples (fun samples ->
        match seriesOf (Samples.histograms "" "" samples) with
        | [ { Label = "one"; Mark = Mark.Histogram bins }; { Label = "two"; Mark = Mark.Line outline } ] ->
            let ends = bins |> List.collect (fun bin -> [ bin.From; bin.To ])
            let corners = outline[1 .. outline.Length - 2] |> List.map fst
            let mass = bins |> List.sumBy (fun bin -> bin.Density * (bin.To - bin.From))

            corners = ends
            && mass <= 1.0 + 1e-9
            && mass >= 0.98
            && area outline <= 1.0 + 1e-9
        | _ -> false)
    |> Law.check

[<Fact>]
let ``bars of whole numbers are not narrower than one`` () =
    match (Series.histogram "" (Seq.init 5000 (fun i -> float (i % 7)))).Mark with
    | Mark.Histogram bins -> Assert.All(bins, fun bin -> Assert.True(bin.To - bin.From >= 1.0))
    | _ -> failwith "There is no histogram."

/// A kernel density of n draws from N(0, 1) is within 0.05 of the true one: its bias is below 0.01 at this width and its standard error below
/// 0.006, so that is six of them.
[<Fact>]
let ``a smooth density is that of its sample`` () =
    let random = System.Random 1

    let normal () =
        sqrt (-2.0 * log (1.0 - random.NextDouble()))
        * cos (2.0 * System.Math.PI * random.NextDouble())

    let curve = KernelDensity.curve (-4.0, 4.0) (Array.init 20_000 (fun _ -> normal ()))
    let density x = exp (-0.5 * x * x) / sqrt (2.0 * System.Math.PI)
    Assert.All(curve, fun (x, y) -> Assert.Equal(density x, y, 0.05))
    Assert.Equal(1.0, area curve, 0.01)

[<Fact>]
let ``densities are finite and positive, whatever the values`` () =
    Prop.forAll samples (fun samples ->
        seriesOf (Samples.densities "" "" (("all the same", Seq.replicate 5 3.0) :: ("none", Seq.empty) :: samples))
        |> List.forall (fun series ->
            match series.Mark with
            | Mark.Line points -> points |> List.forall (fun (_, y) -> System.Double.IsFinite y && y >= 0.0)
            | _ -> true))
    |> Law.check

[<Fact>]
let ``shares add up to one`` () =
    let names = [ "low"; "medium"; "high" ]

    match seriesOf (Samples.shares "" "" names [ "a", [ 0.0; 1.0; 1.0; 2.0 ]; "b", [ 2.0 ] ]) with
    | [ { Mark = Mark.Bars a }; { Mark = Mark.Bars b } ] ->
        Assert.Equal<float list>([ 0.25; 0.5; 0.25 ], a)
        Assert.Equal<float list>([ 0.0; 0.0; 1.0 ], b)
    | _ -> failwith "There are no bars."
