namespace BgmFunctional.Charts

/// The rectangle that marks are drawn in.
type internal Area = { Left: float; Top: float; Right: float; Bottom: float }

/// What stands at an axis: names or numbers, and where.
type internal AxisLabels = { Positions: float list; Texts: string list; HasGrid: bool }

/// Axes: grid, labels that do not run into each other, titles.
module internal DrawAxes =
    let fontSize = 12.0
    let titleSize = 12.0
    let private gap = 8.0
    let private longestName = 120.0

    /// Names on an axis; longer ones than there is room for are shortened.
    let private ofNames room names = {
        Positions = names |> List.mapi (fun i _ -> float i)
        Texts = names |> List.map (Typography.fit fontSize room)
        HasGrid = false
    }

    /// Ticks on an axis of numbers, a few more or less than the count.
    let private ofTicks kind count domain =
        match kind with
        | AxisKind.Logarithmic ->
            let ticks = Ticks.logarithmic count domain
            let value (position: float, _) = System.Math.Pow(10.0, position)
            { Positions = List.map value ticks; Texts = List.map snd ticks; HasGrid = true }
        | AxisKind.Linear
        | AxisKind.Categories _ ->
            let ticks = Ticks.within count domain
            { Positions = ticks.Values; Texts = Ticks.labels ticks; HasGrid = true }

    /// The labels of a vertical axis of this height.
    let vertical kind domain width height =
        match kind with
        | AxisKind.Categories names -> ofNames (0.4 * width) names
        | AxisKind.Linear
        | AxisKind.Logarithmic -> ofTicks kind (max 2 (int (height / 38.0))) domain

    /// The labels without those that would run into one before them.
    let private thinned place labels =
        let add kept (position, text) =
            let half = Typography.width fontSize text / 2.0

            match kept with
            | (_, _, taken) :: _ when place position - half < taken + 14.0 -> kept
            | _ -> (position, text, place position + half) :: kept

        let kept = List.zip labels.Positions labels.Texts |> List.fold add [] |> List.rev

        {
            labels with
                Positions = kept |> List.map (fun (position, _, _) -> position)
                Texts = kept |> List.map (fun (_, text, _) -> text)
        }

    /// The labels of a horizontal axis of this width: as many ticks as stand beside each other.
    let horizontal (kind: AxisKind) domain width =
        let scale = { Domain = domain; Range = (0.0, width); IsLogarithmic = kind.IsLogarithmic }

        let rec fitting count =
            let labels = ofTicks kind count domain
            let thinned = thinned (Scale.position scale) labels
            if count <= 1 || thinned = labels then thinned else fitting (count - 1)

        match kind with
        | AxisKind.Categories names -> ofNames longestName names
        | AxisKind.Linear
        | AxisKind.Logarithmic -> fitting (max 2 (int (width / 52.0)))

    /// Names that do not fit side by side are written aslant.
    let isAslant width names = Typography.widest fontSize names + 6.0 > width / float (max 1 (List.length names))

    /// Room to the left of the area for the labels of its vertical axis.
    let verticalRoom labels = Typography.widest fontSize labels.Texts + gap + 4.0

    /// Room to the left of the area for names aslant, which reach beyond their slots.
    let aslantRoom width names =
        let slot = width / float (List.length names)
        let reach i name = 0.82 * min longestName (Typography.width fontSize name) - (float i + 0.5) * slot
        names |> List.mapi reach |> List.fold max 0.0

    /// Room below the area.
    let horizontalRoom isAslant labels title =
        let texts = if isAslant then 0.6 * Typography.widest fontSize labels.Texts + 18.0 else 22.0

        texts + (if title = "" then 0.0 else titleSize + 8.0)

    let drawVertical area scale labels = [
        for value, text in List.zip labels.Positions labels.Texts do
            let y = Scale.position scale value

            if labels.HasGrid then
                Draw.line Palette.grid 1.0 (area.Left, y) (area.Right, y)

            let fill = if labels.HasGrid then Palette.soft else Palette.ink
            Draw.text fontSize fill Anchor.End [] (area.Left - gap, y + 4.0) text
    ]

    let private aslant (x, y) = [ "transform", $"rotate(-35 {Draw.point (x, y)})" ]

    let drawHorizontal area isAslant scale labels title = [
        for value, text in List.zip labels.Positions labels.Texts do
            let x = Scale.position scale value

            if labels.HasGrid then
                Draw.line Palette.grid 1.0 (x, area.Top) (x, area.Bottom)

            if isAslant then
                let at = x + 4.0, area.Bottom + 14.0
                Draw.text fontSize Palette.ink Anchor.End (aslant at) at text
            else
                let fill = if labels.HasGrid then Palette.soft else Palette.ink
                Draw.text fontSize fill Anchor.Middle [] (x, area.Bottom + 17.0) text

        if title <> "" then
            let y = area.Bottom + horizontalRoom isAslant labels title - 4.0
            let room = area.Right
            let middle = (area.Left + area.Right) / 2.0
            Draw.text titleSize Palette.ink Anchor.Middle [] (middle, y) (Typography.fit titleSize room title)
    ]
