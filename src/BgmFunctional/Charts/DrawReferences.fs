namespace BgmFunctional.Charts

/// Lines to compare with: the lines behind the marks, their names in front.
module internal DrawReferences =
    let private isDrawable reference =
        match reference with
        | Reference.Vertical(at, _)
        | Reference.Horizontal(at, _) -> Scale.isDrawable at
        | Reference.Diagonal -> true

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

    let private write anchor at text =
        if text = "" then
            []
        else
            [ Draw.text PlotLayout.noteSize Palette.soft anchor Draw.halo at text ]

    /// The name of a vertical line stands on the side of it where there is more room.
    let private drawName layout reference =
        let { Area = area; X = x; Y = y } = layout

        match reference with
        | Reference.Vertical(at, text) ->
            let px = Scale.position x at

            if px > (area.Left + area.Right) / 2.0 then
                write Anchor.End (px - 5.0, area.Top + 10.0) text
            else
                write Anchor.Start (px + 5.0, area.Top + 10.0) text
        | Reference.Horizontal(at, text) -> write Anchor.End (area.Right - 2.0, Scale.position y at - 5.0) text
        | Reference.Diagonal -> []

    /// The lines.
    let lines layout references = references |> List.filter isDrawable |> List.collect (drawLine layout)

    /// What they are called.
    let names layout references = references |> List.filter isDrawable |> List.collect (drawName layout)
