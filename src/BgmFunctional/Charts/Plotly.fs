namespace BgmFunctional.Charts

/// Figures for plotly.js: the same values as in a picture, to zoom into and to point at.
[<RequireQualifiedAccess>]
module Plotly =
    /// The version of plotly.js that figures are written for.
    let version = "4.1.1"

    /// Where browsers find it: its bundle of cartesian traces.
    let address = $"https://cdn.plot.ly/plotly-cartesian-{version}.min.js"

    /// Rows of panels from top to bottom: for each panel where it stands, as shares of the width and of the height.
    let private places columns (drawn: PlotlyPanel list) =
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

    let private placeAxes (drawn: PlotlyPanel) ((left, right), (low, high)) i =
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

    let private panelTitle (drawn: PlotlyPanel, ((left, _), (_, high))) =
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
            PlotlyPanels.draw (i + 1) named panel, Set.union named (PlotlyPanels.labels panel)

        let drawn = List.indexed figure.Panels |> List.mapFold draw Set.empty |> fst
        let columns = figure.Columns |> min figure.Panels.Length |> max 1
        let places, height = if drawn.IsEmpty then [], 0.0 else places columns drawn
        let top = if heading figure = "" then 60.0 else 100.0
        let hasLegend = figure.Panels |> List.exists (PlotlyPanels.labels >> Set.exists ((<>) ""))
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
