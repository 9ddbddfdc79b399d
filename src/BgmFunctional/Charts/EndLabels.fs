namespace BgmFunctional.Charts

/// Names of lines at their right ends: read without looking elsewhere, where a legend would be far away.
module internal EndLabels =
    let size = 12.0
    let private gap = 6.0

    /// Ends that are nearer to each other, in pixels, need a legend.
    let private nearest = 14.0

    let private isLine (series: Series) =
        match series.Mark with
        | Mark.Line _
        | Mark.Band _ -> true
        | _ -> false

    let private lastPoint (series: Series) =
        match series.Mark with
        | Mark.Line points ->
            points
            |> List.filter (fun (x, y) -> Scale.isDrawable x && Scale.isDrawable y)
            |> List.tryLast
        | _ -> None

    /// The names with the points at which their lines end; none unless every labelled series belongs to one line.
    let private ends (plot: Plot) =
        let groups =
            plot.Series
            |> List.filter (fun series -> series.Label <> "")
            |> List.groupBy _.Label

        let endOf (label, series) =
            match List.choose lastPoint series with
            | [ point ] when List.forall isLine series -> Some(label, point)
            | _ -> None

        let found = List.choose endOf groups
        if found.Length = groups.Length then found else []

    /// The room that the names need to the right of the area, if they could stand there: 0 or more pixels.
    let room width plot =
        match ends plot with
        | [] -> 0.0
        | ends ->
            let widest = ends |> List.map fst |> Typography.widest size
            if widest > 0.25 * width then 0.0 else widest + gap + 2.0

    /// The names with their places; none if the lines do not all end at the right, or so near to each other that names would run
    /// into each other.
    let place area (x: Scale) (y: Scale) plot =
        let places = [
            for label, (atX, atY) in ends plot do
                if Scale.shows x atX && Scale.shows y atY then
                    label, (Scale.position x atX, Scale.position y atY)
        ]

        let areApart =
            places
            |> List.map (snd >> snd)
            |> List.sort
            |> List.pairwise
            |> List.forall (fun (upper, lower) -> lower - upper >= nearest)

        let reach = area.Left + 0.9 * (area.Right - area.Left)

        if areApart && places |> List.forall (fun (_, (atX, _)) -> atX >= reach) then
            places
        else
            []

    let draw colour places = [
        for label, (x, y) in places do
            Draw.text size (colour label) Anchor.Start (Draw.bold @ Draw.halo) (x + gap, y + 4.0) label
    ]
