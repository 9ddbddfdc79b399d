// Rows of data as a flow's queries see them: columns of numbers in the order of the graph, worked through in pieces.
namespace BgmFunctional.Flows

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// A node made ready for queries: weights in float64, whatever they were trained in, so that what is abducted comes back as it was.
[<NoComparison; NoEquality>]
type internal ReadyNode = { Node: Node; Head: Head; Activation: Activation; Weights: NodeWeights }

[<RequireQualifiedAccess>]
module internal ReadyNode =
    let private ofNode (flow: Flow) (node: Node) = {
        Node = node
        Head = NodeModel.head node (flow.Scales.TryFind node.Name)
        Activation = flow.Units.Activation
        Weights = flow.Weights[node.Name] |> Tree.map (Tensor.cast Float64)
    }

    /// The node of that name, which the graph has.
    let named name (flow: Flow) = ofNode flow (Dag.tryNode name flow.Dag).Value

    /// The nodes of a flow, in the order of the graph.
    let all (flow: Flow) = Dag.nodes flow.Dag |> List.map (ofNode flow) |> List.toArray

[<RequireQualifiedAccess>]
module internal Rows =

    /// The columns of the graph's nodes as numbers; exactly these columns are wanted.
    let encode (dag: Dag) (frame: Frame) : Result<float[][], FlowError> =
        let values (node: Node) = Frame.column node.Name frame |> Result.bind (Encoding.values node)

        Frame.exactly (Dag.names dag) frame
        |> Result.bind (fun _ -> Result.traverse values (Dag.nodes dag))
        |> Result.map List.toArray
        |> Result.mapError FlowError.Data

    /// The columns of latents of the graph's nodes: exactly these, of finite numbers.
    let latents (dag: Dag) (frame: Frame) : Result<float[][], FlowError> =
        let column name = Frame.column name frame |> Result.bind (Column.finite name)

        Frame.exactly (Dag.names dag) frame
        |> Result.bind (fun _ -> Result.traverse column (Dag.names dag))
        |> Result.map List.toArray
        |> Result.mapError FlowError.Data

    /// The columns as they came: levels by name or by code.
    let decode (dag: Dag) (values: float[][]) : Result<Frame, FlowError> =
        Dag.nodes dag
        |> List.mapi (fun i node -> node.Name, Encoding.column node values[i])
        |> Frame.ofColumns
        |> Result.mapError FlowError.Data

    let count (values: float[][]) = values[0].Length

    /// Columns at their positions among so many, null elsewhere; of two at one position the last one holds.
    let scatter count (columns: (int * float[]) list) : float[][] =
        let all = Array.zeroCreate count

        for position, column in columns do
            all[position] <- column

        all

    /// Each term's parents, (n, f), in the order of the node's terms.
    let parents (dag: Dag) (scales: Map<string, Scale>) (values: float[][]) (node: Node) : Tensor list =
        let parent name =
            let position = Dag.position name dag
            (Dag.nodes dag)[position], scales.TryFind name, values[position]

        node.Terms
        |> List.map (fun term -> Term.parents term |> List.map parent |> Encoding.parents)

    /// Rows of a piece: enough to be quick, and few enough that its arrays stay in the cache and off the large-object heap.
    let private pieceRows = 64

    /// Rows start … start + length − 1 of columns, of which some may be null.
    let slice start length (values: float[][]) =
        values
        |> Array.map (fun column -> if isNull column then null else Array.sub column start length)

    /// What make start length says of each piece of some rows, in order.
    let eachPiece (team: Team) rows (make: int -> int -> 'a) : 'a[] =
        let made = Array.zeroCreate ((rows + pieceRows - 1) / pieceRows)

        team.Run(
            made.Length,
            fun piece ->
                let start = piece * pieceRows
                made[piece] <- make start (min pieceRows (rows - start))
        )

        made

    /// Columns of rows from their pieces: make start length gives the same columns for some rows. Each piece writes its own rows only, so the
    /// threads that run them do not matter.
    let inPieces (team: Team) rows columns (make: int -> int -> float[][]) : float[][] =
        let results = Array.init columns (fun _ -> Array.zeroCreate<float> rows)

        eachPiece team rows (fun start length ->
            make start length
            |> Array.iter2 (fun (result: float[]) (part: float[]) -> part.CopyTo(result, start)) results)
        |> ignore

        results
