module BgmFunctional.Tests.FlowCharts.FlowChartTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 1
let private forAll (law: Case -> bool) = Prop.forAll cases law |> Law.check

let private plots (figure: Figure) =
    figure.Panels
    |> List.choose (fun panel ->
        match panel with
        | Panel.Plot plot -> Some plot
        | Panel.Graph _ -> None)

let private optional figure = figure |> Option.map plots |> Option.defaultValue []

/// A node with another after it, if there is one.
let private parent case =
    Dag.nodes case.Flow.Dag
    |> List.tryFind (fun node -> not (Dag.descendants node.Name case.Flow.Dag).IsEmpty)

let private graphOf (figure: Figure) =
    figure.Panels
    |> List.pick (fun panel ->
        match panel with
        | Panel.Graph(_, graph) -> Some graph
        | Panel.Plot _ -> None)

[<Fact>]
let ``the graph has every edge with its term`` () =
    forAll (fun case ->
        let dag = case.Flow.Dag
        let graph = graphOf (GraphChart.figure dag)

        let edges = [
            for node in Dag.nodes dag do
                for term in node.Terms do
                    for parent in Term.parents term -> parent, node.Name, Term.label term
        ]

        (Graph.nodes graph |> List.map _.Name) = Dag.names dag
        && (Graph.edges graph |> List.map (fun edge -> edge.From, edge.To, edge.Label)) = edges)

[<Fact>]
let ``the forest has every coefficient, continuous parents' per standard deviation`` () =
    forAll (fun case ->
        let drawn =
            optional (CoefficientChart.figure case.Flow)
            |> List.collect _.Series
            |> List.collect (fun series ->
                match series.Mark with
                | Mark.Forest intervals -> intervals |> List.map _.Estimate
                | _ -> [])

        let expected =
            Flow.coefficients case.Flow
            |> List.map (fun effect ->
                match effect.Level with
                | Some _ -> effect.Estimate
                | None -> effect.Estimate * case.Flow.Scales[effect.Parent].StandardDeviation)

        drawn = expected)

[<Fact>]
let ``there is a curve for each edge of a complex shift, 0 on average`` () =
    forAll (fun case ->
        let curves = CurveChart.read (Some case.Rows) case.Flow |> ok

        let edges = [
            for node in Dag.nodes case.Flow.Dag do
                for term in node.Terms do
                    if term.IsComplexShift then
                        for parent in Term.parents term -> node.Name, parent
        ]

        let mean (curve: ShiftCurve) = curve.Points |> List.averageBy snd
        let size (curve: ShiftCurve) = curve.Points |> List.map (snd >> abs) |> List.max

        (curves |> List.map (fun curve -> curve.Node.Name, curve.Parent.Name)) = edges
        && curves
           |> List.forall (fun curve -> abs (mean curve) <= 1e-9 * (1.0 + size curve))
        && (optional (CurveChart.figure curves)).Length = edges.Length)

[<Fact>]
let ``a true curve is drawn beside the fitted one, up to a constant`` () =
    forAll (fun case ->
        let curves = CurveChart.read None case.Flow |> ok
        let truth = CurveChart.withTruth (fun _ _ -> Some(fun x -> 2.0 * x + 100.0)) curves

        optional (CurveChart.figure truth)
        |> List.forall (fun plot ->
            match plot.Series |> List.map _.Mark with
            | [ Mark.Line fitted; Mark.Line drawn ] ->
                let (x0, y0), (x1, y1) = drawn.Head, List.last drawn

                List.map fst fitted = List.map fst drawn
                && abs (y1 - y0 - 2.0 * (x1 - x0)) <= 1e-9 * (1.0 + abs y0 + abs y1)
            | [ Mark.Bars fitted; Mark.Bars drawn ] -> fitted.Length = drawn.Length && abs (List.sum drawn) < 1e-9
            | _ -> false))

[<Fact>]
let ``the fit has a panel for each node with what is seen and what is drawn`` () =
    forAll (fun case ->
        let figure = DistributionChart.fit team (Key.OfSeed 1L) 20 case.Rows case.Flow |> ok

        plots figure |> List.map _.Title = Dag.names case.Flow.Dag
        && plots figure |> List.forall (fun plot -> plot.Series.Length = 2))

[<Fact>]
let ``interventions are drawn for the nodes that hear them, under each or beside none`` () =
    forAll (fun case ->
        let draw settings = DistributionChart.interventions team (Key.OfSeed 1L) 20 settings case.Flow

        match parent case with
        | None ->
            let name = (Dag.names case.Flow.Dag).Head

            match draw [ [ name, To 0.0 ] ] with
            | Error(FlowError.NothingToDraw("do", _)) -> true
            | _ -> false
        | Some node ->
            let heard = Dag.descendants node.Name case.Flow.Dag
            let labels plot = plot.Series |> List.map _.Label |> List.distinct
            let at value = [ node.Name, To value ]
            let one, two = draw [ at 1.0 ] |> ok |> plots, draw [ at 0.0; at 1.0 ] |> ok |> plots

            set (one |> List.map _.Title) = set heard
            && one
               |> List.forall (fun plot -> labels plot = [ "as it is"; $"do({node.Name} = 1)" ])
            && two
               |> List.forall (fun plot -> labels plot = [ $"do({node.Name} = 0)"; $"do({node.Name} = 1)" ]))

/// Latents of rows in the far tails come back to 1e-5 of themselves, as everywhere in the laws of flows.
[<Fact>]
let ``a row set to what it was is what it was`` () =
    forAll (fun case ->
        match parent case with
        | Some({ Kind = Ordinal _ } as node) ->
            let factual = codes node case.Rows |> Array.head |> int

            CounterfactualChart.figure team (Key.OfSeed case.Seed) node.Name 1 case.Rows case.Flow
            |> ok
            |> plots
            |> List.forall (fun plot ->
                match plot.Series |> List.map _.Mark with
                | [ Mark.Points imagined; Mark.Points [ x, y ] ] ->
                    x = float factual && abs (snd imagined[factual] - y) <= 1e-5 * max 1.0 (abs y)
                | _ -> false)
        | _ -> true)

[<Fact>]
let ``a row or a node that is not there cannot be imagined otherwise`` () =
    forAll (fun case ->
        let refusal name row =
            match CounterfactualChart.figure team (Key.OfSeed 1L) name row case.Rows case.Flow with
            | Error error -> FlowError.message error
            | Ok _ -> ""

        let leaf =
            Dag.names case.Flow.Dag
            |> List.find (fun name -> (Dag.descendants name case.Flow.Dag).IsEmpty)

        (refusal "nobody" 1).Contains "'nobody'"
        && (refusal leaf 0).Contains "one of 1 to"
        && (refusal leaf (Frame.rowCount case.Rows + 1)).Contains "one of 1 to"
        && (refusal leaf 1).Contains $"no node hears {leaf}")

let private withEpochs count (flow: Flow) = {
    flow with
        History = [
            for i in 1..count ->
                {
                    Training = Dag.names flow.Dag |> List.map (fun name -> name, 1.0 / float i) |> Map.ofList
                    Validation = Map.empty
                }
        ]
}

[<Fact>]
let ``a history begins at the first epoch, ends at the last, and is short`` () =
    forAll (fun case ->
        let lines axis count =
            optional (HistoryChart.figure axis (withEpochs count case.Flow))
            |> List.collect _.Series
            |> List.map (fun series ->
                match series.Mark with
                | Mark.Line points -> points
                | _ -> [])

        List.allPairs [ EpochAxis.Linear; EpochAxis.Logarithmic ] [ 1; 10; 1000 ]
        |> List.forall (fun (axis, count) ->
            lines axis count
            |> List.forall (fun points ->
                points.Length <= 300
                && points.Head = (1.0, 1.0)
                && List.last points = (float count, 1.0 / float count))))

[<Fact>]
let ``what a flow does not have is not drawn`` () =
    let flow = {
        Dag = Dag.create [ Node.ordinal "x" 2 ] |> okAll
        Units = NetworkUnits.defaults
        Weights = Map.empty
        Scales = Map.empty
        History = []
        Provenance = { Seed = 0L; Rows = 1; Epochs = 0; Library = "0" }
        Inference = Map.empty
        Recipe = Map.empty
    }

    Assert.Equal(None, HistoryChart.figure EpochAxis.Linear flow)
    Assert.Equal(None, CurveChart.figure [])
