module BgmFunctional.Tests.Checks.ModelCheckTests

open System
open System.IO
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Numerics
open BgmFunctional.Simulators
open BgmFunctional.Tests.Checks.Cohorts
open BgmFunctional.Tests.Flows.FlowGenerators

let private refused (texts: string list) result =
    match result with
    | Ok _ -> failwith "It was accepted."
    | Error error ->
        let message = FlowError.message error

        for text in texts do
            Assert.Contains(text, message)

        Assert.DoesNotContain("\n", message)

let private world = lazy (simulator 0.5 0.0)
let private fitted = lazy (fit world.Value.Dag (rows 1L 2000 world.Value))

/// A flow's own rows, for which it is right to the bit, with no number estimated from them.
let private own seed n =
    use team = new Team(2)
    Flow.sample team (Key.OfSeed seed) [] n fitted.Value |> ok

[<Fact>]
let ``on a flow's own rows every p-value is uniform`` () =
    let found = [
        for seed in 1L .. 100L do
            check { CheckOptions.defaults with Seed = seed } (own seed 200) fitted.Value
            |> ok
    ]

    let uniform ps =
        let ps = Seq.toArray ps
        // Of right p-values one seed in ten thousand would fall below it.
        Assert.True(Kolmogorov.pValue ps.Length (Kolmogorov.distance ps) > 1e-4)

    for i in 0..3 do
        uniform (found |> Seq.map (fun check -> check.Nodes[i].P))

        for parent in 0 .. found.Head.Nodes[i].Parents.Length - 1 do
            uniform (found |> Seq.map (fun check -> check.Nodes[i].Parents[parent].Dependence.P))

    for i in 0 .. found.Head.Independences.Length - 1 do
        uniform (found |> Seq.map (fun check -> check.Independences[i].Dependence.P))

    // Both families at level 0.05: at most 10 % of checks warn; five standard errors of a share of 100.
    let warned = found |> List.filter (fun check -> not check.Warnings.IsEmpty) |> List.length
    Assert.InRange(float warned / 100.0, 0.0, 0.1 + 5.0 * sqrt (0.1 * 0.9 / 100.0))

[<Fact>]
let ``residuals are the latents' shares, ordinal ones within their level's interval`` () =
    let frame = own 5L 300
    use team = new Team(1)
    let found = check { CheckOptions.defaults with Seed = 7L } frame fitted.Value |> ok
    let latents = Flow.abduct team (Key.OfSeed 7L) frame fitted.Value |> ok
    let pmf = Flow.pmf team "y" [] frame fitted.Value |> ok
    let y = codes (Dag.tryNode "y" fitted.Value.Dag).Value frame |> Array.map int

    for node in found.Nodes do
        let u = Frame.column node.Node latents |> Result.bind (Column.finite node.Node)
        Assert.Equal<float[]>(u |> Result.map (Array.map Logistic.cdf) |> Result.toArray |> Array.head, node.Residuals)

    let residuals = (List.last found.Nodes).Residuals

    for row in 0..299 do
        let low = pmf[row] |> Array.take y[row] |> Array.sum
        Assert.InRange(residuals[row], low - 1e-12, low + pmf[row][y[row]] + 1e-12)

[<Fact>]
let ``an effect that bends is seen in the residuals, with the term that would take it`` () =
    let bent = simulator 0.5 0.5
    let frame = rows 2L 1000 bent
    let found = check treated frame (fit bent.Dag frame) |> ok

    Assert.Contains(
        found.Warnings,
        fun warning ->
            warning.StartsWith "fit of 'y'"
            && warning.Contains "parent 'x'"
            && warning.Contains "through ls; a complex shift (cs)"
    )

    Assert.DoesNotContain(
        found.Warnings,
        fun warning -> warning.StartsWith "fit of 'x'" || warning.StartsWith "fit of 't'"
    )

[<Fact>]
let ``a transformation that is too stiff is seen in the residuals`` () =
    let skewed =
        Simulator.create "skewed" "" (fun () -> Truth.nothing) [
            Variable.root { Node.continuous "a" with Kind = Continuous Affine } Noise.Logistic (fun u ->
                log (1.0 + exp u))
        ]

    let frame = rows 1L 1000 skewed
    let warning = Assert.Single (check CheckOptions.defaults frame (fit skewed.Dag frame) |> ok).Warnings
    Assert.Contains("fit of 'a': its residuals are not uniform", warning)
    let flexible = Dag.create [ Node.continuous "a" ] |> okAll
    Assert.Empty (check CheckOptions.defaults frame (fit flexible frame) |> ok).Warnings

[<Fact>]
let ``a missing arrow is seen in the data, and the right graph is not blamed`` () =
    let frame = rows 4L 1000 world.Value
    let warnings dag = (check CheckOptions.defaults frame (fit dag frame) |> ok).Warnings
    Assert.Empty(warnings world.Value.Dag)

    Assert.Contains(
        warnings (rewired "y" [ "x" ] world.Value.Dag),
        fun warning ->
            warning.StartsWith "independence of 't' and 'y' given 'x': the graph implies it, the data speak against it"
    )

    Assert.Contains(
        warnings (rewired "w" [] world.Value.Dag),
        fun warning -> warning.StartsWith "independence of 'x' and 'w':"
    )

[<Fact>]
let ``answers do not depend on the number of threads`` () =
    let frame = own 5L 300

    let answer threads =
        use team = new Team(threads)

        ModelCheck.run team { treated with Treatments = [ "t"; "w" ] } frame fitted.Value
        |> ok

    Assert.Equal(answer 1, answer 3)

[<Fact>]
let ``a report shows every section, and loads nothing`` () =
    let found = check { treated with Treatments = [ "t"; "w" ] } (own 5L 300) fitted.Value |> ok
    let page = CheckReport.create "Checked" found |> Report.render

    for text in
        [
            "Overlap"
            "Fit of the nodes"
            "Independences of the graph"
            "other rows"
            "F(x | parents)"
            "Holm"
        ] do
        Assert.Contains(text, page)

    Assert.DoesNotContain("<script", page)
    Assert.DoesNotContain("href=", page)

[<Fact>]
let ``a treatment that is no node is refused`` () =
    refused
        [ "node 'z' is not in the model"; "x, w, t, y" ]
        (check { treated with Treatments = [ "t"; "z" ] } (own 1L 200) fitted.Value)

[<Fact>]
let ``a level or a bound that is none is refused`` () =
    let frame = own 1L 200

    for alpha in [ 0.0; 1.0; -0.1; nan ] do
        refused [ "alpha"; "above 0 and below 1" ] (check { treated with Alpha = alpha } frame fitted.Value)

    for bound in [ 0.0; 0.5; nan ] do
        refused [ "bound"; "above 0 and below 0.5" ] (check { treated with Bound = bound } frame fitted.Value)

[<Fact>]
let ``data that lack a column are refused`` () =
    let frame =
        own 1L 200
        |> Frame.select [ "x"; "w"; "t" ]
        |> Result.mapError FlowError.Data
        |> ok

    refused [ "'y'" ] (check treated frame fitted.Value)

[<Fact>]
let ``too few rows are refused`` () =
    refused [ "99 rows"; "at least 100" ] (check treated (own 1L 99) fitted.Value)
    check treated (own 1L 100) fitted.Value |> ok |> ignore
