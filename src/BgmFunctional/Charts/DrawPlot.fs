namespace BgmFunctional.Charts

/// A plot: title, legend, axes, lines to compare with, marks, notes beside them.
module internal DrawPlot =
    let titleSize = 14.0

    /// Beside a heat map: which colour is which number.
    let private drawColourBar area (cells: float list list) =
        let low, high = cells |> List.concat |> List.filter Scale.isDrawable |> Palette.heatDomain
        let left, width, steps = area.Right + 14.0, 10.0, 48
        let tall = min 180.0 (area.Bottom - area.Top)

        let scale = {
            Domain = (low, high)
            Range = (area.Top + tall, area.Top)
            IsLogarithmic = false
        }

        let ticks = Ticks.within (max 1 (int (tall / 36.0))) (low, high)

        [
            for i in 0 .. steps - 1 do
                let value = low + (float i + 0.5) / float steps * (high - low)
                let y = area.Top + tall * (1.0 - float (i + 1) / float steps)
                let colour, _ = Palette.heat (low, high) value
                Draw.rectangle [ "fill", colour ] (left, y) width (tall / float steps + 0.5) []

            for value, text in List.zip ticks.Values (Ticks.labels ticks) do
                let at = left + width + 5.0, Scale.position scale value + 4.0
                Draw.text PlotLayout.noteSize Palette.soft Anchor.Start [] at text
        ]

    /// Beside a forest: its numbers.
    let private drawIntervals layout names intervals = [
        for row, interval in DrawMarks.rows names intervals do
            let at = layout.Area.Right + 12.0, Scale.position layout.Y (float row) + 4.0
            Draw.text PlotLayout.noteSize Palette.soft Anchor.Start [] at (DrawMarks.intervalText interval)
    ]

    /// The marks that make room for each other are of one kind.
    let kind mark =
        match mark with
        | Mark.Bars _ -> 1
        | Mark.Histogram _ -> 2
        | Mark.Forest _ -> 3
        | Mark.Line _
        | Mark.Band _
        | Mark.Points _
        | Mark.HeatMap _ -> 0

    let private drawSeries colour layout (plot: Plot) = [
        for i, series in List.indexed plot.Series do
            let isPeer (other: Series) = kind other.Mark = kind series.Mark

            let setting: DrawMarks.Setting = {
                X = layout.X
                Y = layout.Y
                Colour = colour series.Label
                Place = plot.Series |> List.take i |> List.filter isPeer |> List.length
                Peers = plot.Series |> List.filter isPeer |> List.length
                Names = PlotLayout.names plot.X.Kind @ PlotLayout.names plot.Y.Kind
            }

            yield! DrawMarks.draw setting series.Mark
    ]

    /// The line that the marks stand on: bars on their zero, everything else on the lower edge; a heat map on none.
    let private drawFloor layout plot =
        let area = layout.Area
        let y = if PlotLayout.hasBase plot then Scale.position layout.Y 0.0 else area.Bottom

        match PlotLayout.heatMapOf plot with
        | Some _ -> []
        | None -> [ Draw.line Palette.axis 1.0 (area.Left, y) (area.Right, y) ]

    /// A plot of a width, with or without a legend: its height and its shapes, from (0, 0) on.
    let draw colour hasLegend width (plot: Plot) =
        let room size text = if text = "" then 0.0 else size + 10.0
        let titleRoom = room titleSize plot.Title

        let layoutBelow legendRoom endRoom =
            let top = titleRoom + legendRoom + room DrawAxes.titleSize plot.Y.Title
            PlotLayout.create endRoom (top + 6.0) width plot

        let withEnds = layoutBelow 0.0 (EndLabels.room width plot)

        let ends =
            if hasLegend && EndLabels.room width plot > 0.0 then
                EndLabels.place withEnds.Area withEnds.X withEnds.Y plot
            else
                []

        let legend, legendRoom =
            Legend.draw colour titleRoom width (if hasLegend && ends.IsEmpty then plot.Series else [])

        let layout = if ends.IsEmpty then layoutBelow legendRoom 0.0 else withEnds
        let top = layout.Area.Top - 6.0
        let heading = Typography.fit DrawAxes.titleSize width plot.Y.Title

        let shapes = [
            if plot.Title <> "" then
                Draw.text titleSize Palette.ink Anchor.Start Draw.bold (0.0, titleSize) plot.Title
            yield! legend
            if heading <> "" then
                Draw.text DrawAxes.titleSize Palette.ink Anchor.Start [] (0.0, top - 8.0) heading
            yield! DrawAxes.drawVertical layout.Area layout.Y layout.YLabels
            yield! DrawAxes.drawHorizontal layout.Area layout.IsAslant layout.X layout.XLabels plot.X.Title
            yield! DrawReferences.lines layout plot.References
            yield! drawSeries colour layout plot
            yield! drawFloor layout plot
            yield! DrawReferences.names layout plot.References
            yield! EndLabels.draw colour ends
            yield! drawIntervals layout (PlotLayout.names plot.Y.Kind) (PlotLayout.writtenIntervals width plot)
            yield!
                PlotLayout.heatMapOf plot
                |> Option.map (drawColourBar layout.Area)
                |> Option.defaultValue []
        ]

        layout.Area.Bottom
        + DrawAxes.horizontalRoom layout.IsAslant layout.XLabels plot.X.Title,
        shapes
