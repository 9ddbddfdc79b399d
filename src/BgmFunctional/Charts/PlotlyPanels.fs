namespace BgmFunctional.Charts

/// A panel on its pair of axes.
type internal PlotlyPanel = {
    Traces: Json list
    Shapes: Json list
    XAxis: (string * Json) list
    YAxis: (string * Json) list
    Title: string
    Height: float
}

/// Panels for plotly.js.
[<RequireQualifiedAccess>]
module internal PlotlyPanels =

    // ---- axes ------------------------------------------------------------------------------------------------------------

    let private title text = "title", Json.Object [ "text", PlotlyMarks.text text; "standoff", Json.Number 10.0 ]

    let private common = [
        "gridcolor", Json.Text Palette.grid
        "linecolor", Json.Text Palette.axis
        "zeroline", Json.Truth false
        "automargin", Json.Truth true
    ]

    let private axis (axis: Axis) isVertical : (string * Json) list =
        match axis.Kind with
        | AxisKind.Linear -> [ title axis.Title; "type", Json.Text "linear" ]
        | AxisKind.Logarithmic -> [ title axis.Title; "type", Json.Text "log" ]
        | AxisKind.Categories names ->
            let first, last = -0.5, float (max 1 names.Length) - 0.5

            [
                title axis.Title
                "type", Json.Text "linear"
                "tickmode", Json.Text "array"
                "tickvals", Json.numbers (names |> List.mapi (fun i _ -> float i))
                "ticktext", Json.List(names |> List.map PlotlyMarks.text)
                "range", Json.numbers (if isVertical then [ last; first ] else [ first; last ])
                "showgrid", Json.Truth false
            ]

    // ---- panels ----------------------------------------------------------------------------------------------------------

    let private reference axes (plot: Plot) reference =
        let x, y = PlotlyMarks.axis "x" axes, PlotlyMarks.axis "y" axes
        let layout = PlotLayout.create 0.0 0.0 400.0 plot

        /// A name stands on the side of a vertical line where there is more room, and above a horizontal one.
        let anchors at =
            let isRight = Scale.position layout.X at > (layout.Area.Left + layout.Area.Right) / 2.0
            (if isRight then "right" else "left"), "top"

        let line (xref: string, yref: string) (x0, y0) (x1, y1) label (xanchor: string, yanchor: string) =
            Json.Object [
                "type", Json.Text "line"
                "xref", Json.Text xref
                "yref", Json.Text yref
                "x0", Json.Number x0
                "y0", Json.Number y0
                "x1", Json.Number x1
                "y1", Json.Number y1
                "line",
                Json.Object [ "color", Json.Text Palette.soft; "width", Json.Number 1.25; "dash", Json.Text "dash" ]
                "label",
                Json.Object [
                    "text", PlotlyMarks.text label
                    "textposition", Json.Text "end"
                    "textangle", Json.Number 0.0
                    "xanchor", Json.Text xanchor
                    "yanchor", Json.Text yanchor
                ]
            ]

        match reference with
        | Reference.Vertical(at, label) when Scale.isDrawable at ->
            Some(line (x, $"{y} domain") (at, 0.0) (at, 1.0) label (anchors at))
        | Reference.Horizontal(at, label) when Scale.isDrawable at ->
            Some(line ($"{x} domain", y) (0.0, at) (1.0, at) label ("right", "bottom"))
        | Reference.Diagonal ->
            let low = max (fst layout.X.Domain) (fst layout.Y.Domain)
            let high = min (snd layout.X.Domain) (snd layout.Y.Domain)

            if low < high then
                Some(line (x, y) (low, low) (high, high) "" ("right", "top"))
            else
                None
        | Reference.Vertical _
        | Reference.Horizontal _ -> None

    let private ofPlot axes (named: Set<string>) (plot: Plot) =
        let colour = plot.Series |> List.map _.Label |> Palette.ofLabels

        let trace i (series: Series) =
            let before = List.take i plot.Series
            let isPeer (other: Series) = DrawPlot.kind other.Mark = DrawPlot.kind series.Mark
            let isFirst = before |> List.forall (fun other -> other.Label <> series.Label)

            PlotlyMarks.draw
                {
                    Axes = axes
                    Label = series.Label
                    Colour = colour series.Label
                    IsNamed = isFirst && series.Label <> "" && not (named.Contains series.Label)
                    Place = before |> List.filter isPeer |> List.length
                    Peers = plot.Series |> List.filter isPeer |> List.length
                    Rows = PlotLayout.names plot.Y.Kind
                }
                series.Mark

        let rows = PlotLayout.names plot.Y.Kind

        {
            Traces = List.mapi trace plot.Series
            Shapes = plot.References |> List.choose (reference axes plot)
            XAxis = axis plot.X false @ common
            YAxis =
                axis plot.Y true
                @ common
                @ (if PlotLayout.hasBase plot then [ "rangemode", Json.Text "tozero" ] else [])
            Title = plot.Title
            Height = if rows.IsEmpty then 300.0 else 60.0 + 32.0 * float rows.Length
        }

    let private ofGraph axes title graph =
        let drawn = PlotlyGraph.draw axes graph
        let wide, high = drawn.Size
        let hidden = [ "visible", Json.Truth false ]

        {
            Traces = drawn.Traces
            Shapes = drawn.Shapes
            XAxis = hidden @ [ "range", Json.numbers [ -10.0; wide + 10.0 ] ]
            YAxis =
                hidden
                @ [
                    "range", Json.numbers [ high + 10.0; -10.0 ]
                    "scaleanchor", Json.Text(PlotlyMarks.axis "x" axes)
                ]
            Title = title
            Height = high + 40.0
        }

    /// The names in its legend.
    let labels panel =
        match panel with
        | Panel.Plot plot -> plot.Series |> List.map _.Label |> Set.ofList
        | Panel.Graph _ -> Set.empty

    /// On pair of axes i, counted from 1; names that another panel has told already stay out of the legend.
    let draw i (named: Set<string>) panel : PlotlyPanel =
        match panel with
        | Panel.Plot plot -> ofPlot i named plot
        | Panel.Graph(title, graph) -> ofGraph i title graph
