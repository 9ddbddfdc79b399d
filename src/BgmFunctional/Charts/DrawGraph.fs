namespace BgmFunctional.Charts

/// A causal graph: nodes in layers, arrows that bend around what is between, and their labels.
module internal DrawGraph =
    let private labelSize = 12.0
    let private arrow = 8.0

    /// A point on the curve between two points that leaves and arrives in the arrows' direction, t from 0 to 1.
    let private curve (a0, c0) (a1, c1) t =
        let middle = (a0 + a1) / 2.0
        let s = 1.0 - t
        let cubic p0 p1 p2 p3 = s * s * s * p0 + 3.0 * s * s * t * p1 + 3.0 * s * t * t * p2 + t * t * t * p3
        cubic a0 middle middle a1, cubic c0 c0 c1 c1

    let private linePath toPixels points =
        let pixel = toPixels >> Draw.point

        let bend ((a0, c0), (a1, c1)) =
            let middle = (a0 + a1) / 2.0
            $"C{pixel (middle, c0)} {pixel (middle, c1)} {pixel (a1, c1)}"

        $"M{pixel (List.head points)}" :: (points |> List.pairwise |> List.map bend)
        |> String.concat " "

    let private headPath toPixels (along, across) =
        let corners = [ along, across; along - arrow, across - 4.0; along - arrow, across + 4.0 ]
        let data = corners |> List.map (toPixels >> Draw.point) |> String.concat " L"
        $"M{data} Z"

    /// The path of a line and that of the arrowhead in which it ends.
    let arrowPaths toPixels points =
        let body, (along, across) = List.take (List.length points - 1) points, List.last points
        linePath toPixels (body @ [ along - arrow + 1.0, across ]), headPath toPixels (along - 1.0, across)

    let private drawArrow toPixels colour points =
        let line, head = arrowPaths toPixels points

        [
            Draw.path [ "fill", "none"; "stroke", colour; "stroke-width", "1.75" ] line
            Draw.path [ "fill", colour ] head
        ]

    /// Whether two boxes, given by centre and size, overlap.
    let private overlap ((x0, y0), (w0, h0)) ((x1, y1), (w1, h1)) =
        abs (x0 - x1: float) * 2.0 < w0 + w1 && abs (y0 - y1: float) * 2.0 < h0 + h1

    /// Places for labels, each on its own line and, where there is such a place, free of nodes and of labels before it.
    let placeLabels toPixels nodeBoxes labels =
        let place boxes (label, points) =
            let segments = List.pairwise points
            let from, upTo = segments[segments.Length / 2]
            let size = Typography.width labelSize label + 8.0, labelSize + 4.0
            let places = [ 0.5; 0.4; 0.6; 0.3; 0.7; 0.2; 0.8 ] |> List.map (curve from upTo >> toPixels)
            let isFree at = boxes |> List.forall (overlap (at, size) >> not)
            let at = places |> List.tryFind isFree |> Option.defaultValue places.Head
            at, (at, size) :: boxes

        labels |> List.mapFold place nodeBoxes |> fst

    let private drawNode ((x, y), (width, height)) (node: GraphNode) =
        let frame = [ "rx", "9"; "fill", "#f6f8fa"; "stroke", Palette.axis ]
        let nameAt = if node.Detail = "" then y + 4.5 else y - 2.5

        [
            Draw.rectangle frame (x - width / 2.0, y - height / 2.0) width height []
            Draw.text GraphRoutes.nameSize Palette.ink Anchor.Middle Draw.bold (x, nameAt) node.Name
            if node.Detail <> "" then
                Draw.text GraphRoutes.detailSize Palette.soft Anchor.Middle [] (x, y + 13.5) node.Detail
        ]

    /// A graph within a width, smaller where it would be wider: its height and its shapes, from (0, 0) on.
    let draw width title graph =
        let placed = GraphRoutes.place width graph
        let wide, high = GraphRoutes.toPixels placed (placed.Length, placed.Extent)
        let scale = floor (100.0 * min 1.0 (width / wide)) / 100.0
        let left = (width - scale * wide) / 2.0
        let top = if title = "" then 2.0 else DrawPlot.titleSize + 14.0

        let toPixels = GraphRoutes.toPixels placed
        let nodes, edges = Graph.nodes graph, Graph.edges graph
        let routes = GraphRoutes.routes placed

        let boxes =
            nodes
            |> List.map (fun node -> toPixels (placed.Centre(GraphItem.Node node.Name)), GraphRoutes.nodeSize node)

        let labels = edges |> List.map _.Label
        let colour = Palette.ofLabels labels
        let places = placeLabels toPixels boxes (List.zip labels routes)

        let shapes = [
            for label, points in List.zip labels routes do
                yield! drawArrow toPixels (colour label) points
            for label, (x, y) in List.zip labels places do
                if label <> "" then
                    Draw.text labelSize (colour label) Anchor.Middle (Draw.bold @ Draw.halo) (x, y + 4.0) label
            for box, node in List.zip boxes nodes do
                yield! drawNode box node
        ]

        let place = $"translate({Draw.point (left, top)}) scale({Markup.number scale})"

        top + scale * high + 2.0,
        [
            if title <> "" then
                Draw.text DrawPlot.titleSize Palette.ink Anchor.Start Draw.bold (0.0, DrawPlot.titleSize) title
            Draw.group [ "transform", place ] shapes
        ]
