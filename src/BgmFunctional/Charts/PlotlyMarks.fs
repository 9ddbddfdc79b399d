namespace BgmFunctional.Charts

/// Marks as traces of plotly. Values stand in them as they are; those that cannot be drawn are null.
module internal PlotlyMarks =
    /// What every trace needs to know beside its mark.
    type Setting = {
        /// The number of the pair of axes, from 1.
        Axes: int
        Label: string
        Colour: string
        /// Whether the legend names it: the first trace of each label.
        IsNamed: bool
        /// Its place among series of its kind, and how many there are.
        Place: int
        Peers: int
        /// The names along the vertical axis.
        Rows: string list
    }

    /// The name of an axis: x, x2, x3, …
    let axis letter number = if number = 1 then letter else $"{letter}{number}"

    /// Characters that plotly would take for markup.
    let escape (text: string) = text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;")

    let text content = Json.Text(escape content)

    let private trace kind setting members =
        Json.Object(
            [
                "type", Json.Text kind
                "name", text setting.Label
                "legendgroup", text setting.Label
                "showlegend", Json.Truth setting.IsNamed
                "xaxis", Json.Text(axis "x" setting.Axes)
                "yaxis", Json.Text(axis "y" setting.Axes)
            ]
            @ members
        )

    let private xy points = [ "x", Json.numbers (Seq.map fst points); "y", Json.numbers (Seq.map snd points) ]

    let private line setting points =
        trace
            "scatter"
            setting
            (xy points
             @ [
                 "mode", Json.Text "lines"
                 "line", Json.Object [ "color", Json.Text setting.Colour; "width", Json.Number 2.0 ]
             ])

    /// A band's outline, there along the upper edge and back along the lower one; where it is broken, another begins.
    let private band setting edges =
        let isDrawable (x, lower, upper) = List.forall Scale.isDrawable [ x; lower; upper ]

        let outline part =
            List.map (fun (x, _, upper) -> x, upper) part
            @ List.rev (List.map (fun (x, lower, _) -> x, lower) part)

        let outlines = DrawMarks.segments isDrawable edges |> List.map outline

        let points =
            if outlines.IsEmpty then
                []
            else
                outlines |> List.reduce (fun before next -> before @ [ nan, nan ] @ next)

        trace
            "scatter"
            setting
            (xy points
             @ [
                 "mode", Json.Text "lines"
                 "line", Json.Object [ "width", Json.Number 0.0 ]
                 "fill", Json.Text "toself"
                 "fillcolor", Json.Text setting.Colour
                 "opacity", Json.Number 0.18
                 "hoverinfo", Json.Text "skip"
             ])

    let private points setting points =
        let radius, opacity = DrawMarks.dotOf (List.length points)

        trace
            "scatter"
            setting
            (xy points
             @ [
                 "mode", Json.Text "markers"
                 "marker",
                 Json.Object [
                     "color", Json.Text setting.Colour
                     "size", Json.Number(2.0 * radius)
                     "opacity", Json.Number opacity
                 ]
             ])

    let private marker setting opacity =
        "marker", Json.Object [ "color", Json.Text setting.Colour; "opacity", Json.Number opacity ]

    let private bars setting heights =
        trace
            "bar"
            setting
            (xy (List.indexed heights |> List.map (fun (i, height) -> float i, height))
             @ [ marker setting 1.0 ])

    let private histogram setting (bins: Bin list) =
        let middles = bins |> List.map (fun bin -> (bin.From + bin.To) / 2.0, bin.Density)

        trace
            "bar"
            setting
            (xy middles
             @ [
                 "width", Json.numbers (bins |> List.map (fun bin -> bin.To - bin.From))
                 marker setting (if setting.Peers > 1 then 0.45 else 0.8)
             ])

    let private forest setting intervals =
        let rows = DrawMarks.rows setting.Rows intervals
        let offset = 0.2 * (float setting.Place - float (setting.Peers - 1) / 2.0)
        let lengths f = rows |> List.map (fun (_, interval: Interval) -> f interval) |> Json.numbers
        let describe (interval: Interval) = text $"{interval.Label}: {DrawMarks.intervalText interval}"

        trace
            "scatter"
            setting
            (xy (rows |> List.map (fun (row, interval) -> interval.Estimate, float row + offset))
             @ [
                 "mode", Json.Text "markers"
                 "marker", Json.Object [ "color", Json.Text setting.Colour; "size", Json.Number 10.0 ]
                 "error_x",
                 Json.Object [
                     "type", Json.Text "data"
                     "symmetric", Json.Truth false
                     "array", lengths (fun one -> one.Upper - one.Estimate)
                     "arrayminus", lengths (fun one -> one.Estimate - one.Lower)
                     "color", Json.Text setting.Colour
                     "thickness", Json.Number 2.0
                     "width", Json.Number 0.0
                 ]
                 "text", Json.List(rows |> List.map (snd >> describe))
                 "hovertemplate", Json.Text "%{text}<extra></extra>"
             ])

    let private heatMap setting (cells: float list list) =
        let low, high = cells |> List.concat |> List.filter Scale.isDrawable |> Palette.heatDomain

        let stop share =
            let colour, _ = Palette.heat (low, high) (low + share * (high - low))
            Json.List [ Json.Number share; Json.Text colour ]

        trace "heatmap" setting [
            "z", Json.List(cells |> List.map Json.numbers)
            "zmin", Json.Number low
            "zmax", Json.Number high
            "colorscale", Json.List [ for i in 0..12 -> stop (float i / 12.0) ]
            "xgap", Json.Number 1.5
            "ygap", Json.Number 1.5
        ]

    /// The trace of a mark.
    let draw setting mark : Json =
        match mark with
        | Mark.Line dots -> line setting dots
        | Mark.Band edges -> band setting edges
        | Mark.Points dots -> points setting dots
        | Mark.Bars heights -> bars setting heights
        | Mark.Histogram bins -> histogram setting bins
        | Mark.Forest intervals -> forest setting intervals
        | Mark.HeatMap cells -> heatMap setting cells
