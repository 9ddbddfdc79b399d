namespace BgmFunctional.Charts

/// What the colours mean.
module internal Legend =
    let private size = 12.0
    let private lineHeight = 20.0

    let labels (plot: Plot) =
        plot.Series
        |> List.map _.Label
        |> List.filter (fun label -> label <> "")
        |> List.distinct

    /// What stands for a series: a little of what it is drawn with.
    let private swatch colour (x, y) mark =
        let fill opacity = [ "fill", colour; "fill-opacity", opacity ]

        match mark with
        | Mark.Line _ -> Draw.line colour 2.0 (x, y) (x + 16.0, y)
        | Mark.Band _ -> Draw.rectangle (fill "0.18") (x, y - 5.0) 16.0 10.0 []
        | Mark.Points _
        | Mark.Forest _ -> Draw.circle (fill "1") (x + 8.0, y) 4.0 []
        | Mark.Histogram _ -> Draw.rectangle (fill "0.6") (x + 2.0, y - 5.0) 12.0 10.0 []
        | Mark.Bars _
        | Mark.HeatMap _ -> Draw.rectangle (fill "1") (x + 2.0, y - 5.0) 12.0 10.0 []

    /// Each label once with all that its series are drawn with, side by side as far as they fit; and the height.
    let draw colour top width (series: Series list) =
        let entries = series |> List.filter (fun one -> one.Label <> "") |> List.groupBy _.Label

        let place (x, y) (label, _) =
            let entryWidth = 22.0 + Typography.width size label
            let x, y = if x > 0.0 && x + entryWidth > width then 0.0, y + lineHeight else x, y
            (x, y), (x + entryWidth + 16.0, y)

        let places, (_, last) = entries |> List.mapFold place (0.0, top + 10.0)

        let shapes = [
            for (label, series), (x, y) in List.zip entries places do
                yield!
                    series
                    |> List.map (fun one -> swatch (colour label) (x, y) one.Mark)
                    |> List.distinct

                Draw.text size Palette.ink Anchor.Start [] (x + 22.0, y + 4.0) label
        ]

        shapes, (if List.isEmpty entries then 0.0 else last - top + 16.0)
