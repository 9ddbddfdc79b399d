namespace BgmFunctional.Flows

/// How one node acts on another, or on the diagonal of a matrix of them whether a node has an intercept of its own.
[<RequireQualifiedAccess>]
type MetaEdge =
    /// Not at all; on the diagonal: the node's intercept is a function of parents.
    | None
    /// A simple intercept: the parameters of the node's transformation or its cut points are free numbers.
    | SI
    /// A linear shift.
    | LS
    /// A complex shift.
    | CS
    /// A complex intercept.
    | CI

/// The meta-adjacency matrix of a graph: how each node (row) acts on each (column). Sick and Dürr, arXiv:2503.16206, section 3.
type MetaAdjacency = {
    /// The nodes, in the order of the graph.
    Nodes: string list
    /// (nodes)(nodes), parents first.
    Edges: MetaEdge[][]
}

/// Meta-adjacency matrices.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module MetaAdjacency =

    let private edge (parent: Node) (child: Node) =
        match child.Terms |> List.tryFind (Term.parents >> List.contains parent.Name) with
        | Some(Intercept _) -> MetaEdge.CI
        | Some(LinearShift _) -> MetaEdge.LS
        | Some(ComplexShift _) -> MetaEdge.CS
        | None when
            parent.Name = child.Name
            && child.Terms |> List.forall (fun term -> not term.IsIntercept)
            ->
            MetaEdge.SI
        | None -> MetaEdge.None

    /// The matrix of a graph.
    let ofDag (dag: Dag) : MetaAdjacency =
        let nodes = Dag.nodes dag

        {
            Nodes = Dag.names dag
            Edges = [| for parent in nodes -> [| for child in nodes -> edge parent child |] |]
        }

    /// The label of an entry: "SI", "LS", "CS", "CI", or "0" for none.
    let label edge =
        match edge with
        | MetaEdge.None -> "0"
        | MetaEdge.SI -> "SI"
        | MetaEdge.LS -> "LS"
        | MetaEdge.CS -> "CS"
        | MetaEdge.CI -> "CI"

    /// The matrix as a text: a line of children's names, then a line for each parent.
    let format (matrix: MetaAdjacency) : string =
        let head = "" :: matrix.Nodes

        let rows =
            (matrix.Nodes, List.ofArray matrix.Edges)
            ||> List.map2 (fun name edges -> name :: [ for edge in edges -> label edge ])

        let widths = [ for column in List.transpose (head :: rows) -> column |> List.map String.length |> List.max ]

        let line (cells: string list) =
            (List.map2 (fun (cell: string) width -> cell.PadRight width) cells widths
             |> String.concat "  ")
                .TrimEnd()

        head :: rows |> List.map line |> String.concat "\n"
