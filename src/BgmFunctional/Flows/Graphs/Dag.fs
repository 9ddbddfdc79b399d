// The graph of a structural causal model, and the order in which its nodes can be computed.
// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 3.
namespace BgmFunctional.Flows

open System

/// A graph that is known to be sound: names differ, parents exist and enter once, no cycles.
type Dag = private { Declared: Node list; Order: int list }

/// Sound graphs.
[<RequireQualifiedAccess>]
module Dag =

    let private firstRepeated (names: string list) =
        names
        |> List.countBy id
        |> List.tryPick (fun (name, count) -> if count > 1 then Some name else None)

    let private checkNode (known: string list) (node: Node) =
        let terms = [
            for term in node.Terms do
                if (Term.parents term).IsEmpty then
                    FlowError.EmptyTerm node.Name

            for parent in Node.parents node do
                if not (List.contains parent known) then
                    FlowError.UnknownParent(node.Name, parent, known)

            match firstRepeated (Node.parents node) with
            | Some parent -> FlowError.RepeatedParent(node.Name, parent)
            | None -> ()
        ]

        let kind =
            match node.Kind with
            | Continuous(Bernstein count) when count < 3 || count > 500 -> [
                FlowError.ParametersOutside(node.Name, count)
              ]
            | Continuous(Spline(bins, _)) when bins < 2 || bins > 100 -> [ FlowError.BinsOutside(node.Name, bins) ]
            | Ordinal levels when Levels.count levels < 2 -> [ FlowError.TooFewLevels(node.Name, Levels.count levels) ]
            | Ordinal(Names names) ->
                firstRepeated names
                |> Option.map (fun level -> FlowError.RepeatedLevel(node.Name, level))
                |> Option.toList
            | Continuous _
            | Ordinal _ -> []

        kind @ terms

    /// Nodes in an order in which parents come first, or those that no order fits.
    let rec private sort (ordered: Node list) (rest: Node list) =
        let isReady (node: Node) =
            Node.parents node
            |> List.forall (fun parent -> ordered |> List.exists (fun earlier -> earlier.Name = parent))

        match List.tryFind isReady rest with
        | Some node -> sort (ordered @ [ node ]) (List.filter (fun other -> other.Name <> node.Name) rest)
        | None when rest.IsEmpty -> Ok ordered
        | None -> Error rest

    /// Walks up the parents among nodes that all wait for each other until a name comes again.
    let private cycle (waiting: Node list) =
        let find name = waiting |> List.find (fun node -> node.Name = name)
        let isWaiting name = waiting |> List.exists (fun node -> node.Name = name)

        let rec walk path name =
            if List.contains name path then
                name :: List.takeWhile ((<>) name) path
            else
                walk (name :: path) (find name |> Node.parents |> List.find isWaiting)

        walk [] waiting.Head.Name

    /// The graph of these nodes, or every problem that it has.
    let create (nodes: Node list) : Result<Dag, FlowError list> =
        let names = nodes |> List.map _.Name

        let problems = [
            if nodes.IsEmpty then
                FlowError.EmptyGraph

            if List.exists String.IsNullOrWhiteSpace names then
                FlowError.UnnamedNode

            match firstRepeated names with
            | Some name -> FlowError.DuplicateNode name
            | None -> ()

            yield! List.collect (checkNode names) nodes
        ]

        if not problems.IsEmpty then
            Error problems
        else
            match sort [] nodes with
            | Ok ordered ->
                let position (node: Node) = List.findIndex ((=) node.Name) names
                Ok { Declared = nodes; Order = List.map position ordered }
            | Error waiting -> Error [ FlowError.Cycle(cycle waiting) ]

    /// The nodes, in the order in which they were declared.
    let nodes dag = dag.Declared

    /// The names of the nodes, in the order in which they were declared.
    let names dag = dag.Declared |> List.map _.Name

    /// Positions of the nodes in an order in which parents come first.
    let order dag = dag.Order

    /// The node of that name.
    let tryNode name dag = dag.Declared |> List.tryFind (fun node -> node.Name = name)

    /// The node of that name; an unknown one is refused with the nodes there are.
    let node name dag : Result<Node, FlowError> =
        match tryNode name dag with
        | Some node -> Ok node
        | None -> Error(FlowError.UnknownNode(name, names dag))

    /// The position of a node that the graph has.
    let internal position name dag = dag.Declared |> List.findIndex (fun node -> node.Name = name)

    /// The names of the nodes that a node acts on, directly or through others, itself not included.
    let descendants name dag =
        let children name =
            dag.Declared
            |> List.filter (fun node -> List.contains name (Node.parents node))
            |> List.map _.Name

        let rec reach found frontier =
            match frontier |> List.collect children |> List.distinct |> List.except found with
            | [] -> found
            | next -> reach (found @ next) next

        reach [] [ name ]
