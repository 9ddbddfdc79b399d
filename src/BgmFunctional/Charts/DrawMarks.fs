namespace BgmFunctional.Charts

/// Marks as shapes, on given scales.
module internal DrawMarks =
    /// What every mark needs to know: the scales, the series' colour, and its place among series of its kind.
    type Setting = {
        X: Scale
        Y: Scale
        Colour: string
        Place: int
        Peers: int
        Names: string list
    }

    let private place setting (x, y) = Scale.position setting.X x, Scale.position setting.Y y

    let private shows setting (x, y) = Scale.shows setting.X x && Scale.shows setting.Y y

    /// The parts of a curve between points that cannot be drawn.
    let segments isDrawable points =
        let add point (current, finished) =
            if isDrawable point then point :: current, finished
            elif List.isEmpty current then current, finished
            else [], current :: finished

        let current, finished = List.foldBack add points ([], [])

        if List.isEmpty current then finished else current :: finished

    let private polyline points = points |> List.map Draw.point |> String.concat " L"

    let private line setting points = [
        for segment in segments (shows setting) points do
            Draw.path
                [
                    "fill", "none"
                    "stroke", setting.Colour
                    "stroke-width", "2"
                    "stroke-linejoin", "round"
                    "stroke-linecap", "round"
                ]
                $"M{segment |> List.map (place setting) |> polyline}"
    ]

    let private band setting edges =
        let isShown (x, lower, upper) = shows setting (x, lower) && shows setting (x, upper)

        [
            for segment in segments isShown edges do
                let upper = segment |> List.map (fun (x, _, upper) -> place setting (x, upper))
                let lower = segment |> List.map (fun (x, lower, _) -> place setting (x, lower))

                Draw.path [ "fill", setting.Colour; "fill-opacity", "0.18" ] $"M{polyline (upper @ List.rev lower)} Z"
        ]

    /// Radius and opacity of dots: the more there are, the smaller and the fainter.
    let dotOf count =
        if count <= 10 then 4.5, 1.0
        elif count <= 100 then 3.0, 0.8
        elif count <= 1000 then 2.2, 0.5
        else 1.6, 0.3

    let private points setting points =
        let radius, opacity = dotOf (List.length points)

        [
            Draw.group [ "fill", setting.Colour; "fill-opacity", Markup.number opacity ] [
                for point in List.filter (shows setting) points -> Draw.circle [] (place setting point) radius []
            ]
        ]

    let private nameOf setting i = setting.Names |> List.tryItem i |> Option.defaultValue ""

    let private bars setting heights =
        let slot = Scale.position setting.X 1.0 - Scale.position setting.X 0.0
        let width = 0.7 * slot / float setting.Peers

        [
            for i, height in List.indexed heights do
                if Scale.isDrawable height then
                    let x, top = place setting (float i, height)
                    let _, floor = place setting (float i, 0.0)
                    let left = x - 0.35 * slot + float setting.Place * width

                    Draw.rectangle
                        [ "fill", setting.Colour ]
                        (left, min top floor)
                        (max 1.0 (width - 1.0))
                        (abs (floor - top))
                        [ Draw.tooltip $"{nameOf setting i}: {NumberText.significant 4 height}" ]
        ]

    let private histogram setting (bins: Bin list) =
        let opacity = if setting.Peers > 1 then "0.45" else "0.8"

        [
            Draw.group [
                "fill", setting.Colour
                "fill-opacity", opacity
                "stroke", Palette.paper
                "stroke-width", "0.75"
            ] [
                for bin in bins do
                    if bin.Density <> 0.0 && Scale.shows setting.X bin.From then
                        let left, top = place setting (bin.From, bin.Density)
                        let right, floor = place setting (bin.To, 0.0)
                        Draw.rectangle [] (left, min top floor) (right - left) (abs (floor - top)) []
            ]
        ]

    /// An estimate and its interval in words.
    let intervalText (interval: Interval) = NumberText.interval interval.Estimate interval.Lower interval.Upper

    /// The intervals whose labels are among the names, with the rows of these.
    let rows names (intervals: Interval list) =
        intervals
        |> List.choose (fun interval ->
            names
            |> List.tryFindIndex (fun name -> name = interval.Label)
            |> Option.map (fun row -> row, interval))

    let private forest setting intervals =
        let offset = 11.0 * (float setting.Place - float (setting.Peers - 1) / 2.0)

        [
            for row, interval in rows setting.Names intervals do
                if Scale.shows setting.X interval.Estimate then
                    let at value = Scale.position setting.X value, Scale.position setting.Y (float row) + offset

                    if Scale.shows setting.X interval.Lower && Scale.shows setting.X interval.Upper then
                        Draw.line setting.Colour 2.0 (at interval.Lower) (at interval.Upper)

                    Draw.circle
                        [ "fill", setting.Colour; "stroke", Palette.paper; "stroke-width", "1.5" ]
                        (at interval.Estimate)
                        5.0
                        [ Draw.tooltip $"{interval.Label}: {intervalText interval}" ]
        ]

    let private heatMap setting (cells: float list list) =
        let values = cells |> List.concat |> List.filter Scale.isDrawable
        let domain = Palette.heatDomain values
        let width = Scale.position setting.X 1.0 - Scale.position setting.X 0.0
        let height = Scale.position setting.Y 1.0 - Scale.position setting.Y 0.0
        let gap = 1.5 |> min (0.2 * width) |> min (0.2 * height)
        let largest = values |> List.map abs |> List.fold max 0.0

        let decimals =
            if largest >= 100.0 then 0
            elif largest >= 10.0 then 1
            elif largest > 0.0 then 1 - NumberText.exponent largest |> max 2 |> min 5
            else 0

        let write = NumberText.fixedPoint decimals

        let hasText =
            height >= 18.0
            && values
               |> List.forall (fun value -> Typography.width 11.0 (write value) <= width - 4.0)

        [
            for i, row in List.indexed cells do
                for j, value in List.indexed row do
                    if Scale.isDrawable value then
                        let x, y = place setting (float j, float i)
                        let colour, isDark = Palette.heat domain value

                        Draw.rectangle
                            [ "fill", colour ]
                            (x - width / 2.0 + gap / 2.0, y - height / 2.0 + gap / 2.0)
                            (width - gap)
                            (height - gap)
                            [ Draw.tooltip (NumberText.significant 4 value) ]

                        if hasText then
                            let fill = if isDark then Palette.paper else Palette.ink
                            Draw.text 11.0 fill Anchor.Middle [] (x, y + 4.0) (write value)
        ]

    /// The shapes of a mark.
    let draw setting mark =
        match mark with
        | Mark.Line points -> line setting points
        | Mark.Band edges -> band setting edges
        | Mark.Points dots -> points setting dots
        | Mark.Bars heights -> bars setting heights
        | Mark.Histogram bins -> histogram setting bins
        | Mark.Forest intervals -> forest setting intervals
        | Mark.HeatMap cells -> heatMap setting cells
