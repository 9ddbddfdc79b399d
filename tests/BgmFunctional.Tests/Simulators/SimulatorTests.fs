/// Laws of every simulator.
module BgmFunctional.Tests.Simulators.SimulatorTests

open Xunit
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests.Flows.FlowGenerators
open BgmFunctional.Tests.Simulators.Draws

let everyName () = TheoryData<string>(Simulators.names)

let private named name = Simulators.named name |> ok

/// A value that any node takes: level 1, or the number 1.
let private someValue = 1.0

[<Theory; MemberData(nameof everyName)>]
let ``rows are what their latents make`` name =
    let simulator = named name
    Assert.Equal(sample [] 300 simulator, push [] (latents 300 simulator) simulator)
    Assert.Equal<string list>(Dag.names simulator.Dag, Frame.names (sample [] 3 simulator))

[<Theory; MemberData(nameof everyName)>]
let ``the first rows of a longer draw are a shorter one`` name =
    let simulator = named name
    Assert.Equal(sample [] 100 simulator, Frame.take [| 0..99 |] (sample [] 5000 simulator))

[<Theory; MemberData(nameof everyName)>]
let ``another seed draws other rows`` name =
    let simulator = named name
    let other = Simulator.sample (Key.OfSeed 6L) [] 100 simulator |> ok

    for node in Dag.names simulator.Dag do
        Assert.NotEqual<float[]>(column node (sample [] 100 simulator), column node other)

[<Theory; MemberData(nameof everyName)>]
let ``an intervention holds its node and moves its descendants, each of them, and nothing else`` name =
    let simulator = named name
    let seen = sample [] 2000 simulator

    for node in Dag.names simulator.Dag do
        let acted = sample [ node, To someValue ] 2000 simulator
        let moved = Dag.descendants node simulator.Dag
        Assert.All(column node acted, fun value -> Assert.Equal(someValue, value))

        for other in Dag.names simulator.Dag |> List.except [ node ] do
            Assert.Equal(List.contains other moved, column other seen <> column other acted)

[<Theory; MemberData(nameof everyName)>]
let ``the rows of a counterfactual that sets what was there anyway are those that were seen`` name =
    let simulator = named name

    for node in Dag.names simulator.Dag do
        let seen = sample [] 500 simulator
        let same = [ node, ToEach(column node seen) ]
        let factual, imagined = Simulator.counterfactual key same 500 simulator |> ok
        Assert.Equal(seen, factual)
        Assert.Equal(seen, imagined)

[<Theory; MemberData(nameof everyName)>]
let ``several nodes are set at once, row by row or not`` name =
    let simulator = named name
    let first, last = List.head (Dag.names simulator.Dag), List.last (Dag.names simulator.Dag)
    let values = Array.init 50 float
    let acted = sample [ first, ToEach values; last, To someValue ] 50 simulator
    Assert.Equal<float[]>(values, column first acted)
    Assert.Equal<float[]>(Array.create 50 someValue, column last acted)

[<Theory; MemberData(nameof everyName)>]
let ``coefficients and curves are those of the graph's shifts`` name =
    let simulator = named name
    let truth = simulator.Truth.Value

    let shifts = [
        for node in Dag.nodes simulator.Dag do
            for term in node.Terms do
                match term with
                | LinearShift parent -> node.Name, parent
                | ComplexShift parents -> node.Name, parents.Head
                | Intercept _ -> ()
    ]

    let known =
        (truth.Coefficients |> List.map (fun c -> c.Node, c.Parent))
        @ (truth.Curves |> List.map (fun c -> c.Node, c.Parent))

    Assert.Equal<Set<string * string>>(set shifts, set known)

/// From the lower to the upper quartile of a continuous parent, or from the lowest level to the coefficient's, every other parent held at its
/// median, the log-odds of staying at or below a point move by β over that distance: up for a continuous node (P(X ≤ x) = σ(h(x) + s)), down
/// for an ordinal one (P(Y ≤ k) = σ(θ_k − s)).
[<Theory; MemberData(nameof everyName)>]
let ``a coefficient moves the log-odds of its node as it says`` name =
    let simulator = named name
    let n = 20_000
    let u = latents n simulator
    let seen = push [] u simulator

    let sorted =
        Dag.names simulator.Dag
        |> List.map (fun node -> node, Array.sort (column node seen))
        |> Map.ofList

    let quantile p node = sorted[node][int (p * float (n - 1))]

    for c in simulator.Truth.Value.Coefficients do
        let node = (Dag.tryNode c.Node simulator.Dag).Value

        let held = [ for parent in Node.parents node |> List.except [ c.Parent ] -> parent, To(quantile 0.5 parent) ]

        let low, high, expected =
            match c.Level with
            | Some level -> 0.0, float level, c.Estimate
            | None ->
                let low, high = quantile 0.25 c.Parent, quantile 0.75 c.Parent
                low, high, c.Estimate * (high - low)

        let at value = column c.Node (push ((c.Parent, To value) :: held) u simulator)
        let before, after = at low, at high
        let median = (Array.sort before)[n / 2]

        let point =
            match node.Kind with
            | Continuous _ -> median
            | Ordinal levels -> min median (float (Levels.count levels - 2))

        // A log-odds and its standard error 1 / √(n p (1 − p)).
        let logOdds values =
            let p = values |> share (fun x -> x <= point)
            log (p / (1.0 - p)), 1.0 / sqrt (float n * p * (1.0 - p))

        let (before, error), (after, error') = logOdds before, logOdds after
        Assert.Equal((if node.Kind.IsContinuous then expected else -expected), after - before, 4.0 * (error + error'))

[<Fact>]
let ``names differ`` () = Assert.Equal(16, (List.distinct Simulators.names).Length)

[<Fact>]
let ``an unknown name is refused with the names there are`` () =
    match Simulators.named "vacca" with
    | Error error ->
        let message = FlowError.message error
        Assert.Contains("'vacca'", message)
        Assert.Contains("triangle-linear, ", message)
        Assert.Contains("vaca, carefl, stroke-ls", message)
    | Ok _ -> failwith "expected a refusal"

let private refusal answer = BgmFunctional.Tests.Answers.refusalOf FlowError.message answer

[<Fact>]
let ``no rows, unknown nodes, no levels and latents that do not fit are refused`` () =
    let simulator = TriangleMixed.simulator Triangle.Atan
    let act interventions = Simulator.sample key interventions 5 simulator |> refusal
    Assert.Contains("at least 1", Simulator.sample key [] 0 simulator |> refusal)
    Assert.Contains("'x9'", act [ "x9", To 1.0 ])
    Assert.Contains("no level of 'x3'", act [ "x3", To 4.0 ])
    Assert.Contains("no level of 'x3'", Simulator.check [ "x3", ToLevel "high" ] simulator |> refusal)
    Assert.Contains("2 values for 5 rows", act [ "x1", ToEach [| 1.0; 2.0 |] ])
    Assert.Contains("'x4'", Simulator.push [] (latents 3 Carefl.simulator) simulator |> refusal)

    let broken = frame [ for name in [ "x1"; "x2"; "x3" ] -> name, Column.Numeric [| nan |] ]
    Assert.Contains("missing", Simulator.push [] broken simulator |> refusal)
