module BgmFunctional.Tests.Flows.DistributionTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 1
let private key = Key.OfSeed 31L
let private forAll (law: Case -> bool) = Prop.forAll cases law |> fun law -> Check.One(Law.config 50, law)

let private continuous case = Dag.nodes case.Flow.Dag |> List.filter _.Kind.IsContinuous

let private near tolerance (expected: float) found = abs (expected - found) <= tolerance * max 1.0 (abs expected)

/// Five Gauss–Legendre points and weights on [0, 1].
let private legendre = [|
    for x, w in
        [
            0.0, 0.568888888888889
            0.538469310105683, 0.478628670499366
            -0.538469310105683, 0.478628670499366
            0.906179845938664, 0.236926885056189
            -0.906179845938664, 0.236926885056189
        ] -> (x + 1.0) / 2.0, w / 2.0
|]

// ---- given the parents in a row -----------------------------------------------------------------------------------------

let private shares = [| 1e-6; 0.01; 0.3; 0.5; 0.95; 0.9999 |]

[<Fact>]
let ``a quantile is where the cdf is its share`` () =
    forAll (fun case ->
        continuous case
        |> List.forall (fun node ->
            let quantiles = Flow.quantiles team node.Name [] shares case.Rows case.Flow |> ok

            quantiles
            |> Array.mapi (fun row points ->
                let only = Frame.take [| row |] case.Rows
                let cdf = (Flow.cdf team node.Name [] points only case.Flow |> ok)[0]
                Array.forall2 (fun p found -> abs (p - found) <= 1e-6 * p) shares cdf)
            |> Array.forall id))

/// ∫ f from low to high: slices are halved until that changes nothing.
let private integral tolerance (f: float[] -> float[]) low high =
    let slice low high =
        let values = legendre |> Array.map (fun (x, _) -> low + x * (high - low)) |> f

        (high - low)
        * (Array.map2 (fun (_, w) value -> w * value) legendre values |> Array.sum)

    let rec refine depth low high whole =
        let middle = (low + high) / 2.0
        let left, right = slice low middle, slice middle high

        if depth = 0 || abs (left + right - whole) <= tolerance then
            left + right
        else
            refine (depth - 1) low middle left + refine (depth - 1) middle high right

    refine 40 low high (slice low high)

[<Fact>]
let ``the density integrates to the mass between two quantiles`` () =
    let shares = Array.init 11 (fun i -> 0.001 + 0.998 * float i / 10.0)

    forAll (fun case ->
        let row = Frame.take [| 0 |] case.Rows

        continuous case
        |> List.forall (fun node ->
            let ends = (Flow.quantiles team node.Name [] shares row case.Flow |> ok)[0]
            let density points = (Flow.density team node.Name [] points row case.Flow |> ok)[0]

            let mass =
                Array.pairwise ends
                |> Array.sumBy (fun (low, high) -> integral 1e-7 density low high)

            abs (mass - 0.998) <= 1e-4))

[<Fact>]
let ``the density is the exponential of the log-density`` () =
    forAll (fun case ->
        let nll = Flow.nll team case.Rows case.Flow |> ok

        continuous case
        |> List.forall (fun node ->
            let values = codes node case.Rows
            let density = Flow.density team node.Name [] values case.Rows case.Flow |> ok
            let own = Array.init values.Length (fun row -> density[row][row])

            Array.exists (fun f -> f < 1e-300) own
            || near 1e-9 nll[node.Name] -(own |> Array.averageBy log)))

[<Fact>]
let ``under an intervention the distribution is that of the changed rows`` () =
    let flow, rows = example.Value

    let changed =
        Frame.add "arm" (Column.Numeric(Array.create 20 1.0)) rows
        |> Result.mapError FlowError.Data
        |> ok

    let points = [| flow.Scales["cost"].Range.Low; flow.Scales["cost"].Range.High |]

    Assert.Equal(
        Flow.density team "cost" [ "arm", To 1.0 ] points rows flow,
        Flow.density team "cost" [] points changed flow
    )

// ---- in a population ------------------------------------------------------------------------------------------------------

let private query node interventions : DistributionQuery = {
    Node = node
    Interventions = interventions
    Population = None
    Draws = 2000
}

[<Fact>]
let ``in a population cdfs, densities and probabilities are means over its rows`` () =
    let flow, rows = example.Value

    let points =
        [| 0.1; 0.5; 0.9 |]
        |> Array.map (fun t -> flow.Scales["cost"].Range.Low * (1.0 - t) + t * flow.Scales["cost"].Range.High)

    let mean (answer: float[][]) = answer |> Array.transpose |> Array.map Array.average
    let query = { query "cost" [ "arm", To 1.0 ] with Population = Some rows }
    let given ask = ask team "cost" [ "arm", To 1.0 ] points rows flow |> ok |> mean

    let close expected found =
        Array.iter2 (fun (e: float) f -> Assert.Equal(e, f, 1e-12 * (1.0 + abs e))) expected found

    close (given Flow.density) (Distribution.density team key query points flow |> ok)
    close (given Flow.cdf) (Distribution.cdf team key query points flow |> ok)

    let pmf = Flow.pmf team "grade" [ "arm", To 1.0 ] rows flow |> ok |> mean
    close pmf (Distribution.pmf team key { query with Node = "grade" } flow |> ok)

[<Fact>]
let ``quantiles undo the cdf through other nodes too`` () =
    let flow, rows = example.Value

    for population in [ None; Some rows ] do
        for set in [ []; [ "arm", To 1.0 ]; [ "arm", To 0.0; "age", To(flow.Scales["age"].Range.High) ] ] do
            let query = { query "outcome" set with Population = population }
            let points = Distribution.quantiles team key query shares flow |> ok
            let cdf = Distribution.cdf team key query points flow |> ok
            Array.iter2 (fun (p: float) found -> Assert.Equal(p, found, 1e-9)) shares cdf

[<Fact>]
let ``the density is the derivative of the cdf`` () =
    let flow, _ = example.Value
    let range = flow.Scales["outcome"].Range
    let h = 1e-5 * (range.High - range.Low)
    let query = query "outcome" [ "arm", To 1.0 ]

    for t in [ 0.03; 0.31; 0.72; 1.4 ] do
        let x = range.Low + t * (range.High - range.Low)
        let cdf = Distribution.cdf team key query [| x - h; x + h |] flow |> ok
        let density = (Distribution.density team key query [| x |] flow |> ok)[0]
        Assert.Equal((cdf[1] - cdf[0]) / (2.0 * h) / density, 1.0, 1e-4)

[<Fact>]
let ``probabilities under an intervention are those of sampled rows`` () =
    let flow, _ = example.Value
    let n = 20_000

    let drawn =
        Flow.sample team (Key.OfSeed 5L) [ "arm", To 1.0 ] n flow
        |> ok
        |> codes (Dag.tryNode "stage" flow.Dag).Value

    let pmf =
        Distribution.pmf team key { query "stage" [ "arm", To 1.0 ] with Draws = 50_000 } flow
        |> ok

    Assert.Equal(1.0, Array.sum pmf, 1e-12)

    pmf
    |> Array.iteri (fun level p ->
        let share = drawn |> Array.averageBy (fun code -> if code = float level then 1.0 else 0.0)
        // Five standard errors of a share, and as much again for the draws of the mixture.
        Assert.Equal(share, p, 10.0 * sqrt (p * (1.0 - p) / float n) + 1e-3))

// ---- odds ratios ------------------------------------------------------------------------------------------------------------

let private coefficient node parent (flow: Flow) =
    (Flow.coefficients flow
     |> List.find (fun c -> c.Node = node && c.Parent = parent))
        .Estimate

let private ratios node parent (first, last) thresholds =
    let flow, rows = example.Value

    Flow.oddsRatios team node parent (To first, To last) thresholds rows flow
    |> ok
    |> Array.concat

[<Fact>]
let ``a linear shift has one odds ratio, the exponential of its coefficient`` () =
    let flow, _ = example.Value
    let age = flow.Scales["age"]
    let b = age.Mean + age.StandardDeviation

    for node, parent, first, last, thresholds in
        [
            "grade", "age", age.Mean, b, [| 0.0; 1.0; 2.0 |]
            "grade", "arm", 0.0, 1.0, [| 0.0; 2.0 |]
            "cost", "arm", 0.0, 1.0, [| flow.Scales["cost"].Range.Low; flow.Scales["cost"].Range.High |]
        ] do
        let expected = exp (coefficient node parent flow * (last - first))

        for found in ratios node parent (first, last) thresholds do
            Assert.Equal(1.0, found / expected, 1e-8)

[<Fact>]
let ``a complex shift has the same odds ratio at every threshold, a complex intercept has not`` () =
    let flow, rows = example.Value
    let age, range = flow.Scales["age"].Range, flow.Scales["outcome"].Range

    let complex =
        Flow.oddsRatios team "outcome" "age" (To age.Low, To age.High) [| range.Low; range.High |] rows flow
        |> ok

    for row in complex do
        Assert.Equal(1.0, row[0] / row[1], 1e-8)

    let intercept =
        Flow.oddsRatios
            team
            "cost"
            "age"
            (To age.Low, To age.High)
            [| flow.Scales["cost"].Range.Low; flow.Scales["cost"].Range.High |]
            rows
            flow
        |> ok

    Assert.Contains(intercept, fun row -> abs (row[0] / row[1] - 1.0) > 1e-6)

[<Fact>]
let ``an odds ratio is that of the probabilities`` () =
    let flow, rows = example.Value

    let odds arm =
        Flow.pmf team "grade" [ "arm", To arm ] rows flow
        |> ok
        |> Array.map (fun p -> (p[2] + p[3]) / (p[0] + p[1]))

    Array.iter2
        (fun (expected: float) found -> Assert.Equal(1.0, found / expected, 1e-9))
        (Array.map2 (/) (odds 1.0) (odds 0.0))
        (ratios "grade" "arm" (0.0, 1.0) [| 1.0 |])

// ---- refused ----------------------------------------------------------------------------------------------------------------

[<Fact>]
let ``densities of ordinal nodes and shares outside 0 to 1 are refused`` () =
    let flow, rows = example.Value
    refused [ "'grade' is ordinal" ] (Flow.density team "grade" [] [| 0.0 |] rows flow)
    refused [ "'grade' is ordinal" ] (Distribution.cdf team key (query "grade" []) [| 0.0 |] flow)
    refused [ "'cost' is continuous" ] (Distribution.pmf team key (query "cost" []) flow)
    refused [ "'weight'" ] (Flow.cdf team "weight" [] [| 0.0 |] rows flow)
    refused [ "no parent of 'cost'" ] (Flow.cdf team "cost" [ "grade", To 1.0 ] [| 0.0 |] rows flow)
    refused [ "between 0 and 1" ] (Flow.quantiles team "cost" [] [| 0.5; 1.0 |] rows flow)
    refused [ "between 0 and 1" ] (Distribution.quantiles team key (query "cost" []) [| 0.0 |] flow)

[<Fact>]
let ``the distribution of a node that is set is refused`` () =
    let flow, _ = example.Value
    refused [ "do cost"; "its own" ] (Distribution.cdf team key (query "cost" [ "cost", To 1.0 ]) [| 0.0 |] flow)

[<Fact>]
let ``odds ratios of no edge or at no threshold are refused`` () =
    let flow, rows = example.Value
    let ask node parent thresholds = Flow.oddsRatios team node parent (To 0.0, To 1.0) thresholds rows flow
    refused [ "'arm' is no parent of 'stage'"; "cost" ] (ask "stage" "arm" [| 0.0 |])
    refused [ "'age' has no parents" ] (ask "age" "arm" [| 0.0 |])
    refused [ "thresholds: found 3"; "0 to 2" ] (ask "grade" "arm" [| 3.0 |])
    refused [ "thresholds"; "finite" ] (ask "cost" "arm" [| infinity |])
    refused [ "do arm=2" ] (Flow.oddsRatios team "cost" "arm" (To 0.0, To 2.0) [| 0.0 |] rows flow)
