// The labelled graph of a structural causal model: nodes, how their parents enter them, and the order in which they can be computed.
// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 3.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data

/// How parents enter a node, on the latent log-odds scale.
type Term =
    /// The transformation's parameters are a function of these parents, jointly (CI, I).
    | Intercept of parents: string list
    /// β·x (LS).
    | LinearShift of parent: string
    /// g(x), a function of these parents, jointly (CS).
    | ComplexShift of parents: string list

/// How a spline goes on beyond the bulk of the data.
[<RequireQualifiedAccess>]
type Tails =
    /// As lines whose slopes are learned, and so are the latents at which they begin.
    | Learned
    /// As lines of slope 1 on the scale on which the bulk, 5 % to 95 %, and the latents both reach from −5 to 5; as published.
    | Fixed

/// The monotone transformation of a continuous node.
type Transform =
    /// A Bernstein polynomial with so many unconstrained numbers, linear beyond the bulk of the data.
    | Bernstein of parameters: int
    /// A rational-quadratic spline of so many bins, linear beyond the bulk of the data.
    | Spline of bins: int * tails: Tails
    /// A line.
    | Affine

/// The levels of an ordinal node, lowest first.
type Levels =
    /// Codes 0 … count − 1.
    | Codes of count: int
    /// Names, coded 0, 1, … in this order.
    | Names of names: string list

/// What values a node takes.
type NodeKind =
    /// Real numbers.
    | Continuous of Transform
    /// Ordered levels; a binary node has two.
    | Ordinal of Levels

/// One variable: the name of its column, its kind, and the terms through which its parents act.
type Node = {
    /// The name of its column.
    Name: string
    /// What values it takes.
    Kind: NodeKind
    /// How its parents act; each parent stands in one term.
    Terms: Term list
}

/// A graph that is known to be sound: names differ, parents exist and enter once, no cycles.
type Dag = private { Declared: Node list; Order: int list }

/// Levels of ordinal nodes.
[<RequireQualifiedAccess>]
module Levels =
    /// The number of levels.
    let count levels =
        match levels with
        | Codes count -> count
        | Names names -> names.Length

    /// The levels as they stand in a column, lowest first.
    let names levels =
        match levels with
        | Codes count -> List.init count string
        | Names names -> names

    /// The code of a level that is given by its name or, where no level has that name, by its code.
    let tryCode (text: string) levels =
        List.tryFindIndex ((=) text) (names levels)
        |> Option.orElse (List.tryFindIndex ((=) text) (List.init (count levels) string))

    /// What the levels count in a mean, lowest first: the numbers that their names say or, where a name says none, their codes.
    let scores levels =
        let numbers = names levels |> List.choose Number.tryParse |> List.filter Double.IsFinite

        if numbers.Length = count levels then
            numbers
        else
            List.init (count levels) float

/// Terms of a node.
[<RequireQualifiedAccess>]
module Term =
    /// The parents that a term names, in order.
    let parents term =
        match term with
        | LinearShift parent -> [ parent ]
        | Intercept parents
        | ComplexShift parents -> parents

    /// The label of an edge: "ci", "ls" or "cs".
    let label term =
        match term with
        | Intercept _ -> "ci"
        | LinearShift _ -> "ls"
        | ComplexShift _ -> "cs"

/// Nodes of a graph.
[<RequireQualifiedAccess>]
module Node =
    /// The number of unconstrained parameters of published Bernstein transformations.
    let defaultParameters = 20

    /// The number of bins of published splines.
    [<Literal>]
    let defaultBins = 8

    /// A node without parents; Bernstein with 20 parameters.
    let continuous name = { Name = name; Kind = Continuous(Bernstein defaultParameters); Terms = [] }

    /// A node without parents whose levels are coded 0 … count − 1.
    let ordinal name count = { Name = name; Kind = Ordinal(Codes count); Terms = [] }

    /// A node without parents whose levels have names, lowest first.
    let named name levels = { Name = name; Kind = Ordinal(Names levels); Terms = [] }

    /// The node with these terms in place of its own.
    let withTerms terms node = { node with Terms = terms }

    /// The parents of a node, in the order of its terms.
    let parents node = node.Terms |> List.collect Term.parents

    /// Terms from labelled edges: several "ci" parents feed one joint network, every other edge is a term of its own.
    let termsOfEdges (edges: (string * Term) list) =
        let joint =
            edges
            |> List.choose (fun (parent, term) -> if term.IsIntercept then Some parent else None)

        let shifts = edges |> List.map snd |> List.filter (fun term -> not term.IsIntercept)
        if joint.IsEmpty then shifts else Intercept joint :: shifts

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
