module BgmFunctional.Tests.Flows.GraphFileTests

open System.IO
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Flows
open BgmFunctional.Tests
open BgmFunctional.Tests.Data
open BgmFunctional.Tests.Flows.FlowGenerators

let private nodesOf json = GraphFile.parse "graph.json" json |> okAll |> Dag.nodes

let private messages json =
    match GraphFile.parse "graph.json" json with
    | Ok _ -> failwith "The graph was accepted."
    | Error problems -> problems |> List.map FlowError.message

/// The one refusal of a JSON text says all of this.
let private refused (texts: string list) json =
    let message = Assert.Single(messages json)

    for text in texts do
        Assert.Contains(text, message)

let private continuous = """{ "kind": "continuous" }"""

/// Graphs whose nodes have names that JSON or the text of a term could trip over.
let private renamed =
    gen {
        let! dag = graphs

        let! odd =
            Gen.shuffle [ "age"; "a, b"; " c "; "d(e)"; "say \"f\""; "größe 日本"; "i\n"; "I(j)"; "'k'"; "\\" ]

        let name (old: string) = odd[int old[1..]]

        let term term =
            match term with
            | LinearShift parent -> LinearShift(name parent)
            | ComplexShift parents -> ComplexShift(List.map name parents)
            | Intercept parents -> Intercept(List.map name parents)

        return
            Dag.nodes dag
            |> List.map (fun node -> { node with Name = name node.Name; Terms = List.map term node.Terms })
            |> Dag.create
            |> okAll
    }

[<Fact>]
let ``a graph reads back the same`` () =
    Prop.forAll (Arb.fromGen renamed) (fun dag -> Dag.nodes dag = nodesOf (GraphFile.format dag))
    |> Law.check

[<Fact>]
let ``a term reads back the same`` () =
    let names =
        ArbMap.generate<NonEmptyString> ArbMap.defaults
        |> Gen.map _.Get
        |> Gen.nonEmptyListOf

    Prop.forAll (Arb.fromGen names) (fun names ->
        [ LinearShift names.Head; ComplexShift names; Intercept names ]
        |> List.forall (fun term -> TermText.parse (TermText.format term) = Ok term))
    |> Law.check

[<Fact>]
let ``terms may have spaces, and CI is I`` () =
    Assert.Equal(Ok(Intercept [ "age"; "body mass" ]), TermText.parse " CI ( age , body mass ) ")
    Assert.Equal(Ok(ComplexShift [ "a, b"; "c" ]), TermText.parse "CS(\"a, b\",c)")

[<Fact>]
let ``labelled edges: ci parents feed one joint network`` () =
    let nodes =
        nodesOf
            """{ "a": { "kind": "continuous", "transform": "affine" },
                 "b": { "kind": "ordinal", "levels": ["low", "high"] },
                 "c": { "kind": "ordinal", "levels": 3 },
                 "d": { "kind": "continuous", "parameters": 7, "parents": { "a": "ci", "b": "ls", "c": "ci" } } }"""

    Assert.Equal<Node list>(
        [
            { Name = "a"; Kind = Continuous Affine; Terms = [] }
            { Name = "b"; Kind = Ordinal(Names [ "low"; "high" ]); Terms = [] }
            { Name = "c"; Kind = Ordinal(Codes 3); Terms = [] }
            {
                Name = "d"
                Kind = Continuous(Bernstein 7)
                Terms = [ Intercept [ "a"; "c" ]; LinearShift "b" ]
            }
        ],
        nodes
    )

[<Fact>]
let ``terms: each intercept has a network of its own`` () =
    let terms =
        nodesOf
            $"""{{ "a": {continuous}, "b": {continuous}, "c": {{ "kind": "continuous", "terms": ["I(a)", "I(b)"] }} }}"""
        |> List.last
        |> _.Terms

    Assert.Equal<Term list>([ Intercept [ "a" ]; Intercept [ "b" ] ], terms)

[<Fact>]
let ``the graphs of the data sets are read`` () =
    for folder, count in [ "housing", 4; "lalonde", 9; "wine", 6 ] do
        let dag = GraphFile.read (Repository.data [ folder; "graph.json" ]) |> okAll
        Assert.Equal(count, (Dag.nodes dag).Length)

[<Fact>]
let ``a file that is not there is refused`` () =
    match GraphFile.read "nowhere.json" with
    | Error [ problem ] -> Assert.Contains("nowhere.json", FlowError.message problem)
    | other -> failwith $"{other}"

[<Fact>]
let ``a file with a byte-order mark is read, one that is not UTF-8 is refused`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "graph.json"
    File.WriteAllText(path, $"""{{ "a": {continuous} }}""", System.Text.Encoding.UTF8)
    Assert.True((GraphFile.read path).IsOk)
    File.WriteAllBytes(path, [| 0xFFuy; 0xFEuy |])

    match GraphFile.read path with
    | Error [ problem ] -> Assert.Contains("UTF-8", FlowError.message problem)
    | other -> failwith $"{other}"

[<Fact>]
let ``what is not JSON is refused with its line and place`` () =
    refused [ "graph.json"; "line 2, byte 8" ] "{ \"a\":\n       kind }"
    refused [ "graph.json"; "line 1" ] ""

[<Fact>]
let ``a list in place of the graph is refused`` () = refused [ "graph.json"; "found a list; an object is needed" ] "[]"

[<Fact>]
let ``text that is not Unicode is refused`` () = refused [ "not valid Unicode" ] """{ "a": { "kind": "\ud800" } }"""

[<Fact>]
let ``a node that is no object is refused`` () =
    refused [ "node 'a'"; "found the text \"continuous\"; an object is needed" ] """{ "a": "continuous" }"""

[<Fact>]
let ``a node given twice is refused`` () =
    refused [ "node 'a'"; "defined twice" ] $"""{{ "a": {continuous}, "a": {continuous} }}"""

[<Fact>]
let ``a key given twice is refused`` () =
    refused [ "node 'a', key 'kind'"; "given twice" ] """{ "a": { "kind": "continuous", "kind": "continuous" } }"""

[<Fact>]
let ``an unknown key is refused with those that are known`` () =
    refused
        [ "node 'a', key 'levles'"; "kind, levels, parents, terms" ]
        """{ "a": { "kind": "ordinal", "levles": 3, "levels": 3 } }"""

[<Fact>]
let ``a missing kind is refused`` () = refused [ "node 'a', key 'kind'"; "continuous, ordinal" ] """{ "a": {} }"""

[<Fact>]
let ``an unknown kind is refused`` () =
    refused [ "node 'a', key 'kind'"; "'nominal'"; "continuous, ordinal" ] """{ "a": { "kind": "nominal" } }"""

[<Fact>]
let ``a kind that is no text is refused`` () =
    refused [ "node 'a', key 'kind'"; "found the number 3" ] """{ "a": { "kind": 3 } }"""

[<Fact>]
let ``levels are needed by an ordinal node and refused at a continuous one`` () =
    refused [ "node 'a', key 'levels'"; "missing" ] """{ "a": { "kind": "ordinal" } }"""
    refused [ "node 'a', key 'levels'"; "continuous" ] """{ "a": { "kind": "continuous", "levels": 3 } }"""

[<Fact>]
let ``levels that are neither a whole number nor names are refused`` () =
    refused [ "node 'a', key 'levels'"; "2.5" ] """{ "a": { "kind": "ordinal", "levels": 2.5 } }"""
    refused [ "node 'a', key 'levels'"; "the number 1" ] """{ "a": { "kind": "ordinal", "levels": ["0", 1] } }"""

[<Fact>]
let ``a transformation is refused at an ordinal node, and an unknown one everywhere`` () =
    refused [ "node 'a', key 'transform'" ] """{ "a": { "kind": "ordinal", "levels": 2, "transform": "affine" } }"""

    refused
        [ "node 'a', key 'transform'"; "'kde'"; "bernstein, spline, affine" ]
        """{ "a": { "kind": "continuous", "transform": "kde" } }"""

[<Fact>]
let ``a key of another transformation is refused with its owner`` () =
    for transform, key, owner in
        [
            "affine", "parameters", "bernstein"
            "spline", "parameters", "bernstein"
            "bernstein", "bins", "spline"
            "affine", "tails", "spline"
        ] do
        let value = if key = "tails" then "\"learned\"" else "4"

        refused
            [ $"node 'a', key '{key}'"; owner ]
            $"""{{ "a": {{ "kind": "continuous", "transform": "{transform}", "{key}": {value} }} }}"""

[<Fact>]
let ``a spline has 8 bins and learned tails if nothing is said`` () =
    let kindOf keys = (nodesOf $"""{{ "a": {{ "kind": "continuous", "transform": "spline"{keys} }} }}""").Head.Kind

    Assert.Equal(Continuous(Spline(8, Tails.Learned)), kindOf "")
    Assert.Equal(Continuous(Spline(5, Tails.Fixed)), kindOf """, "bins": 5, "tails": "fixed" """)

[<Fact>]
let ``bins that are no whole number and unknown tails are refused, both at once`` () =
    let found =
        messages """{ "a": { "kind": "continuous", "transform": "spline", "bins": 2.5, "tails": "long" } }"""

    Assert.Equal(2, found.Length)
    Assert.Contains("'bins'", found[0])
    Assert.Contains("found 'long'; the tails are learned, fixed", found[1])

[<Fact>]
let ``an unknown label is refused`` () =
    refused
        [ "node 'b', key 'parents'"; "'a'"; "'xx'"; "ci, ls, cs" ]
        $"""{{ "a": {continuous}, "b": {{ "kind": "continuous", "parents": {{ "a": "xx" }} }} }}"""

[<Fact>]
let ``a parent given twice is refused`` () =
    refused
        [ "node 'b'"; "parent 'a' appears twice" ]
        $"""{{ "a": {continuous}, "b": {{ "kind": "continuous", "parents": {{ "a": "ls", "a": "cs" }} }} }}"""

[<Fact>]
let ``parents and terms together are refused`` () =
    refused
        [ "node 'b', key 'terms'"; "one of the two" ]
        $"""{{ "a": {continuous}, "b": {{ "kind": "continuous", "parents": {{}}, "terms": [] }} }}"""

[<Fact>]
let ``a text that is no term is refused`` () =
    for text in [ "a"; "I()"; "I(a"; "I(a))"; "I(a,)"; "X(a)"; "I(a)(b)"; "CS(a(b))" ] do
        refused
            [ "node 'b', key 'terms'"; $"'{text}'" ]
            $"""{{ "b": {{ "kind": "continuous", "terms": ["{text}"] }} }}"""

    refused [ "node 'b', key 'terms'"; "LS takes one" ] """{ "b": { "kind": "continuous", "terms": ["LS(a,c)"] } }"""

[<Fact>]
let ``what a graph itself refuses is refused here too`` () =
    refused [ "parent 'c'"; "a, b" ] $"""{{ "a": {continuous}, "b": {{ "kind": "continuous", "terms": ["LS(c)"] }} }}"""
    refused [ "no nodes" ] "{}"

[<Fact>]
let ``every mistake is told at once, each on a line`` () =
    let found = messages """{ "a\nb": { "kind": "nominal", "terms": ["x", "y"] }, "c": 1 }"""
    Assert.Equal(4, found.Length)
    Assert.All(found, fun message -> Assert.DoesNotContain("\n", message))
