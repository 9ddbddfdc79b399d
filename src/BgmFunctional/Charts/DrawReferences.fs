namespace BgmFunctional.Charts

/// Lines to compare with: the lines behind the marks, their names in front.
module internal DrawReferences =
    /// The line y = x is one on like scales only.
    let private isShown layout reference =
        match reference with
        | Reference.Vertical(at, _) -> Scale.shows layout.X at
        | Reference.Horizontal(at, _) -> Scale.shows layout.Y at
        | Reference.Diagonal -> not (layout.X.IsLogarithmic || layout.Y.IsLogarithmic)

    let private drawLine layout reference =
        let { Area = area; X = x; Y = y } = layout
        let dashed = Draw.dashed Palette.soft 1.25

        match reference with
        | Reference.Vertical(at, _) ->
            let px = Scale.position x at
            [ dashed (px, area.Top) (px, area.Bottom) ]
        | Reference.Horizontal(at, _) ->
            let py = Scale.position y at
            [ dashed (area.Left, py) (area.Right, py) ]
        | Reference.Diagonal ->
            let low = max (fst x.Domain) (fst y.Domain)
            let high = min (snd x.Domain) (snd y.Domain)
            let at value = Scale.position x value, Scale.position y value
            if low < high then [ dashed (at low) (at high) ] else []

    let private lineHeight = 13.0

    /// A name as (anchor, x, y, text): that of a vertical line on the side of it where there is more room.
    let private name layout reference =
        let { Area = area; X = x; Y = y } = layout

        match reference with
        | Reference.Vertical(at, text) when Scale.position x at > (area.Left + area.Right) / 2.0 ->
            Some(Anchor.End, Scale.position x at - 5.0, area.Top + 10.0, text)
        | Reference.Vertical(at, text) -> Some(Anchor.Start, Scale.position x at + 5.0, area.Top + 10.0, text)
        | Reference.Horizontal(at, text) -> Some(Anchor.End, area.Right - 2.0, Scale.position y at - 5.0, text)
        | Reference.Diagonal -> None

    let private extent (anchor, x: float, _, text) =
        let width = Typography.width PlotLayout.noteSize text
        if anchor = Anchor.End then x - width, x else x, x + width

    /// Whether two names run into each other.
    let private collide (_, _, y0: float, _ as one) (_, _, y1, _ as other) =
        let left0, right0 = extent one
        let left1, right1 = extent other
        left0 < right1 && left1 < right0 && abs (y0 - y1) < lineHeight

    /// The name a line or more below where it would run into one before it.
    let rec private lowered placed (anchor, x, y, text as name) =
        if List.exists (collide name) placed then
            lowered placed (anchor, x, y + lineHeight, text)
        else
            name

    /// The lines.
    let lines layout references = references |> List.filter (isShown layout) |> List.collect (drawLine layout)

    /// What they are called.
    let names layout references =
        references
        |> List.filter (isShown layout)
        |> List.choose (name layout)
        |> List.filter (fun (_, _, _, text) -> text <> "")
        |> List.fold (fun placed name -> lowered placed name :: placed) []
        |> List.map (fun (anchor, x, y, text) ->
            Draw.text PlotLayout.noteSize Palette.soft anchor Draw.halo (x, y) text)
