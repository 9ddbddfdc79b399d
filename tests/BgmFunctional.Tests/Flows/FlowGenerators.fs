/// Random flows and rows: any sound graph, weights from faint to saturated, rows from the bulk to the far tails. Networks behind
/// transformations stay mild: strong ones make them flat beyond what a double resolves, where no row has a latent of its own.
module BgmFunctional.Tests.Flows.FlowGenerators

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// The value, or the refusal as an exception.
let ok answer = BgmFunctional.Tests.Answers.valueOf FlowError.message answer

let okAll (result: Result<'a, FlowError list>) = result |> Result.mapError List.head |> ok

let frame columns = Frame.ofColumns columns |> Result.mapError FlowError.Data |> ok

/// The refusal of a question says all of this.
let refused (texts: string list) (answer: Result<'a, FlowError>) =
    match answer with
    | Ok _ -> failwith "The question was answered."
    | Error error ->
        for text in texts do
            Assert.Contains(text, FlowError.message error)

/// A flow, rows of its nodes, and a seed for whatever is drawn.
type Case = { Flow: Flow; Rows: Frame; Seed: int64 }

let private kind =
    Gen.oneof [
        Gen.choose (3, 24) |> Gen.map (Bernstein >> Continuous)
        Gen.map2
            (fun bins tails -> Continuous(Spline(bins, tails)))
            (Gen.choose (2, 10))
            (Gen.elements [ Tails.Learned; Tails.Fixed ])
        Gen.constant (Continuous Affine)
        Gen.choose (2, 7) |> Gen.map (Codes >> Ordinal)
        Gen.choose (2, 7)
        |> Gen.map (fun count -> Ordinal(Names [ for level in 1..count -> $"level {level}" ]))
    ]

/// Each earlier node enters a node in one way or not at all.
let private terms (earlier: string list) =
    gen {
        let! ways = Gen.listOfLength earlier.Length (Gen.choose (0, 6))
        let by way = List.zip ways earlier |> List.filter (fst >> (=) way) |> List.map snd
        let joint make parents = if List.isEmpty parents then [] else [ make parents ]

        return!
            List.map LinearShift (by 1)
            @ List.map (List.singleton >> ComplexShift) (by 2)
            @ List.map (List.singleton >> Intercept) (by 3)
            @ joint ComplexShift (by 4)
            @ joint Intercept (by 5)
            |> Gen.shuffle
            |> Gen.map List.ofArray
    }

/// Sound graphs of one to five nodes, declared in any order.
let graphs =
    gen {
        let! count = Gen.choose (1, 5)
        let names = [ for i in 1..count -> $"x{i}" ]

        let node i name =
            Gen.map2 (fun kind terms -> { Name = name; Kind = kind; Terms = terms }) kind (terms (List.take i names))

        let! nodes = names |> List.mapi node |> Gen.sequenceToList
        let! shuffled = Gen.shuffle nodes
        return Dag.create (List.ofArray shuffled) |> okAll
    }

let private seeds = ArbMap.generate<int> ArbMap.defaults |> Gen.map int64

let normal (key: Key) count =
    let values = Array.zeroCreate<float> count
    Kernels<float>.Best.Random(Draw.Normal, key, 0L, Span values)
    values

/// Normal numbers, divided by √fan-in where they are a layer's weights.
let private randomise (key: Key) (strengthOf: string -> float) weights =
    Tree.namedLeaves weights
    |> Array.mapi (fun i (path, leaf: Tensor) ->
        let fan = if path.StartsWith "Theta" then 1.0 else sqrt (float leaf.Shape[0])
        let values = normal (key.Child(int64 i)) leaf.Size
        Tensor.float32 leaf.Shape (values |> Array.map (fun z -> float32 (strengthOf path * z / fan))))
    |> fun leaves -> Tree.withLeaves leaves weights

let private scale =
    gen {
        let! centre = Gen.choose (-1000, 1000)
        let! exponent = Gen.choose (-2, 3)
        let width = Math.Pow(10.0, float exponent)

        return {
            Range = { Low = float centre; High = float centre + width }
            Mean = float centre + 0.4 * width
            StandardDeviation = 0.3 * width
        }
    }

let private units = { Intercept = [ 4; 4 ]; Shift = [ 5 ]; Activation = Relu }

let private flowOf (dag: Dag) (scales: Map<string, Scale>) seed intercept shift =
    let weights i (node: Node) =
        let head = NodeModel.head node (scales.TryFind node.Name)

        let widths =
            node.Terms
            |> List.map (
                Term.parents
                >> List.sumBy (fun parent -> Encoding.width (Dag.tryNode parent dag).Value)
            )

        let isIntercept (path: string) =
            path.StartsWith "Theta"
            || path.Contains ".net." && node.Terms[int (path.Split('.')[1])].IsIntercept

        let strengthOf path = if isIntercept path then intercept else shift
        let key = (Key.OfSeed seed).Child(int64 i)
        node.Name, NodeModel.init key units head node widths |> randomise key strengthOf

    {
        Dag = dag
        Units = units
        Weights = Dag.nodes dag |> List.mapi weights |> Map.ofList
        Scales = scales
        History = []
        Provenance = { Seed = seed; Rows = 1; Epochs = 0; Library = "0" }
        Inference = Map.empty
        Recipe = Map.empty
    }

/// Flows of a graph, whose shifts are up to strong enough to saturate every level.
let flowsOf dag =
    gen {
        let continuous = Dag.nodes dag |> List.filter _.Kind.IsContinuous |> List.map _.Name
        let! scales = Gen.listOfLength continuous.Length scale
        let! seed = seeds
        let! intercept = Gen.elements [ 0.0; 0.3; 1.0 ]
        let! shift = Gen.elements [ 0.1; 1.0; 10.0 ]
        return flowOf dag (Map.ofList (List.zip continuous scales)) seed intercept shift
    }

/// Flows of any graph.
let flows = graphs |> Gen.bind flowsOf

/// A node's values: ordinal ones anywhere; continuous ones in the bulk and, unless a network bends a transformation by them, up to a
/// thousand ranges away.
let private values (flow: Flow) rows (node: Node) =
    let bends (child: Node) =
        child.Terms
        |> List.exists (fun term -> term.IsIntercept && List.contains node.Name (Term.parents term))

    let reach = if List.exists bends (Dag.nodes flow.Dag) then 1.0 else 1000.0

    match node.Kind with
    | Ordinal levels ->
        Gen.choose (0, Levels.count levels - 1)
        |> Gen.map float
        |> Gen.arrayOfLength rows
    | Continuous _ ->
        let range = flow.Scales[node.Name].Range
        let inside = Gen.choose (0, 1000) |> Gen.map (fun i -> float i / 1000.0)
        let outside = Gen.choose (-1000, 1000) |> Gen.map (fun i -> reach * float i / 1000.0)

        Gen.frequency [ 3, inside; 1, outside ]
        |> Gen.map (fun t -> range.Low + t * (range.High - range.Low))
        |> Gen.arrayOfLength rows

/// Flows with rows of their nodes.
let cases =
    gen {
        let! flow = flows
        let! rows = Gen.choose (1, 20)
        let! seed = seeds
        let nodes = Dag.nodes flow.Dag
        let! columns = nodes |> List.map (values flow rows) |> Gen.sequenceToList

        return {
            Flow = flow
            Rows =
                List.zip nodes columns
                |> List.map (fun (node, values) -> node.Name, Encoding.column node values)
                |> frame
            Seed = seed
        }
    }
    |> Arb.fromGen

/// The numbers of a column, levels as codes.
let codes (node: Node) frame =
    Frame.column node.Name frame
    |> Result.bind (Encoding.values node)
    |> Result.mapError FlowError.Data
    |> ok

/// Whether two tables hold the same rows: levels exactly, numbers to a tolerance relative to max(1, |x|).
let agree tolerance (dag: Dag) (expected: Frame) (found: Frame) =
    Dag.nodes dag
    |> List.forall (fun node ->
        let near (x: float) y = abs (x - y) <= tolerance * max 1.0 (abs x)
        let near = if node.Kind.IsContinuous then near else (=)
        Array.forall2 near (codes node expected) (codes node found))

/// One value of a generator, always the same.
let once (gen: Gen<'a>) = gen |> Gen.sampleWithSeed (Rnd(20261122UL, 1000003UL)) 50 1 |> Array.head

/// A flow with every kind of edge, and 20 of its rows: age moves all; arm moves cost, grade and outcome, the last also through cost; stage hears
/// of both through cost alone.
let example =
    lazy
        (let dag =
            Dag.create [
                Node.continuous "age"
                Node.ordinal "arm" 2 |> Node.withTerms [ LinearShift "age" ]
                Node.continuous "cost"
                |> Node.withTerms [ Intercept [ "age" ]; LinearShift "arm" ]
                Node.ordinal "grade" 4
                |> Node.withTerms [ LinearShift "arm"; LinearShift "age" ]
                Node.continuous "outcome"
                |> Node.withTerms [ ComplexShift [ "cost"; "age" ]; LinearShift "arm" ]
                Node.named "stage" [ "low"; "mid"; "high" ]
                |> Node.withTerms [ LinearShift "cost" ]
                Node.continuous "price" |> Node.withTerms [ Intercept [ "age"; "arm" ] ]
            ]
            |> okAll

         let flow = once (flowsOf dag)
         use team = new Team 1
         flow, Flow.sample team (Key.OfSeed 3L) [] 20 flow |> ok)
