namespace BgmFunctional.Flows

open BgmFunctional.Data

/// Whom a question about a node is about, whatever the nodes that an intervention sets are set to.
[<NoComparison; NoEquality>]
type internal Population = {
    /// The node whose distribution is asked for.
    Target: int
    /// Columns of nodes on which no set node acts, observed or drawn; null elsewhere.
    Columns: float[][]
    /// Rows of these columns, which repeat until there are as many as draws.
    Length: int
    /// Nodes that are drawn under each intervention, parents first.
    Drawn: int list
    /// Draw d belongs to row d mod Rows; the model's own draws all belong to one row.
    Rows: int
    /// Draws altogether.
    Draws: int
    /// Whether nothing but the node itself is left to chance, so that each row is there once and means are exact.
    IsExact: bool
}

[<RequireQualifiedAccess>]
module internal Population =

    let private mostDraws = 10_000_000

    /// Refuses a number of draws from which no standard error comes, or that no memory holds.
    let checkDraws draws =
        if draws < 2 || draws > mostDraws then
            Error(FlowError.BadOption("draws", string draws, $"2 to {mostDraws}"))
        else
            Ok()

    /// The nodes that are drawn and those that are observed, parents first. Goes up from the target's parents: those that are set end a path,
    /// and so do those that are observable.
    let private ancestors (dag: Dag) (set: string list) isObservable target =
        let rec visit (drawn, observed) name =
            if List.contains name set || Set.contains name drawn then drawn, observed
            elif isObservable name then drawn, Set.add name observed
            else up (Set.add name drawn, observed) name

        and up found name = (Dag.tryNode name dag).Value |> Node.parents |> List.fold visit found

        let drawn, observed = up (Set.empty, Set.empty) target
        let names = Dag.names dag |> List.toArray

        let inOrder found =
            Dag.order dag
            |> List.filter (fun position -> Set.contains names[position] found)

        inOrder drawn, inOrder observed

    /// A node's distribution given its parents' values.
    let given (flow: Flow) (nodes: ReadyNode[]) values position =
        Rows.parents flow.Dag flow.Scales values nodes[position].Node
        |> Conditional.create nodes[position]

    /// Fills in draws start … start + length − 1 of nodes whose parents are known, or drawn before them.
    let draw key flow nodes positions start length (values: float[][]) =
        for i in positions do
            values[i] <- Conditional.values (given flow nodes values i) (Latents.fresh key i start length)

    /// The columns of these nodes in a table, null elsewhere; other columns are not looked at.
    let private observe (dag: Dag) positions (frame: Frame) : Result<float[][], FlowError> =
        let nodes = Dag.nodes dag |> List.toArray

        let read position =
            Frame.column nodes[position].Name frame
            |> Result.bind (Encoding.values nodes[position])
            |> Result.map (fun values -> position, values)

        if Frame.rowCount frame = 0 then
            Error(FlowError.BadOption("population", "no rows", "a table of at least one row"))
        else
            Frame.select (positions |> List.map (fun position -> nodes[position].Name)) frame
            |> Result.bind (fun _ -> Result.traverse read positions)
            |> Result.map (Rows.scatter nodes.Length)
            |> Result.mapError FlowError.Data

    /// Whom a question about a node is about while these others are set. Of a table each row is drawn equally often: until there are as
    /// many draws as asked for, and twice at least.
    let create
        team
        key
        name
        (set: string list)
        (table: Frame option)
        draws
        (flow: Flow)
        : Result<Population, FlowError> =
        let target = Dag.position name flow.Dag
        let reached = set |> List.collect (fun name -> Dag.descendants name flow.Dag) |> Set.ofList

        match table with
        | Some frame ->
            let drawn, observed = ancestors flow.Dag set (fun name -> not (Set.contains name reached)) name
            let rows = Frame.rowCount frame

            observe flow.Dag observed frame
            |> Result.map (fun columns -> {
                Target = target
                Columns = columns
                Length = rows
                Drawn = drawn
                Rows = rows
                Draws = if drawn.IsEmpty then rows else rows * max 2 ((draws + rows - 1) / rows)
                IsExact = drawn.IsEmpty
            })
        | None ->
            let all, _ = ancestors flow.Dag set (fun _ -> false) name
            let names = Dag.names flow.Dag |> List.toArray
            let late, early = all |> List.partition (fun position -> Set.contains names[position] reached)
            let draws = if all.IsEmpty then 1 else draws
            let nodes = ReadyNode.all flow

            let columns =
                Rows.inPieces team draws early.Length (fun start length ->
                    let values = Array.zeroCreate nodes.Length
                    draw key flow nodes early start length values
                    early |> List.map (fun position -> values[position]) |> List.toArray)

            Ok {
                Target = target
                Columns = List.zip early (List.ofArray columns) |> Rows.scatter nodes.Length
                Length = draws
                Drawn = late
                Rows = 1
                Draws = draws
                IsExact = all.IsEmpty
            }
