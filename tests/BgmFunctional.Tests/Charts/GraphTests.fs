module BgmFunctional.Tests.Charts.GraphTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests

let private node name = { Name = name; Detail = "" }
let private edge parent child = { From = parent; To = child; Label = "" }

[<Fact>]
let ``a node stands one layer after its last parent, a root in the first`` () =
    Prop.forAll Generators.graphs (fun (nodes, edges) ->
        let graph = Graph.create nodes edges

        nodes
        |> List.forall (fun node ->
            let parents = edges |> List.filter (fun edge -> edge.To = node.Name) |> List.map _.From

            let after =
                parents
                |> List.map (fun parent -> Graph.layer parent graph + 1)
                |> List.fold max 0

            Graph.layer node.Name graph = after))
    |> Law.check

[<Fact>]
let ``a picture shows every node and every label`` () =
    Prop.forAll Generators.graphs (fun (nodes, edges) ->
        let svg = Figure.create "" [ Panel.graph "" (Graph.create nodes edges) ] |> Svg.render
        let count (text: string) = svg.Split(text).Length - 1

        nodes |> List.forall (fun node -> count $">{node.Name}<" = 1)
        && [ "ls"; "cs"; "ci" ]
           |> List.forall (fun label ->
               count $">{label}<" = (edges |> List.filter (fun edge -> edge.Label = label) |> List.length)))
    |> Law.check

[<Fact>]
let ``what is no acyclic graph is refused by name`` () =
    let refused (part: string) nodes edges =
        let problem = Assert.Throws<ArgumentException>(fun () -> Graph.create nodes edges |> ignore)
        Assert.Contains(part, problem.Message)

    refused "cycle through or before a, b" [ node "a"; node "b"; node "c" ] [ edge "a" "b"; edge "b" "a"; edge "c" "a" ]
    refused "needs a node 'z'" [ node "a" ] [ edge "a" "z" ]
    refused "Two nodes are called 'a'" [ node "a"; node "a" ] []
