namespace BgmFunctional.Charts

/// Where the parts of a plot stand.
type internal PlotLayout = {
    Area: Area
    X: Scale
    Y: Scale
    XLabels: AxisLabels
    YLabels: AxisLabels
    IsAslant: bool
}

/// How much room the parts of a plot take.
module internal PlotLayout =
    let noteSize = 11.0

    let private xs mark =
        match mark with
        | Mark.Line points
        | Mark.Points points -> points |> List.map fst
        | Mark.Band edges -> edges |> List.map (fun (x, _, _) -> x)
        | Mark.Histogram bins -> bins |> List.collect (fun bin -> [ bin.From; bin.To ])
        | Mark.Forest intervals -> intervals |> List.collect (fun one -> [ one.Lower; one.Estimate; one.Upper ])
        | Mark.Bars _
        | Mark.HeatMap _ -> []

    let private ys mark =
        match mark with
        | Mark.Line points
        | Mark.Points points -> points |> List.map snd
        | Mark.Band edges -> edges |> List.collect (fun (_, lower, upper) -> [ lower; upper ])
        | Mark.Bars heights -> heights
        | Mark.Histogram bins -> bins |> List.map _.Density
        | Mark.Forest _
        | Mark.HeatMap _ -> []

    let private referenceX reference =
        match reference with
        | Reference.Vertical(x, _) -> Some x
        | _ -> None

    let private referenceY reference =
        match reference with
        | Reference.Horizontal(y, _) -> Some y
        | _ -> None

    let private marks (plot: Plot) = plot.Series |> List.map _.Mark

    let names kind =
        match kind with
        | AxisKind.Categories names -> names
        | AxisKind.Linear
        | AxisKind.Logarithmic -> []

    /// Bars stand on zero, and so does a band that nowhere leaves it below.
    let hasBase plot =
        marks plot
        |> List.exists (fun mark ->
            match mark with
            | Mark.Bars _
            | Mark.Histogram _ -> true
            | Mark.Band edges -> not edges.IsEmpty && edges |> List.forall (fun (_, lower, _) -> lower = 0.0)
            | _ -> false)

    let heatMapOf plot =
        marks plot
        |> List.tryPick (fun mark ->
            match mark with
            | Mark.HeatMap cells -> Some cells
            | _ -> None)

    /// The intervals that are written out beside a forest, where there is room: those of its only series.
    let writtenIntervals width plot =
        match marks plot with
        | [ Mark.Forest intervals ] when width >= 480.0 -> intervals
        | _ -> []

    let private domain kind hasBase values =
        match kind with
        | AxisKind.Categories names -> -0.5, float (max 1 names.Length) - 0.5
        | AxisKind.Linear -> Scale.domain hasBase values
        | AxisKind.Logarithmic -> Scale.logarithmicDomain values

    let private rightRoom endRoom width plot =
        match writtenIntervals width plot, heatMapOf plot with
        | [], None -> max 14.0 endRoom
        | [], Some _ -> 64.0
        | intervals, _ ->
            (intervals |> List.map DrawMarks.intervalText |> Typography.widest noteSize)
            + 14.0

    /// The height of the area of this width: rows of names have a height of their own.
    let private height (plot: Plot) width =
        match plot.Y.Kind, heatMapOf plot with
        | AxisKind.Categories rows, Some cells ->
            let columns = cells |> List.map List.length |> List.fold max 1
            float rows.Length * (width / float columns |> max 20.0 |> min 44.0)
        | AxisKind.Categories rows, None -> float rows.Length * (18.0 + 11.0 * float plot.Series.Length) + 8.0
        | AxisKind.Linear, _
        | AxisKind.Logarithmic, _ -> 0.62 * width |> max 170.0 |> min 380.0

    let private leftRoom (plot: Plot) width yLabels =
        let room = DrawAxes.verticalRoom yLabels
        let names = names plot.X.Kind

        if DrawAxes.isAslant (width - room) names then
            max room (DrawAxes.aslantRoom (width - room) names)
        else
            room

    /// The layout of a plot of a width whose area begins at a height, with room for names at the ends of its lines.
    let create endRoom top width (plot: Plot) =
        let xDomain =
            (marks plot |> List.collect xs) @ (plot.References |> List.choose referenceX)
            |> domain plot.X.Kind false

        let yDomain =
            (marks plot |> List.collect ys) @ (plot.References |> List.choose referenceY)
            |> domain plot.Y.Kind (hasBase plot)

        let right = width - rightRoom endRoom width plot
        let yLabels = DrawAxes.vertical plot.Y.Kind yDomain width (height plot right)
        let left = leftRoom plot right yLabels
        let bottom = top + height plot (right - left)

        {
            Area = { Left = left; Top = top; Right = right; Bottom = bottom }
            X = {
                Domain = xDomain
                Range = (left, right)
                IsLogarithmic = plot.X.Kind.IsLogarithmic
            }
            Y = {
                Domain = yDomain
                Range = (if plot.Y.Kind.IsCategories then (top, bottom) else (bottom, top))
                IsLogarithmic = plot.Y.Kind.IsLogarithmic
            }
            XLabels = DrawAxes.horizontal plot.X.Kind xDomain (right - left)
            YLabels = yLabels
            IsAslant = DrawAxes.isAslant (right - left) (names plot.X.Kind)
        }
