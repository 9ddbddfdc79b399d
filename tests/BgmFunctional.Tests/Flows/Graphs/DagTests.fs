module BgmFunctional.Tests.Flows.DagTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Flows
open BgmFunctional.Tests.Flows.FlowGenerators

let private node name terms = { Node.continuous name with Terms = terms }

/// The graph of these nodes is refused, and the message of every refusal together says this.
let private refused (texts: string list) nodes =
    match Dag.create nodes with
    | Ok _ -> failwith "The graph was accepted."
    | Error problems ->
        let message = problems |> List.map FlowError.message |> String.concat "\n"

        for text in texts do
            Assert.Contains(text, message)

[<Fact>]
let ``parents come first in the order of a graph`` () =
    Prop.forAll (Arb.fromGen graphs) (fun dag ->
        let nodes = Dag.nodes dag
        let place name = Dag.order dag |> List.findIndex (fun i -> nodes[i].Name = name)

        List.sort (Dag.order dag) = [ 0 .. nodes.Length - 1 ]
        && nodes
           |> List.forall (fun node -> Node.parents node |> List.forall (fun parent -> place parent < place node.Name)))
    |> Law.check

[<Fact>]
let ``descendants are children and theirs`` () =
    let dag =
        Dag.create [
            node "d" [ LinearShift "c" ]
            node "a" []
            node "b" [ LinearShift "a" ]
            node "c" [ ComplexShift [ "b"; "a" ] ]
        ]
        |> okAll

    Assert.Equal<Set<string>>(Set [ "b"; "c"; "d" ], Set.ofList (Dag.descendants "a" dag))
    Assert.Equal<string list>([ "d" ], Dag.descendants "c" dag)
    Assert.Equal<string list>([], Dag.descendants "d" dag)

[<Fact>]
let ``several ci edges feed one joint network, every other edge is a term of its own`` () =
    let edges = [ "a", LinearShift "a"; "b", Intercept [ "b" ]; "c", ComplexShift [ "c" ]; "d", Intercept [ "d" ] ]

    Assert.Equal<Term list>([ Intercept [ "b"; "d" ]; LinearShift "a"; ComplexShift [ "c" ] ], Node.termsOfEdges edges)

[<Fact>]
let ``a graph without nodes is refused`` () = refused [ "no nodes" ] []

[<Fact>]
let ``a node without a name is refused`` () = refused [ "empty name" ] [ node " " [] ]

[<Fact>]
let ``two nodes of one name are refused`` () = refused [ "node 'a'"; "defined twice" ] [ node "a" []; node "a" [] ]

[<Fact>]
let ``an unknown parent is refused with the nodes there are`` () =
    refused [ "node 'b'"; "parent 'c'"; "a, b" ] [ node "a" []; node "b" [ LinearShift "c" ] ]

[<Fact>]
let ``a cycle is refused with its arrows`` () =
    refused [ "a -> b -> c -> a" ] [
        node "a" [ LinearShift "c" ]
        node "b" [ LinearShift "a" ]
        node "c" [ LinearShift "b" ]
    ]

[<Fact>]
let ``a node that is its own parent is refused`` () = refused [ "a -> a" ] [ node "a" [ LinearShift "a" ] ]

[<Fact>]
let ``a parent in two terms is refused`` () =
    refused [ "node 'b'"; "parent 'a' appears twice" ] [ node "a" []; node "b" [ LinearShift "a"; Intercept [ "a" ] ] ]

[<Fact>]
let ``a term without parents is refused`` () = refused [ "node 'a'"; "no parents" ] [ node "a" [ ComplexShift [] ] ]

[<Fact>]
let ``an ordinal node with one level is refused`` () =
    refused [ "node 'a': 1 levels"; "at least 2" ] [ Node.ordinal "a" 1 ]

[<Fact>]
let ``a level listed twice is refused`` () =
    refused [ "node 'a'"; "level 'low'" ] [ { Node.ordinal "a" 2 with Kind = Ordinal(Names [ "low"; "low" ]) } ]

[<Fact>]
let ``a Bernstein polynomial of too few or too many numbers is refused`` () =
    for count in [ 2; 501 ] do
        refused [ "node 'a'"; $"{count} parameters" ] [
            { Node.continuous "a" with Kind = Continuous(Bernstein count) }
        ]

[<Fact>]
let ``a spline of too few or too many bins is refused`` () =
    for bins in [ 1; 101 ] do
        refused [ "node 'a'"; $"{bins} bins" ] [
            { Node.continuous "a" with Kind = Continuous(Spline(bins, Tails.Learned)) }
        ]

[<Fact>]
let ``every mistake is told at once`` () =
    refused [ "node 'a'"; "node 'b'" ] [ node "a" [ LinearShift "x" ]; node "b" [ LinearShift "y" ] ]
