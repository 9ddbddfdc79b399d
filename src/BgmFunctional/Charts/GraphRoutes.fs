namespace BgmFunctional.Charts

/// The way a graph's layers go.
[<RequireQualifiedAccess>]
type internal Direction =
    | Right
    | Down

/// A graph with places in pixels: `Centre` gives (along, across) the arrows, `Length` and `Extent` how far it reaches.
type internal PlacedGraph = {
    Graph: Graph
    Direction: Direction
    Size: GraphItem -> float * float
    Centre: GraphItem -> float * float
    Length: float
    Extent: float
}

/// Sizes, places in pixels, and the lines that arrows follow.
module internal GraphRoutes =
    let nameSize = 13.0
    let detailSize = 11.0

    /// Room for an arrow and its label between two layers, at least and at most.
    let private gaps direction =
        match direction with
        | Direction.Right -> 52.0, 96.0
        | Direction.Down -> 52.0, 52.0

    let private along direction (width, height) =
        match direction with
        | Direction.Right -> width
        | Direction.Down -> height

    let private across direction size =
        match direction with
        | Direction.Right -> snd size
        | Direction.Down -> fst size

    let nodeSize (node: GraphNode) =
        let width = max (Typography.width nameSize node.Name) (Typography.width detailSize node.Detail)
        max 56.0 (width + 24.0), (if node.Detail = "" then 34.0 else 48.0)

    let private thickness direction graph =
        Graph.nodes graph
        |> List.groupBy (fun node -> Graph.layer node.Name graph)
        |> List.sortBy fst
        |> List.map (fun (_, nodes) -> nodes |> List.map (nodeSize >> along direction) |> List.max)

    /// The graph from left to right if that fits the width, else from top to bottom.
    let place width graph =
        let needed = List.sum (thickness Direction.Right graph)
        let between = float (max 1 ((thickness Direction.Right graph).Length - 1))
        let room = (width - needed) / between
        let direction = if room >= fst (gaps Direction.Right) then Direction.Right else Direction.Down
        let gap = room |> max (fst (gaps direction)) |> min (snd (gaps direction))
        let thickness = thickness direction graph
        let starts = thickness |> List.scan (fun start size -> start + size + gap) 0.0

        let sizes =
            Graph.nodes graph
            |> List.map (fun node -> node.Name, nodeSize node)
            |> Map.ofList

        let size item =
            match item with
            | GraphItem.Node name -> sizes[name]
            | GraphItem.Bend _ -> 0.0, 0.0

        let places, extent = GraphLayout.across 20.0 (size >> across direction) graph

        let centre item =
            let layer = GraphLayout.layerOf graph item
            starts[layer] + thickness[layer] / 2.0, Map.find item places

        {
            Graph = graph
            Direction = direction
            Size = size
            Centre = centre
            Length = List.last starts - gap
            Extent = extent
        }

    /// A point in pixels from places along and across the arrows.
    let toPixels placed (along, across) =
        match placed.Direction with
        | Direction.Right -> along, across
        | Direction.Down -> across, along

    /// How wide the graph is where there is so much room.
    let width room graph =
        let placed = place room graph
        fst (toPixels placed (placed.Length, placed.Extent))

    /// How far from a node's middle an edge begins or ends: edges at one side of a node are spread over it in the order of
    /// what they are linked to. `edges` are (edge, item at the other end).
    let private port placed item edge edges =
        let sorted =
            edges
            |> List.sortBy (fun (i, other) -> snd (placed.Centre other), i)
            |> List.map fst

        let count = float sorted.Length
        let spread = min 10.0 ((across placed.Direction (placed.Size item) - 14.0) / count)

        spread
        * (float (List.findIndex (fun i -> i = edge) sorted) - (count - 1.0) / 2.0)

    /// For each edge the points (along, across) that its line passes, from border to border.
    let routes placed =
        let chains = GraphLayout.chains placed.Graph |> List.indexed
        let half item = along placed.Direction (placed.Size item) / 2.0
        let penultimate chain = chain |> List.item (List.length chain - 2)

        let route (edge, chain) =
            let first, last = List.head chain, List.last chain

            let leaving =
                chains
                |> List.filter (fun (_, other) -> other.Head = first)
                |> List.map (fun (i, other) -> i, other[1])

            let arriving =
                chains
                |> List.filter (fun (_, other) -> List.last other = last)
                |> List.map (fun (i, other) -> i, penultimate other)

            let startAlong, startAcross = placed.Centre first
            let endAlong, endAcross = placed.Centre last
            let bends = chain[1 .. chain.Length - 2] |> List.map placed.Centre

            [
                startAlong + half first, startAcross + port placed first edge leaving
                yield! bends
                endAlong - half last, endAcross + port placed last edge arriving
            ]

        List.map route chains
