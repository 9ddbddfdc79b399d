namespace BgmFunctional.Flows

open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels

/// What a report can show of a flow.
[<RequireQualifiedAccess>]
type FlowChart =
    /// The graph with its terms.
    | Graph
    /// The coefficients of linear shifts.
    | Coefficients
    /// Complex shifts as curves.
    | Curves
    /// The data beside rows drawn from the flow.
    | Fit
    /// What nodes would be under interventions.
    | Interventions
    /// What a row would have been under others.
    | Counterfactuals
    /// The losses of the training.
    | History

/// What a report is made of beside the flow.
type FlowReportOptions = {
    /// The charts, in their order; none asks for all that can be drawn.
    Charts: FlowChart list option
    /// Data to set the flow beside.
    Data: Frame option
    /// Interventions to compare; each sets one node or several.
    Interventions: (string * Setting) list list
    /// The row of the data whose counterfactuals are drawn, from 1.
    Row: int
    /// Rows to draw from the flow.
    Draws: int
    /// Names the draws.
    Seed: int64
}

/// Options of reports.
[<RequireQualifiedAccess>]
module FlowReportOptions =
    /// Everything that a flow can show without data and interventions.
    let defaults = {
        Charts = None
        Data = None
        Interventions = []
        Row = 1
        Draws = 10_000
        Seed = 0L
    }

/// A chart of a report with the tables that belong to it.
type FlowExhibit = {
    /// Which one it is.
    Chart: FlowChart
    /// The picture.
    Figure: Figure
    /// Its numbers; may be empty.
    Tables: Table list
}

/// Reports on flows.
[<RequireQualifiedAccess>]
module FlowReport =
    /// All charts with their short names, in the order of a report.
    let charts = [
        "graph", FlowChart.Graph
        "coefficients", FlowChart.Coefficients
        "curves", FlowChart.Curves
        "fit", FlowChart.Fit
        "do", FlowChart.Interventions
        "counterfactual", FlowChart.Counterfactuals
        "history", FlowChart.History
    ]

    /// A chart's short name.
    let name chart = charts |> List.find (fun (_, other) -> other = chart) |> fst

    let private exhibit chart tables figure = { Chart = chart; Figure = figure; Tables = tables }

    let private orNothing chart lacks figure =
        match figure with
        | Some figure -> Ok figure
        | None -> Error(FlowError.NothingToDraw(name chart, lacks))

    // ---- tables ----------------------------------------------------------------------------------------------------------

    let private coefficientTable (flow: Flow) =
        let name parent (level: string option) =
            level
            |> Option.map (fun level -> $"{parent}: {level}")
            |> Option.defaultValue parent
            |> Cell.Text

        let number value = Cell.Number(value, 3)

        match Inference.summaries [] flow with
        | Ok nodes -> {
            Caption = "Coefficients, per unit of the column"
            Header = [ "node"; "parent"; "estimate"; "SE"; "p"; "odds ratio, 95 % interval" ]
            Rows = [
                for node in nodes do
                    for effect in node.Effects ->
                        [
                            Cell.Text effect.Node
                            name effect.Term effect.Level
                            number effect.Estimate
                            number effect.StandardError
                            number effect.P
                            Cell.Interval(effect.OddsRatio, effect.OddsRatioLow, effect.OddsRatioHigh)
                        ]
            ]
          }
        | Error _ -> {
            Caption = "Coefficients, per unit of the column"
            Header = [ "node"; "parent"; "estimate"; "odds ratio" ]
            Rows = [
                for effect in Coefficient.all flow ->
                    [
                        Cell.Text effect.Node
                        name effect.Parent effect.Level
                        number effect.Estimate
                        number effect.OddsRatio
                    ]
            ]
          }

    let private lossTable (flow: Flow) (losses: Map<string, float>) = {
        Caption = "Mean negative log-likelihood of the data, nats"
        Header = [ "node"; "nats" ]
        Rows = [ for node in Dag.names flow.Dag -> [ Cell.Text node; Cell.Number(losses[node], 4) ] ]
    }

    // ---- exhibits --------------------------------------------------------------------------------------------------------

    let private key options = Key.OfSeed options.Seed

    let private counterfactual team options flow data =
        match List.concat options.Interventions with
        | (node, _) :: _ ->
            CounterfactualChart.figure team (key options) node options.Row data flow
            |> Result.map (exhibit FlowChart.Counterfactuals [])
        | [] ->
            Error(
                FlowError.NothingToDraw(
                    "counterfactual",
                    "no node is set; set the one that is to be imagined otherwise"
                )
            )

    let private onData chart options draw =
        match options.Data with
        | Some data -> draw data
        | None -> Error(FlowError.NothingToDraw(name chart, "there are no data; it sets the model beside some"))

    /// One chart; one that cannot be drawn is refused with what it lacks.
    let exhibitOf
        (team: Team)
        (options: FlowReportOptions)
        (flow: Flow)
        (chart: FlowChart)
        : Result<FlowExhibit, FlowError> =
        match chart with
        | FlowChart.Graph -> Ok(exhibit chart [] (GraphChart.figure flow.Dag))
        | FlowChart.Coefficients ->
            CoefficientChart.figure flow
            |> orNothing chart "the model has no linear shifts"
            |> Result.map (exhibit chart [ coefficientTable flow ])
        | FlowChart.Curves ->
            CurveChart.read options.Data flow
            |> Result.bind (CurveChart.figure >> orNothing chart "the model has no complex shifts")
            |> Result.map (exhibit chart [])
        | FlowChart.Fit ->
            onData chart options (fun data ->
                DistributionChart.fit team (key options) options.Draws data flow
                |> Result.bind (fun figure ->
                    Flow.nll team data flow
                    |> Result.map (fun losses -> exhibit chart [ lossTable flow losses ] figure)))
        | FlowChart.Interventions when options.Interventions.IsEmpty ->
            Error(FlowError.NothingToDraw(name chart, "no node is set; set one or several"))
        | FlowChart.Interventions ->
            DistributionChart.interventions team (key options) options.Draws options.Interventions flow
            |> Result.map (exhibit chart [])
        | FlowChart.Counterfactuals -> onData chart options (counterfactual team options flow)
        | FlowChart.History ->
            HistoryChart.figure EpochAxis.Logarithmic flow
            |> orNothing chart "the fit has no epochs, as a classical one has none"
            |> Result.map (exhibit chart [])

    /// Whether what a chart needs beside the flow is given.
    let private isGiven options chart =
        match chart with
        | FlowChart.Fit -> options.Data.IsSome
        | FlowChart.Interventions -> not options.Interventions.IsEmpty
        | FlowChart.Counterfactuals -> options.Data.IsSome && not options.Interventions.IsEmpty
        | FlowChart.Graph
        | FlowChart.Coefficients
        | FlowChart.Curves
        | FlowChart.History -> true

    /// What a flow may not have is left out; data and interventions that lead to nothing are a mistake.
    let private unlessAbsent chart result =
        match chart, result with
        | (FlowChart.Coefficients | FlowChart.Curves | FlowChart.History), Error(FlowError.NothingToDraw _) -> Ok None
        | _ -> Result.map Some result

    /// The charts that were asked for, or all that can be drawn. Data or interventions that the flow cannot take are refused.
    let exhibits (team: Team) (options: FlowReportOptions) (flow: Flow) : Result<FlowExhibit list, FlowError> =
        let make = exhibitOf team options flow

        match options.Charts with
        | Some charts -> Result.traverse make charts
        | None ->
            charts
            |> List.map snd
            |> List.filter (isGiven options)
            |> Result.traverse (fun chart -> unlessAbsent chart (make chart))
            |> Result.map (List.choose id)

    /// A report of charts.
    let ofExhibits (title: string) (exhibits: FlowExhibit list) (flow: Flow) : Report =
        let section exhibit = {
            Heading = exhibit.Figure.Title
            Blocks =
                Block.Figure { exhibit.Figure with Title = "" }
                :: List.map Block.Table exhibit.Tables
        }

        let provenance = flow.Provenance

        let epochs =
            if flow.History.IsEmpty then
                "classical"
            else
                $"seed {provenance.Seed}, {provenance.Epochs} epochs"

        let nodes = (Dag.nodes flow.Dag).Length

        {
            Title = title
            Subtitle = $"A causal flow of {nodes} variables, fitted to {provenance.Rows} rows"
            Sections = List.map section exhibits
            Footer = $"BgmFunctional {provenance.Library}, {epochs}"
        }
