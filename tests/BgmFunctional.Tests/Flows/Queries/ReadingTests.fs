module BgmFunctional.Tests.Flows.ReadingTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Tests.Flows.FlowGenerators

let private flow = fst example.Value
let private rows = snd example.Value
let private range name = flow.Scales[name].Range

let private grid name =
    Array.init 9 (fun i -> (range name).Low + float i / 8.0 * ((range name).High - (range name).Low))

[<Fact>]
let ``the curve of a linear shift is a line with its coefficient as slope`` () =
    let ages = grid "age"
    let curve = Reading.curve "grade" "age" [] ages flow |> ok

    let beta =
        (Flow.coefficients flow
         |> List.find (fun c -> c.Node = "grade" && c.Parent = "age"))
            .Estimate

    for i in 1..8 do
        Assert.Equal(1.0, (curve[i] - curve[0]) / (ages[i] - ages[0]) / beta, 1e-9)

[<Fact>]
let ``differences of a curve are log odds ratios`` () =
    use team = new BgmFunctional.Kernels.Team 1
    let costs = grid "cost"
    let row = Frame.take [| 0 |] rows
    let age = (codes (Dag.tryNode "age" flow.Dag).Value row)[0]
    let curve = Reading.curve "outcome" "cost" [ "age", To age ] costs flow |> ok

    for i in 1..8 do
        let ratio =
            Flow.oddsRatios team "outcome" "cost" (To costs[0], To costs[i]) [| (range "outcome").Low |] row flow
            |> ok

        Assert.Equal(log (ratio[0][0]), curve[i] - curve[0], 1e-9)

[<Fact>]
let ``a centred curve has mean zero and the same shape`` () =
    let curve = Reading.curve "grade" "age" [] (grid "age") flow |> ok
    let centred = Reading.centred curve
    Assert.Equal(0.0, Array.average centred, 1e-12)
    Assert.Equal(curve[3] - curve[0], centred[3] - centred[0], 1e-12)

[<Fact>]
let ``an ordinal parent has a curve over its codes`` () =
    let curve = Reading.curve "grade" "arm" [] [| 0.0; 1.0 |] flow |> ok

    let beta =
        (Flow.coefficients flow
         |> List.find (fun c -> c.Node = "grade" && c.Parent = "arm"))
            .Estimate

    Assert.Equal(beta, curve[1] - curve[0], 1e-12)

[<Fact>]
let ``curves of no edge, of a complex intercept and of a joint term without its others are refused`` () =
    refused [ "'stage'"; "whose parents are arm, age" ] (Reading.curve "grade" "stage" [] [| 0.0 |] flow)
    refused [ "'age' enters 'cost' through ci" ] (Reading.curve "cost" "age" [] [| 0.0 |] flow)
    refused [ "'cost'"; "age too" ] (Reading.curve "outcome" "cost" [] [| 0.0 |] flow)
    refused [ "'weight'" ] (Reading.curve "weight" "age" [] [| 0.0 |] flow)
    refused [ "do age=NaN" ] (Reading.curve "grade" "age" [] [| nan |] flow)

[<Fact>]
let ``baseline and contributions sum to the parameters, and contributions to zero`` () =
    Prop.forAll cases (fun case ->
        Dag.nodes case.Flow.Dag
        |> List.forall (fun node ->
            let found = Reading.interceptContributions node.Name case.Rows case.Flow |> ok
            let values = Rows.encode case.Flow.Dag case.Rows |> ok
            let ready = ReadyNode.named node.Name case.Flow

            let theta, _ =
                Rows.parents case.Flow.Dag case.Flow.Scales values node
                |> NodeModel.conditioners ready.Activation ready.Weights

            let theta = Tensor.toArray theta |> Array.chunkBySize theta.Shape[1]
            let near (x: float) y = abs (x - y) <= 1e-9 * (1.0 + abs x)

            let isSum row =
                found.Terms
                |> List.fold (fun sum (_, rows) -> Array.map2 (+) sum rows[row]) found.Baseline
                |> Array.forall2 near theta[min row (theta.Length - 1)]

            let isCentred (_, rows: float[][]) = rows |> Array.transpose |> Array.forall (Array.average >> near 0.0)

            Seq.forall isSum [ 0 .. values[0].Length - 1 ]
            && List.forall isCentred found.Terms))
    |> Law.check

[<Fact>]
let ``contributions name their parents, and need their columns alone`` () =
    let ages = Frame.select [ "age" ] rows |> Result.mapError FlowError.Data |> ok
    let found = Reading.interceptContributions "cost" ages flow |> ok
    Assert.Equal<string list list>([ [ "age" ] ], found.Terms |> List.map fst)
    let costs = Frame.select [ "cost" ] rows |> Result.mapError FlowError.Data |> ok
    refused [ "lack"; "'age'" ] (Reading.interceptContributions "cost" costs flow)
    refused [ "rows: found none" ] (Reading.interceptContributions "cost" (Frame.take [||] rows) flow)
    refused [ "'weight'" ] (Reading.interceptContributions "weight" rows flow)

[<Fact>]
let ``the meta-adjacency matrix names every edge`` () =
    let matrix = MetaAdjacency.ofDag flow.Dag

    let expected = [
        "         age  arm  cost  grade  outcome  stage  price"
        "age      SI   LS   CI    LS     CS       0      CI"
        "arm      0    SI   LS    LS     LS       0      CI"
        "cost     0    0    0     0      CS       LS     0"
        "grade    0    0    0     SI     0        0      0"
        "outcome  0    0    0     0      SI       0      0"
        "stage    0    0    0     0      0        SI     0"
        "price    0    0    0     0      0        0      0"
    ]

    Assert.Equal<string list>(expected, MetaAdjacency.format matrix |> fun text -> List.ofArray (text.Split '\n'))
