module BgmFunctional.Tests.Charts.GraphTests

open System
open System.Text.RegularExpressions
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
let ``a picture keeps within its width, however wide its graph`` () =
    let names = [ for i in 0..7 -> $"a variable with a long name {i}" ]
    let graph = Graph.create (List.map node names) [ for name in names.Tail -> edge names.Head name ]
    let number (group: int) (found: Match) = float found.Groups[group].Value

    for width in [ 300.0; 720.0 ] do
        let svg =
            Figure.create "" [ Panel.graph "" graph ]
            |> Svg.element 0.0 width
            |> Markup.render

        let moved = Regex.Match(svg, @"translate\((-?[\d.]+) [\d.]+\) scale\(([\d.]+)\)")
        let boxes = Regex.Matches(svg, @"<rect x=""(-?[\d.]+)"" y=""[^""]*"" width=""([\d.]+)""[^>]* rx=")
        let right box = number 1 moved + number 2 moved * (number 1 box + number 2 box)
        Assert.Equal(names.Length, boxes.Count)
        Assert.All(boxes, fun box -> Assert.InRange(right box, 0.0, width))

[<Fact>]
let ``what is no acyclic graph is refused by name`` () =
    let refused (part: string) nodes edges =
        let problem = Assert.Throws<ArgumentException>(fun () -> Graph.create nodes edges |> ignore)
        Assert.Contains(part, problem.Message)

    refused "cycle through or before a, b" [ node "a"; node "b"; node "c" ] [ edge "a" "b"; edge "b" "a"; edge "c" "a" ]
    refused "needs a node 'z'" [ node "a" ] [ edge "a" "z" ]
    refused "Two nodes are called 'a'" [ node "a"; node "a" ] []
