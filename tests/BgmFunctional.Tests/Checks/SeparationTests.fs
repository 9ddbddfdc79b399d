module BgmFunctional.Tests.Checks.SeparationTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Checks
open BgmFunctional.Flows
open BgmFunctional.Tests.Flows.FlowGenerators

/// Every path without a repeated node, in either direction of the arrows.
let private paths (dag: Dag) first second =
    let isArrow a b = List.contains a (Node.parents (Dag.tryNode b dag).Value)

    let rec extend path = [
        if List.head path = second then
            path
        else
            for next in Dag.names dag do
                if
                    not (List.contains next path)
                    && (isArrow path.Head next || isArrow next path.Head)
                then
                    yield! extend (next :: path)
    ]

    extend [ first ], isArrow

/// The definition, path by path.
let private isSeparatedByPaths given dag first second =
    let all, isArrow = paths dag first second

    let isBlockedAt (a, middle, b) =
        if isArrow a middle && isArrow b middle then
            middle :: Dag.descendants middle dag
            |> List.forall (fun node -> not (List.contains node given))
        else
            List.contains middle given

    all
    |> List.forall (fun path -> path |> List.windowed 3 |> List.exists (fun w -> isBlockedAt (w[0], w[1], w[2])))

/// Graphs of two nodes at least, two of them, and some of the others.
let private questions =
    gen {
        let! dag = graphs |> Gen.filter (fun dag -> (Dag.names dag).Length > 1)
        let! names = Gen.shuffle (Dag.names dag)
        let! given = Gen.subListOf (List.skip 2 (List.ofArray names))
        return dag, names[0], names[1], List.ofSeq given
    }

[<Fact>]
let ``nodes are separated if every path between them is blocked`` () =
    Prop.forAll (Arb.fromGen questions) (fun (dag, first, second, given) ->
        ok (Separation.isSeparated first second given dag) = isSeparatedByPaths given dag first second)
    |> fun law -> Check.One(Law.config 500, law)

[<Fact>]
let ``separation has no direction`` () =
    Prop.forAll (Arb.fromGen questions) (fun (dag, first, second, given) ->
        Separation.isSeparated first second given dag = Separation.isSeparated second first given dag)
    |> Law.check

[<Fact>]
let ``what a graph implies is separated in it, one statement for each pair without an arrow`` () =
    Prop.forAll (Arb.fromGen graphs) (fun dag ->
        let implied = Separation.implied dag
        let count = (Dag.names dag).Length
        let arrows = Dag.nodes dag |> List.sumBy (fun node -> (Node.parents node).Length)

        implied.Length = count * (count - 1) / 2 - arrows
        && implied
           |> List.forall (fun claim -> ok (Separation.isSeparated claim.Earlier claim.Later claim.Given dag)))
    |> Law.check

[<Fact>]
let ``a given node is separated from all, and no other from itself`` () =
    let dag =
        Dag.create [ Node.continuous "a"; Node.continuous "b" |> Node.withTerms [ LinearShift "a" ] ]
        |> okAll

    Assert.True(ok (Separation.isSeparated "a" "b" [ "b" ] dag))
    Assert.False(ok (Separation.isSeparated "a" "a" [] dag))

[<Fact>]
let ``a node that the graph does not have is refused`` () =
    let dag = Dag.create [ Node.continuous "a"; Node.continuous "b" ] |> okAll

    for first, second, given in [ "x", "b", []; "a", "x", []; "a", "b", [ "x" ] ] do
        match Separation.isSeparated first second given dag with
        | Error error -> Assert.Contains("'x' is not in the model; its nodes are a, b", FlowError.message error)
        | Ok _ -> failwith "The question was answered."
