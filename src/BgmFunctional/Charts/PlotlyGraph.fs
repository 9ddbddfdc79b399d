namespace BgmFunctional.Charts

/// A graph as shapes and texts of plotly, at the same places as in a picture.
module internal PlotlyGraph =
    let private width = 680.0

    /// What a graph needs: traces, shapes, and how far it reaches to the right and down.
    type Drawn = { Traces: Json list; Shapes: Json list; Size: float * float }

    let private texts axes colour items =
        Json.Object [
            "type", Json.Text "scatter"
            "mode", Json.Text "text"
            "xaxis", Json.Text(PlotlyMarks.axis "x" axes)
            "yaxis", Json.Text(PlotlyMarks.axis "y" axes)
            "x", Json.numbers (items |> List.map (snd >> fst))
            "y", Json.numbers (items |> List.map (snd >> snd))
            "text", Json.List(items |> List.map (fst >> PlotlyMarks.text))
            "textfont", Json.Object [ "color", Json.Text colour; "size", Json.Number 12.0 ]
            "hoverinfo", Json.Text "text"
            "showlegend", Json.Truth false
        ]

    let private path axes stroke fill data =
        Json.Object [
            "type", Json.Text "path"
            "xref", Json.Text(PlotlyMarks.axis "x" axes)
            "yref", Json.Text(PlotlyMarks.axis "y" axes)
            "path", Json.Text data
            "line", Json.Object [ "color", Json.Text stroke; "width", Json.Number 1.75 ]
            "fillcolor", Json.Text fill
            "layer", Json.Text "below"
        ]

    let private box axes ((x, y), (wide, high)) =
        let corner dx dy = Draw.point (x + dx * wide / 2.0, y + dy * high / 2.0)

        path
            axes
            Palette.axis
            "#f6f8fa"
            $"M{corner -1.0 -1.0} L{corner 1.0 -1.0} L{corner 1.0 1.0} L{corner -1.0 1.0} Z"

    /// The graph on a pair of axes, whose vertical one goes down.
    let draw axes graph =
        let placed = GraphRoutes.place width graph
        let toPixels = GraphRoutes.toPixels placed
        let nodes, edges = Graph.nodes graph, Graph.edges graph
        let routes = GraphRoutes.routes placed
        let labels = edges |> List.map _.Label
        let colour = Palette.ofLabels labels
        let centre (node: GraphNode) = toPixels (placed.Centre(GraphItem.Node node.Name))
        let boxes = nodes |> List.map (fun node -> centre node, GraphRoutes.nodeSize node)
        let places = DrawGraph.placeLabels toPixels boxes (List.zip labels routes)

        {
            Traces = [
                texts axes Palette.ink (nodes |> List.map (fun node -> node.Name, centre node))

                for label, items in List.zip labels places |> List.groupBy fst do
                    if label <> "" then
                        texts axes (colour label) items
            ]
            Shapes = [
                for label, points in List.zip labels routes do
                    let line, head = DrawGraph.arrowPaths toPixels points
                    path axes (colour label) "rgba(0,0,0,0)" line
                    path axes (colour label) (colour label) head

                yield! boxes |> List.map (box axes)
            ]
            Size = toPixels (placed.Length, placed.Extent)
        }
