namespace BgmFunctional.Charts

/// Figures as SVG: text that every browser and every paper can show, the same for the same figure.
[<RequireQualifiedAccess>]
module Svg =
    let private gap = 32.0
    let private headingSize = 16.0
    let private subtitleSize = 13.0
    let private captionSize = 11.0

    /// A line of text below the other; the height that they take.
    let private paragraph size fill attributes top width text =
        let lines = Typography.wrap size width text
        let leading = 1.35 * size

        [
            for i, line in List.indexed lines do
                Draw.text size fill Anchor.Start attributes (0.0, top + size + float i * leading) line
        ],
        float lines.Length * leading

    let private moved (x, y) shapes = Draw.group [ "transform", $"translate({Draw.point (x, y)})" ] shapes

    let private plots figure =
        figure.Panels
        |> List.choose (fun panel ->
            match panel with
            | Panel.Plot plot -> Some plot
            | Panel.Graph _ -> None)

    /// Panels that show the same things share one legend; otherwise each has its own.
    let private isShared figure =
        let labels = plots figure |> List.map (Legend.labels >> List.sort)

        labels.Length > 1
        && labels.Length = figure.Panels.Length
        && (List.distinct labels).Length = 1

    let private coloursOf (series: Series list) = series |> List.map _.Label |> Palette.ofLabels

    let private drawPanel isShared width panel =
        match panel with
        | Panel.Graph(title, graph) -> DrawGraph.draw width title graph
        | Panel.Plot plot -> DrawPlot.draw (coloursOf plot.Series) (not isShared) width plot

    /// The panels in rows of so many columns, each row as high as its highest panel.
    let private panels columns top width figure =
        let panelWidth = (width - gap * float (columns - 1)) / float columns

        let placeRow top row =
            let drawn = row |> List.map (drawPanel (isShared figure) panelWidth)
            let place j (_, shapes) = moved (float j * (panelWidth + gap), top) shapes
            let height = drawn |> List.map fst |> List.max
            List.mapi place drawn, top + height + 20.0

        let rows, bottom = figure.Panels |> List.chunkBySize columns |> List.mapFold placeRow top
        List.concat rows, bottom - top

    let private sharedLegend top width figure =
        match plots figure with
        | plot :: _ when isShared figure -> Legend.draw (coloursOf plot.Series) top width plot.Series
        | _ -> [], 0.0

    /// The figure as an SVG element of a width in pixels with a margin around it; panels stand beside each other only if
    /// each gets 280 pixels.
    let internal element margin width figure =
        let inner = width - 2.0 * margin
        let fitting = int ((inner + gap) / (280.0 + gap))
        let columns = figure.Columns |> min fitting |> min figure.Panels.Length |> max 1
        let title, titleHeight = paragraph headingSize Palette.ink Draw.bold 0.0 inner figure.Title

        let subtitle, subtitleHeight =
            paragraph subtitleSize Palette.soft [] (titleHeight + 2.0) inner figure.Subtitle

        let legendTop = titleHeight + subtitleHeight + 10.0
        let legend, legendHeight = sharedLegend legendTop inner figure
        let panelsTop = legendTop + legendHeight + 4.0
        let panels, panelsHeight = panels columns panelsTop inner figure
        let captionTop = panelsTop + panelsHeight - 6.0
        let caption, captionHeight = paragraph captionSize Palette.soft [] captionTop inner figure.Caption
        let height = captionTop + captionHeight + 2.0 * margin + 4.0
        let size = Markup.number

        Markup.element "svg" [
            "xmlns", "http://www.w3.org/2000/svg"
            "viewBox", $"0 0 {size width} {size height}"
            "width", size width
            "height", size height
            "role", "img"
            "aria-label", (if figure.Title = "" then figure.Subtitle else figure.Title)
            "font-family", Typography.family
        ] [
            Markup.text "title" [] figure.Title
            Markup.text "desc" [] $"{figure.Subtitle} {figure.Caption}"
            Draw.rectangle [ "fill", Palette.paper ] (0.0, 0.0) width height []
            moved (margin, margin) (title @ subtitle @ legend @ panels @ caption)
        ]

    /// The figure as the text of an SVG file, 720 pixels wide. It scales; nothing in it is loaded from elsewhere.
    let render figure = figure |> element 16.0 720.0 |> Markup.render
