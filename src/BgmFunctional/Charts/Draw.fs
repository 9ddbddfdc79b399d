namespace BgmFunctional.Charts

/// Where a text is held.
[<RequireQualifiedAccess>]
type internal Anchor =
    | Start
    | Middle
    | End

/// The few shapes that pictures here are made of; coordinates in pixels, y downward.
module internal Draw =
    let private n = Markup.number

    let line stroke (width: float) (x1, y1) (x2, y2) =
        Markup.leaf "line" [ "x1", n x1; "y1", n y1; "x2", n x2; "y2", n y2; "stroke", stroke; "stroke-width", n width ]

    let dashed stroke (width: float) (x1, y1) (x2, y2) =
        Markup.leaf "line" [
            "x1", n x1
            "y1", n y1
            "x2", n x2
            "y2", n y2
            "stroke", stroke
            "stroke-width", n width
            "stroke-dasharray", "4 3"
        ]

    let rectangle attributes (x, y) width height children =
        Markup.element "rect" ([ "x", n x; "y", n y; "width", n width; "height", n height ] @ attributes) children

    let circle attributes (x, y) radius children =
        Markup.element "circle" ([ "cx", n x; "cy", n y; "r", n radius ] @ attributes) children

    let path attributes data = Markup.leaf "path" (("d", data) :: attributes)

    let group attributes children = Markup.element "g" attributes children

    /// What a browser shows when the pointer rests on a shape.
    let tooltip text = Markup.text "title" [] text

    let private anchorName anchor =
        match anchor with
        | Anchor.Start -> "start"
        | Anchor.Middle -> "middle"
        | Anchor.End -> "end"

    let text size fill anchor attributes (x, y) content =
        Markup.text
            "text"
            ([ "x", n x; "y", n y; "font-size", n size; "fill", fill; "text-anchor", anchorName anchor ]
             @ attributes)
            content

    /// A paper-coloured rim, so that text is legible on lines.
    let halo = [
        "stroke", Palette.paper
        "stroke-width", "3"
        "stroke-linejoin", "round"
        "paint-order", "stroke"
    ]

    let bold = [ "font-weight", "600" ]

    let point (x, y) = $"{n x} {n y}"
