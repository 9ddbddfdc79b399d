// d-separation: what a graph says about dependence. Pearl, Causality, 2nd edition, 2009, section 1.2.3.
namespace BgmFunctional.Checks

open BgmFunctional.Flows

/// A statement of a graph: two nodes are independent given others.
type Independence = {
    /// The node that comes first in the order of the graph.
    Earlier: string
    /// The node that comes after it and does not hear it directly.
    Later: string
    /// The parents of the later one.
    Given: string list
}

/// What a graph says about dependence.
[<RequireQualifiedAccess>]
module Separation =

    /// All that is reached from names by steps, the names included.
    let private reach (steps: string -> string list) names =
        let rec grow found frontier =
            match frontier |> List.collect steps |> List.distinct |> List.except found with
            | [] -> found
            | next -> grow (found @ next) next

        grow names names

    /// Every pair of distinct names.
    let private pairs names = List.allPairs names names |> List.filter (fun (a, b) -> a <> b)

    /// Whether every path between two nodes is blocked by the given ones, so that the graph makes them independent given those: a chain or a
    /// fork is blocked by a given node in its middle, a collider by neither itself nor a descendant being given. A given node is
    /// separated from all; a node that is not given is not separated from itself.
    let isSeparated (first: string) (second: string) (given: string list) (dag: Dag) : Result<bool, FlowError> =
        let parents name = Dag.tryNode name dag |> Option.map Node.parents |> Option.defaultValue []

        // Lauritzen et al., Networks 20, 1990: among the ancestors of all, parents of a common child are married, the given ones removed;
        // what is left connects exactly what is not separated.
        let connected () =
            let edges =
                reach parents (first :: second :: given)
                |> List.collect (fun child -> pairs (child :: parents child))
                |> List.filter (fun (a, b) -> not (List.contains a given || List.contains b given))

            let neighbours name = edges |> List.filter (fst >> (=) name) |> List.map snd
            List.contains second (reach neighbours [ first ])

        match
            first :: second :: given
            |> List.tryFind (fun name -> (Dag.tryNode name dag).IsNone)
        with
        | Some unknown -> Error(FlowError.UnknownNode(unknown, Dag.names dag))
        | None -> Ok(List.contains first given || List.contains second given || not (connected ()))

    /// The independences from which all others of the graph follow (the ordered Markov property): each node is independent of every earlier
    /// one that is no parent, given its parents.
    let implied (dag: Dag) : Independence list =
        let nodes = Dag.nodes dag
        let ordered = Dag.order dag |> List.map (fun position -> nodes[position])

        [
            for i, later in List.indexed ordered do
                for earlier in List.take i ordered do
                    if not (List.contains earlier.Name (Node.parents later)) then
                        { Earlier = earlier.Name; Later = later.Name; Given = Node.parents later }
        ]
