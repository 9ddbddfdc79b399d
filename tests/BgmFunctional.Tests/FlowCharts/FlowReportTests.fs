module BgmFunctional.Tests.FlowCharts.FlowReportTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Tests
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 1
let private options = { FlowReportOptions.defaults with Draws = 20 }

[<Fact>]
let ``a report shows all that can be drawn, and asked for by name it shows the same`` () =
    Prop.forAll cases (fun case ->
        let options = { options with Data = Some case.Rows }
        let exhibits = FlowReport.exhibits team options case.Flow |> ok
        let charts = exhibits |> List.map _.Chart
        let again = FlowReport.exhibits team { options with Charts = Some charts } case.Flow |> ok

        let render exhibits = FlowReport.ofExhibits "Title" exhibits case.Flow |> Report.render
        let page = render exhibits

        List.contains FlowChart.Graph charts
        && List.contains FlowChart.Fit charts
        && render again = page
        && exhibits |> List.forall (fun exhibit -> page.Contains exhibit.Figure.Title))
    |> fun law -> Check.One(Law.config 20, law)

let private housing =
    let data =
        Csv.read (Repository.data [ "housing"; "housing.csv" ])
        |> Result.mapError FlowError.Data
        |> ok

    let graph = GraphFile.read (Repository.data [ "housing"; "graph.json" ]) |> okAll
    data, (Classical.fit 1 graph data |> ok).Flow

[<Fact>]
let ``a classical fit shows its intervals, in the forest and in the table`` () =
    let _, flow = housing
    let exhibit = FlowReport.exhibitOf team options flow FlowChart.Coefficients |> ok
    let page = FlowReport.ofExhibits "Housing" [ exhibit ] flow |> Report.render
    Assert.Contains("with 95 % intervals", exhibit.Figure.Subtitle)
    Assert.Contains("odds ratio, 95 % interval", page)
    // MASS::polr on the same table: Infl High 1.289 (data/housing/polr.json).
    Assert.Contains("1.289", page)

[<Fact>]
let ``a chart that cannot be drawn is refused with what it lacks`` () =
    let data, flow = housing

    let refusal options chart =
        match FlowReport.exhibits team { options with Charts = Some [ chart ] } flow with
        | Ok _ -> failwith "It was drawn."
        | Error error -> FlowError.message error

    Assert.Contains("chart 'curves': the model has no complex shifts", refusal options FlowChart.Curves)
    Assert.Contains("chart 'history'", refusal options FlowChart.History)
    Assert.Contains("there are no data", refusal options FlowChart.Fit)
    Assert.Contains("no node is set", refusal options FlowChart.Interventions)
    Assert.Contains("there are no data", refusal options FlowChart.Counterfactuals)
    let withData = { options with Data = Some data }
    Assert.Contains("no node is set", refusal withData FlowChart.Counterfactuals)
    let onLeaf = { withData with Interventions = [ [ "Sat", To 0.0 ] ] }
    Assert.Contains("no node hears Sat", refusal onLeaf FlowChart.Interventions)

[<Fact>]
let ``data and interventions that cannot be are refused, even if nothing is asked for by name`` () =
    let data, flow = housing

    let refusal options =
        match FlowReport.exhibits team options flow with
        | Ok _ -> failwith "It was drawn."
        | Error error -> FlowError.message error

    Assert.Contains("no node hears Sat", refusal { options with Interventions = [ [ "Sat", To 0.0 ] ] })
    Assert.Contains("'Infl'", refusal { options with Interventions = [ [ "Infl", ToLevel "Huge" ] ] })
    let narrow = Frame.select [ "Sat" ] data |> Result.mapError FlowError.Data |> ok
    Assert.Contains("lack", refusal { options with Data = Some narrow })
    Assert.Contains("at least 1", refusal { options with Data = Some data; Draws = 0 })
