namespace BgmFunctional.Charts

open System

/// A node of a graph.
type GraphNode = {
    /// The name, which edges refer to.
    Name: string
    /// A second line in the node, such as its kind; may be empty.
    Detail: string
}

/// An arrow from one node to another.
type GraphEdge = {
    /// The parent's name.
    From: string
    /// The child's name.
    To: string
    /// What stands beside the arrow, such as the term `ls`, `cs` or `ci`; may be empty.
    Label: string
}

/// A directed acyclic graph.
type Graph = private {
    NodeList: GraphNode list
    EdgeList: GraphEdge list
    LayerOf: Map<string, int>
}

/// Graphs to be drawn.
[<RequireQualifiedAccess>]
module Graph =
    /// Takes the nodes all of whose parents are placed, layer by layer, and so a node's layer is the length of the longest
    /// path to it.
    let rec private place layer placed (edges: GraphEdge list) (nodes: GraphNode list) =
        let isReady node =
            edges
            |> List.forall (fun edge -> edge.To <> node.Name || Map.containsKey edge.From placed)

        match List.partition isReady nodes with
        | [], [] -> placed
        | [], stuck ->
            let names = stuck |> List.map _.Name |> String.concat ", "
            invalidArg (nameof edges) $"The edges form a cycle through or before {names}; a causal graph has none."
        | ready, rest ->
            let placed' = ready |> List.fold (fun places node -> Map.add node.Name layer places) placed
            place (layer + 1) placed' edges rest

    /// A graph. An ArgumentException names a node that comes twice, an edge to a node that is not there, or a cycle.
    let create (nodes: GraphNode list) (edges: GraphEdge list) =
        let names = nodes |> List.map _.Name

        match names |> List.countBy id |> List.tryFind (fun (_, count) -> count > 1) with
        | Some(name, _) -> invalidArg (nameof nodes) $"Two nodes are called '{name}'."
        | None -> ()

        for edge in edges do
            for name in [ edge.From; edge.To ] do
                if not (List.contains name names) then
                    invalidArg
                        (nameof edges)
                        $"The edge {edge.From} → {edge.To} needs a node '{name}', which is not there."

        { NodeList = nodes; EdgeList = edges; LayerOf = place 0 Map.empty edges nodes }

    /// The nodes, in the order given.
    let nodes graph = graph.NodeList

    /// The edges, in the order given.
    let edges graph = graph.EdgeList

    /// A node's layer: the length of the longest path to it.
    let layer name graph = graph.LayerOf[name]
