module BgmFunctional.Tests.Checks.OverlapTests

open Xunit
open BgmFunctional.Checks
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Tests.Checks.Cohorts
open BgmFunctional.Tests.Flows.FlowGenerators

let private overlapOf treatment selection =
    let simulator = simulator selection 0.0
    let frame = rows 3L 1000 simulator
    let flow = fit simulator.Dag frame
    let found = check { CheckOptions.defaults with Treatments = [ treatment ] } frame flow |> ok
    frame, flow, found

[<Fact>]
let ``propensities are the model's probabilities, and weights what they make of the arm's rows`` () =
    let frame, flow, found = overlapOf "t" 0.5
    use team = new Team(1)
    let pmf = Flow.pmf team "t" [] frame flow |> ok
    let overlap = Assert.Single found.Overlaps
    let t = codes (Dag.tryNode "t" flow.Dag).Value frame

    for k, arm in List.indexed overlap.Arms do
        Assert.Equal(string k, arm.Label)
        Assert.Equal<float[]>(pmf |> Array.map (Array.item k), arm.Propensities)

        let own =
            Array.zip t arm.Propensities
            |> Array.filter (fst >> (=) (float k))
            |> Array.map snd

        Assert.Equal(own.Length, arm.Rows)
        let sum f = Array.sumBy f own
        Assert.Equal(sum (fun p -> 1.0 / p) ** 2.0 / sum (fun p -> 1.0 / (p * p)), arm.EffectiveRows, 1e-9)
        Assert.Equal(arm.Propensities |> Seq.filter (fun p -> p < 0.05) |> Seq.length, arm.Scarce)

        Assert.Equal<float list>(
            [ Array.min arm.Propensities; Array.max arm.Propensities ],
            Arm.quantiles [ 0.0; 1.0 ] arm
        )

[<Fact>]
let ``good overlap raises no warning`` () =
    let _, _, found = overlapOf "t" 0.3
    Assert.DoesNotContain(found.Warnings, fun warning -> warning.Contains "overlap")

[<Fact>]
let ``bad overlap is told with arm, counts and the parent's range`` () =
    let _, _, found = overlapOf "t" 3.0
    let arms = found.Overlaps.Head.Arms

    for arm, side in List.zip arms [ "at least"; "at most" ] do
        let warnings = found.Warnings |> List.filter _.StartsWith($"overlap of 't', arm {arm.Label}:")

        Assert.Contains(
            warnings,
            fun warning -> warning.Contains $"in {arm.Scarce} of 1000 rows, nine in ten of them with 'x' {side}"
        )

        Assert.Contains(warnings, fun warning -> warning.Contains $"its {arm.Rows} rows are worth")

[<Fact>]
let ``a treatment without parents overlaps everywhere`` () =
    let simulator = simulator 0.0 0.0
    let frame = rows 3L 500 simulator
    let flow = fit (rewired "t" [] simulator.Dag) frame
    let found = check treated frame flow |> ok

    for arm in found.Overlaps.Head.Arms do
        Assert.Equal(0, arm.Scarce)
        Assert.Equal(float arm.Rows, arm.EffectiveRows, 1e-6)

[<Fact>]
let ``a continuous treatment has an arm for each tenth of the rows, whose propensities add up to one`` () =
    let _, _, found = overlapOf "w" 0.5
    let overlap = Assert.Single found.Overlaps
    Assert.Equal(10, overlap.Arms.Length)
    Assert.Equal(0.01, overlap.Bound, 1e-12)
    Assert.Equal(1000, overlap.Arms |> List.sumBy _.Rows)

    for row in 0..999 do
        Assert.Equal(1.0, overlap.Arms |> List.sumBy (fun arm -> arm.Propensities[row]), 1e-12)

    for arm in overlap.Arms do
        Assert.InRange(arm.Rows, 99, 101)
        Assert.All(arm.Propensities, fun p -> Assert.InRange(p, 0.0, 1.0))
        // Five standard errors of a share of a thousand.
        Assert.Equal(0.1, Array.average arm.Propensities, 0.05)
