namespace BgmFunctional.Charts

/// Figures for plotly.js: the same values as in a picture, to zoom into and to point at.
[<RequireQualifiedAccess>]
module Plotly =
    /// The version of plotly.js that figures are written for.
    let version = "4.1.1"

    /// Where browsers find it: its bundle of cartesian traces.
    let address = $"https://cdn.plot.ly/plotly-cartesian-{version}.min.js"

    /// A panel on its pair of axes.
    type private Drawn = {
        Traces: Json list
        Shapes: Json list
        XAxis: (string * Json) list
        YAxis: (string * Json) list
        Title: string
        Height: float
    }

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

    let private drawPlot axes (named: Set<string>) (plot: Plot) =
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

    let private drawGraph axes title graph =
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

    let private labels panel =
        match panel with
        | Panel.Plot plot -> plot.Series |> List.map _.Label |> Set.ofList
        | Panel.Graph _ -> Set.empty

    // ---- figures ---------------------------------------------------------------------------------------------------------

    /// Rows of panels from top to bottom: for each panel where it stands, as shares of the width and of the height.
    let private places columns (drawn: Drawn list) =
        let gap = 90.0
        let rows = drawn |> List.chunkBySize columns
        let heights = rows |> List.map (List.map _.Height >> List.max)
        let total = List.sum heights + gap * float (rows.Length - 1)
        let tops = heights |> List.scan (fun top height -> top + height + gap) 0.0
        let wide = 1.0 / float columns

        [
            for (row, height), top in List.zip (List.zip rows heights) (List.take rows.Length tops) do
                for j, _ in List.indexed row do
                    let left = float j * wide + (if j = 0 then 0.0 else 0.05)
                    let right = float (j + 1) * wide - (if j = columns - 1 then 0.0 else 0.05)
                    (left, right), (1.0 - (top + height) / total, 1.0 - top / total)
        ],
        total

    let private heading (figure: Figure) =
        let lines = [ figure.Title; figure.Subtitle ] |> List.filter ((<>) "")
        lines |> List.map PlotlyMarks.escape |> String.concat "<br>"

    let private placeAxes drawn ((left, right), (low, high)) i =
        let name letter other = $"{letter}axis{other}"
        let suffix = if i = 0 then "" else string (i + 1)

        [
            name "x" suffix,
            Json.Object(
                drawn.XAxis
                @ [ "domain", Json.numbers [ left; right ]; "anchor", Json.Text $"y{suffix}" ]
            )
            name "y" suffix,
            Json.Object(
                drawn.YAxis
                @ [ "domain", Json.numbers [ low; high ]; "anchor", Json.Text $"x{suffix}" ]
            )
        ]

    let private panelTitle (drawn, ((left, _), (_, high))) =
        Json.Object [
            "text", Json.Text $"<b>{PlotlyMarks.escape drawn.Title}</b>"
            "xref", Json.Text "paper"
            "yref", Json.Text "paper"
            "x", Json.Number left
            "y", Json.Number high
            "xanchor", Json.Text "left"
            "yanchor", Json.Text "bottom"
            "yshift", Json.Number 6.0
            "showarrow", Json.Truth false
            "font", Json.Object [ "size", Json.Number 14.0; "color", Json.Text Palette.ink ]
        ]

    let private hasHistogram (figure: Figure) =
        figure.Panels
        |> List.exists (fun panel ->
            match panel with
            | Panel.Plot plot -> plot.Series |> List.exists _.Mark.IsHistogram
            | Panel.Graph _ -> false)

    let internal ofFigure (figure: Figure) : Json =
        let draw (named: Set<string>) (i, panel) =
            let drawn =
                match panel with
                | Panel.Plot plot -> drawPlot (i + 1) named plot
                | Panel.Graph(title, graph) -> drawGraph (i + 1) title graph

            drawn, Set.union named (labels panel)

        let drawn = List.indexed figure.Panels |> List.mapFold draw Set.empty |> fst
        let columns = figure.Columns |> min figure.Panels.Length |> max 1
        let places, height = if drawn.IsEmpty then [], 0.0 else places columns drawn
        let top = if heading figure = "" then 60.0 else 100.0
        let hasLegend = figure.Panels |> List.exists (labels >> Set.exists ((<>) ""))
        let bottom = if hasLegend then 100.0 else 60.0

        let layout =
            [
                "title",
                Json.Object [ "text", Json.Text(heading figure); "x", Json.Number 0.0; "xref", Json.Text "paper" ]
                "height", Json.Number(height + top + bottom)
                "margin",
                Json.Object [
                    "l", Json.Number 60.0
                    "r", Json.Number 20.0
                    "t", Json.Number top
                    "b", Json.Number bottom
                ]
                "font", Json.Object [ "family", Json.Text Typography.family; "color", Json.Text Palette.ink ]
                "plot_bgcolor", Json.Text Palette.paper
                "paper_bgcolor", Json.Text Palette.paper
                "barmode", Json.Text(if hasHistogram figure then "overlay" else "group")
                "legend",
                Json.Object [
                    "orientation", Json.Text "h"
                    "yref", Json.Text "container"
                    "y", Json.Number 0.0
                    "yanchor", Json.Text "bottom"
                ]
                "shapes", Json.List(drawn |> List.collect _.Shapes)
                "annotations",
                Json.List(
                    List.zip drawn places
                    |> List.filter (fun (one, _) -> one.Title <> "")
                    |> List.map panelTitle
                )
            ]
            @ (List.zip drawn places
               |> List.mapi (fun i (one, place) -> placeAxes one place i)
               |> List.concat)

        Json.Object [ "data", Json.List(drawn |> List.collect _.Traces); "layout", Json.Object layout ]

    /// The figure as plotly's JSON, { data, layout }: what Plotly.newPlot takes, and plotly's libraries of other languages read. Values
    /// that cannot be drawn are null. It holds no character that ends a script element, so that a page may contain it as it is.
    let json figure = Json.render (ofFigure figure)
