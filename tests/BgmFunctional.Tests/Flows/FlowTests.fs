module BgmFunctional.Tests.Flows.FlowTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 1
let private key = Key.OfSeed 11L

let private forAll (law: Case -> bool) = Prop.forAll cases law |> Law.check

/// The rows that a case's latents make.
let private back interventions case =
    let latents = Flow.abduct team (Key.OfSeed case.Seed) case.Rows case.Flow |> ok
    Flow.ofLatents team interventions latents case.Flow |> ok

/// Any node of a case, picked by its seed, and a value that it can be set to.
let private target case =
    let nodes = Dag.nodes case.Flow.Dag
    let node = nodes[int (uint64 case.Seed % uint64 nodes.Length)]

    match node.Kind with
    | Ordinal(Names names) -> node, ToLevel(List.last names), float (names.Length - 1)
    | Ordinal(Codes count) -> node, To(float (count - 1)), float (count - 1)
    | Continuous _ ->
        let value = case.Flow.Scales[node.Name].Range.High
        node, To value, value

let private sameBits (a: float[]) (b: float[]) =
    Array.forall2 (fun (x: float) y -> BitConverter.DoubleToInt64Bits x = BitConverter.DoubleToInt64Bits y) a b

/// Whether an intervention set its node, and left all but its descendants the same bits.
let private movesOnly (node: Node) value (dag: Dag) before after =
    let descendants = Dag.descendants node.Name dag

    Dag.nodes dag
    |> List.forall (fun other ->
        if other.Name = node.Name then
            codes other after |> Array.forall ((=) value)
        else
            List.contains other.Name descendants
            || sameBits (codes other before) (codes other after))

[<Fact>]
let ``the rows that abducted latents make are the data`` () =
    forAll (fun case -> agree 1e-5 case.Flow.Dag case.Rows (back [] case))

[<Fact>]
let ``a counterfactual without an intervention is the data`` () =
    forAll (fun case ->
        let found = Flow.counterfactual team (Key.OfSeed case.Seed) [] case.Rows case.Flow |> ok
        agree 1e-5 case.Flow.Dag case.Rows found)

[<Fact>]
let ``a counterfactual under the observed values is the data`` () =
    forAll (fun case ->
        let node, _, _ = target case
        let seen = ToEach(codes node case.Rows)

        let found =
            Flow.counterfactual team (Key.OfSeed case.Seed) [ node.Name, seen ] case.Rows case.Flow
            |> ok

        agree 1e-5 case.Flow.Dag case.Rows found)

[<Fact>]
let ``an intervention sets its node and changes descendants only`` () =
    forAll (fun case ->
        let node, setting, value = target case
        let draw interventions = Flow.sample team key interventions 20 case.Flow |> ok
        movesOnly node value case.Flow.Dag (draw []) (draw [ node.Name, setting ]))

[<Fact>]
let ``a counterfactual sets its node and changes descendants only`` () =
    forAll (fun case ->
        let node, setting, value = target case
        let draw interventions = Flow.counterfactual team key interventions case.Rows case.Flow |> ok
        movesOnly node value case.Flow.Dag (draw []) (draw [ node.Name, setting ]))

/// The ordinal nodes of a case, with their probabilities in each row.
let private masses case = [
    for node in Dag.nodes case.Flow.Dag do
        if node.Kind.IsOrdinal then
            node, Flow.pmf team node.Name [] case.Rows case.Flow |> ok
]

[<Fact>]
let ``probabilities of levels are not negative and sum to 1`` () =
    forAll (fun case ->
        masses case
        |> Seq.collect snd
        |> Seq.forall (fun p -> Array.forall (fun p -> p >= 0.0) p && abs (Array.sum p - 1.0) < 1e-9))

[<Fact>]
let ``a node's log-density is the logarithm of its observed level's probability`` () =
    forAll (fun case ->
        let nll = Flow.nll team case.Rows case.Flow |> ok

        masses case
        |> List.forall (fun (node, pmf) ->
            let observed = Array.map2 (fun (p: float[]) code -> p[int code]) pmf (codes node case.Rows)
            let expected = observed |> Array.averageBy (fun p -> -(log p))

            // Below 1e-300 a probability soon has too few bits left, or is 0.
            abs (expected - nll[node.Name]) <= 1e-6 * max 1.0 expected
            || Array.min observed < 1e-300))

[<Fact>]
let ``levels are drawn as often as their probabilities say`` () =
    let draws = 4000

    forAll (fun case ->
        let row = Frame.take [| 0 |] case.Rows
        let held (node: Node) = node.Name, To((codes node row)[0])

        Dag.nodes case.Flow.Dag
        |> List.filter _.Kind.IsOrdinal
        |> List.forall (fun node ->
            let parents =
                Node.parents node
                |> List.map (fun parent -> held (Dag.tryNode parent case.Flow.Dag).Value)

            let drawn =
                Flow.sample team (Key.OfSeed case.Seed) parents draws case.Flow
                |> ok
                |> codes node

            (Flow.pmf team node.Name [] row case.Flow |> ok)[0]
            |> Array.mapi (fun level p ->
                let share = drawn |> Array.averageBy (fun code -> if code = float level then 1.0 else 0.0)
                // Six standard errors, and a draw for what a standard error near 0 does not cover.
                abs (share - p) <= 6.0 * sqrt (p * (1.0 - p) / float draws) + 2.0 / float draws)
            |> Array.forall id))

[<Fact>]
let ``the joint log-density is the sum of the nodes`` () =
    forAll (fun case ->
        let joint = Flow.logProb team case.Rows case.Flow |> ok |> Array.average
        let nodes = Flow.nll team case.Rows case.Flow |> ok |> Map.toSeq |> Seq.sumBy snd
        abs (joint + nodes) <= 1e-9 * max 1.0 (abs joint))

// ---- draws depend on the key and the row alone --------------------------------------------------------------------------

/// x1 → y → x2, x1 → x2, of weights that a seed names.
let private example =
    let dag =
        Dag.create [
            Node.continuous "x1"
            { Node.ordinal "y" 3 with Terms = [ LinearShift "x1" ] }
            {
                Node.continuous "x2" with
                    Terms = [ Intercept [ "x1" ]; ComplexShift [ "y" ] ]
            }
        ]
        |> okAll

    Gen.sample 1 (flowsOf dag) |> Array.head

let private bits flow frame =
    Dag.nodes flow.Dag
    |> List.map (fun node -> codes node frame |> Array.map BitConverter.DoubleToInt64Bits)

[<Fact>]
let ``the first rows of a longer sample are a shorter one, at any number of threads`` () =
    use two = new Team 2
    let draw team n = Flow.sample team key [ "y", To 1.0 ] n example |> ok
    let whole = draw team 5000
    Assert.True((bits example whole = bits example (draw two 5000)))
    Assert.True((bits example (Frame.take [| 0..2999 |] whole) = bits example (draw two 3000)))

[<Fact>]
let ``latents and log-densities are the same bits at any number of threads`` () =
    use two = new Team 2
    let rows = Flow.sample team key [] 5000 example |> ok
    let latents team = Flow.abduct team key rows example |> ok |> Frame.columns
    let logProb team = Flow.logProb team rows example |> ok
    Assert.True((latents team = latents two))
    Assert.True(sameBits (logProb team) (logProb two))

[<Fact>]
let ``another key draws other rows`` () =
    let draw key = Flow.sample team key [] 10 example |> ok |> bits example
    Assert.False((draw key = draw (Key.OfSeed 12L)))

// ---- questions that are refused -----------------------------------------------------------------------------------------

let private rows = Flow.sample team key [] 3 example |> ok

/// Sampling, a counterfactual and a check of an intervention all refuse it and say this.
let private refusedIntervention texts intervention =
    refused texts (Flow.sample team key [ intervention ] 3 example)
    refused texts (Flow.counterfactual team key [ intervention ] rows example)

    if not (snd intervention).IsToEach then
        refused texts (Flow.checkInterventions example [ intervention ])

[<Fact>]
let ``an intervention on an unknown node is refused with the nodes there are`` () =
    refusedIntervention [ "'z'"; "x1, y, x2" ] ("z", To 1.0)

[<Fact>]
let ``an intervention outside the levels is refused with the levels`` () =
    for setting in [ To 3.0; To -1.0; To 0.5; To nan; ToLevel "high"; ToEach [| 0.0; 3.0; 0.0 |] ] do
        refusedIntervention [ "do y="; "0, 1, 2" ] ("y", setting)

[<Fact>]
let ``an intervention on a continuous node that is no finite number is refused`` () =
    for setting in [ To nan; To infinity; ToEach [| 0.0; -infinity; 0.0 |]; ToLevel "high" ] do
        refusedIntervention [ "do x1="; "finite number" ] ("x1", setting)

[<Fact>]
let ``an intervention of another length than the rows is refused`` () =
    refusedIntervention [ "do x1"; "2 values for 3 rows" ] ("x1", ToEach [| 0.0; 1.0 |])

[<Fact>]
let ``a sample of no rows is refused`` () = refused [ "n"; "at least 1" ] (Flow.sample team key [] 0 example)

[<Fact>]
let ``a sample that no memory holds is refused`` () =
    refused [ "n"; "at most 100000000" ] (Flow.sample team key [] Int32.MaxValue example)

[<Fact>]
let ``probabilities under an intervention on another node than a parent are refused`` () =
    refused [ "do y"; "no parent of 'y'" ] (Flow.pmf team "y" [ "y", To 1.0 ] rows example)

[<Fact>]
let ``probabilities of a continuous or unknown node are refused`` () =
    refused [ "'x1' is continuous" ] (Flow.pmf team "x1" [] rows example)
    refused [ "'z'"; "x1, y, x2" ] (Flow.pmf team "z" [] rows example)

[<Fact>]
let ``more or fewer columns than the model knows are refused`` () =
    let surplus =
        Frame.add "z" (Column.Numeric [| 0.0; 0.0; 0.0 |]) rows
        |> Result.mapError FlowError.Data
        |> ok

    let missing = Frame.select [ "x1"; "y" ] rows |> Result.mapError FlowError.Data |> ok

    for ask in
        [
            Flow.logProb team
            (fun rows flow -> Flow.abduct team key rows flow |> Result.map (fun _ -> [||]))
        ] do
        refused [ "'z'" ] (ask surplus example)
        refused [ "'x2'" ] (ask missing example)

[<Fact>]
let ``levels by name answer as their codes do`` () =
    let named =
        let nodes =
            Dag.nodes example.Dag
            |> List.map (fun node ->
                if node.Name = "y" then
                    { node with Kind = Ordinal(Names [ "low"; "mid"; "high" ]) }
                else
                    node)

        { example with Dag = Dag.create nodes |> okAll }

    let drawn flow setting = Flow.sample team key [ "y", setting ] 20 flow |> ok |> bits flow
    Assert.True((drawn named (ToLevel "mid") = drawn example (To 1.0)))

    let column flow = Flow.sample team key [] 20 flow |> ok |> Frame.tryColumn "y"
    let names = [| "low"; "mid"; "high" |]

    match column named, column example with
    | Some(Column.Text texts), Some(Column.Numeric numbers) ->
        Assert.Equal<string[]>(numbers |> Array.map (fun code -> names[int code]), texts)
    | other -> failwith $"{other}"
