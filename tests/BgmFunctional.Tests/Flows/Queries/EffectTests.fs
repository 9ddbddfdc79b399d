module BgmFunctional.Tests.Flows.EffectTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 1
let private key = Key.OfSeed 21L

let private example = fst example.Value
let private rows = Flow.sample team (Key.OfSeed 3L) [] 400 example |> ok
let private column name rows = codes (Dag.tryNode name example.Dag).Value rows

let private query outcome statistic = {
    EffectQuery.create "arm" [ To 0.0; To 1.0 ] outcome statistic with
        Draws = 2000
}

let private over rows (query: EffectQuery) = { query with Population = Some rows }
let private average query = Effect.average team key query example |> ok
let private individual query = Effect.individual team key query example |> ok

let private statisticsOf (node: Node) =
    match node.Kind with
    | Ordinal _ -> [ Statistic.Mean; Statistic.AtMost "0"; Statistic.AtLeast "1"; Statistic.Exactly "1" ]
    | Continuous _ -> [ Statistic.Mean; Statistic.Quantile 0.2; Statistic.Quantile 0.9 ]

// ---- nothing to draw: exact -----------------------------------------------------------------------------------------------

[<Fact>]
let ``the effect on an ordinal outcome is that of the averaged probabilities`` () =
    let pmf arm =
        Flow.pmf team "grade" [ "arm", To arm ] rows example
        |> ok
        |> Array.transpose
        |> Array.map Array.average

    for statistic, weights in
        [
            Statistic.Mean, [| 0.0; 1.0; 2.0; 3.0 |]
            Statistic.AtMost "1", [| 1.0; 1.0; 0.0; 0.0 |]
            Statistic.AtLeast "2", [| 0.0; 0.0; 1.0; 1.0 |]
            Statistic.Exactly "2", [| 0.0; 0.0; 1.0; 0.0 |]
        ] do
        let byHand arm = Array.map2 (*) weights (pmf arm) |> Array.sum
        let found = query "grade" statistic |> over rows |> average
        Assert.Equal(byHand 1.0 - byHand 0.0, found.Estimate, 1e-12)
        Assert.Equal<float list>([ 0.0; 0.0 ], found.PerValue |> List.map _.MonteCarloError)
        Assert.Equal((0, 0.0), (found.Draws, found.MonteCarloError))

        for estimate, arm in List.zip found.PerValue [ 0.0; 1.0 ] do
            Assert.Equal(byHand arm, estimate.Estimate, 1e-12)

/// E Y given the parents of row 0: the mean of its quantiles in the middle of 4000 slices of equal mass.
let private meanByQuantiles arm =
    let row = Frame.take [| 0 |] rows
    let shares = Array.init 4000 (fun i -> (float i + 0.5) / 4000.0)

    (Flow.quantiles team "price" [ "arm", To arm ] shares row example |> ok)[0]
    |> Array.average

[<Fact>]
let ``the individual mean of a continuous outcome is the integral of its quantiles`` () =
    let found = query "price" Statistic.Mean |> over (Frame.take [| 0 |] rows) |> individual

    for values, arm in List.zip found.PerValue [ 0.0; 1.0 ] do
        let byHand = meanByQuantiles arm
        let range = example.Scales["price"].Range
        // The outermost of 4000 slices of equal mass end midpoint sums 1e-4 ranges short of the tails.
        Assert.Equal(byHand, values[0], 2e-3 * (range.High - range.Low))

[<Fact>]
let ``an individual quantile is the quantile given the row`` () =
    let found = query "price" (Statistic.Quantile 0.3) |> over rows |> individual

    for values, arm in List.zip found.PerValue [ 0.0; 1.0 ] do
        let expected = Flow.quantiles team "price" [ "arm", To arm ] [| 0.3 |] rows example |> ok

        Array.iter2
            (fun (expected: float[]) found -> Assert.Equal(expected[0], found, 1e-9 * (1.0 + abs found)))
            expected
            values

[<Fact>]
let ``the average effect is the mean of the individual ones, but for quantiles`` () =
    for outcome in [ "grade"; "price"; "outcome"; "stage" ] do
        let query = query outcome Statistic.Mean |> over rows
        let one, all = average query, individual query
        Assert.Equal(one.Estimate, Array.average all.Effects, 1e-9 * (1.0 + abs one.Estimate))
        let differences = Array.map2 (-) all.PerValue[1] all.PerValue[0]

        Array.iter2
            (fun (d: float) effect -> Assert.Equal(d, effect, 1e-9 * (1.0 + abs one.Estimate)))
            differences
            all.Effects

[<Fact>]
let ``a quantile of a population is where the averaged cdf is p`` () =
    for p in [ 0.01; 0.5; 0.9 ] do
        let found = query "price" (Statistic.Quantile p) |> over rows |> average

        for estimate, arm in List.zip found.PerValue [ 0.0; 1.0 ] do
            let cdf =
                Flow.cdf team "price" [ "arm", To arm ] [| estimate.Estimate |] rows example
                |> ok
                |> Array.averageBy Array.head

            Assert.Equal(p, cdf, 1e-9)

// ---- draws -----------------------------------------------------------------------------------------------------------------

/// The statistic in rows that are sampled under an intervention, and its standard error.
let private sampled flow (node: Node) statistic interventions =
    let n = 4000
    let values = Flow.sample team (Key.OfSeed 77L) interventions n flow |> ok |> codes node
    let estimate = Statistic.ofValues node values statistic |> ok

    let error =
        match statistic with
        | Statistic.Quantile p ->
            // Between the quantiles three standard errors of a share away.
            let at share = Statistic.ofValues node values (Statistic.Quantile share) |> ok
            let width = 3.0 * sqrt (p * (1.0 - p) / float n)
            (at (min 0.9999 (p + width)) - at (max 0.0001 (p - width))) / 6.0
        | _ ->
            let mean = Array.average values
            let spread = values |> Array.averageBy (fun x -> (x - mean) ** 2.0)
            sqrt (spread / float n)

    estimate, error

[<Fact>]
let ``estimates are those of sampled rows, within their errors`` () =
    Prop.forAll cases (fun case ->
        let dag = case.Flow.Dag
        let nodes = Dag.nodes dag
        let treatment = nodes[int (uint64 case.Seed % uint64 nodes.Length)]

        let values =
            match treatment.Kind with
            | Ordinal levels -> [ To 0.0; To(float (Levels.count levels - 1)) ]
            | Continuous _ ->
                let range = case.Flow.Scales[treatment.Name].Range
                [ To range.Low; To range.High ]

        Dag.descendants treatment.Name dag
        |> List.map (fun name -> (Dag.tryNode name dag).Value)
        |> List.forall (fun outcome ->
            statisticsOf outcome
            |> List.forall (fun statistic ->
                let query = {
                    EffectQuery.create treatment.Name values outcome.Name statistic with
                        Draws = 4000
                }

                let found = Effect.average team key query case.Flow |> ok

                List.zip found.PerValue values
                |> List.forall (fun (found, value) ->
                    let estimate, error = sampled case.Flow outcome statistic [ treatment.Name, value ]
                    // Six standard errors of each, and a few rows for rare levels, where they say little.
                    abs (found.Estimate - estimate)
                    <= 6.0 * (error + found.MonteCarloError) + 1e-2 * abs estimate + 2e-3))))
    |> fun law -> Check.One(Law.config 20, law)

[<Fact>]
let ``standard errors say how far answers scatter from key to key`` () =
    for outcome, statistic in
        [
            "grade", Statistic.AtMost "1"
            "outcome", Statistic.Mean
            "outcome", Statistic.Quantile 0.7
            "stage", Statistic.Exactly "mid"
        ] do
        for population in [ None; Some(Frame.take [| 0..49 |] rows) ] do
            let query = { query outcome statistic with Population = population; Draws = 500 }

            let answers = [ for seed in 1L .. 60L -> Effect.average team (Key.OfSeed seed) query example |> ok ]

            let estimates = answers |> List.map _.Estimate
            let mean = List.average estimates

            let scatter =
                estimates
                |> List.sumBy (fun x -> (x - mean) ** 2.0)
                |> fun sum -> sqrt (sum / 59.0)

            let stated = answers |> List.averageBy _.MonteCarloError
            // The spread of 60 answers is known to one part in √118: five of these are 46 %.
            Assert.InRange(scatter, 0.5 * stated, 1.5 * stated + 1e-12)

[<Fact>]
let ``values share their draws, so that equal values have no effect at all`` () =
    for outcome in [ "outcome"; "stage"; "grade" ] do
        let same = {
            query outcome Statistic.Mean with
                Values = [ To 1.0; ToLevel "1" ]
                Draws = 300
        }

        let found = average same
        Assert.Equal((0.0, 0.0), (found.Estimate, found.MonteCarloError))

[<Fact>]
let ``a population's covariates are taken as they are, and what the treatment moves is drawn`` () =
    let covariates = Frame.select [ "age" ] rows |> Result.mapError FlowError.Data |> ok

    let query = {
        query "outcome" Statistic.Mean with
            Population = Some covariates
            Draws = 4000
    }

    // Columns that are not needed are not looked at.
    Assert.Equal(average query, average (query |> over rows))

    let byHand arm =
        let pairs = [
            for seed in 1L .. 10L ->
                Flow.sample team (Key.OfSeed seed) [ "age", ToEach(column "age" rows); "arm", To arm ] 400 example
                |> ok
                |> column "outcome"
        ]

        Array.concat pairs

    let differences = Array.map2 (-) (byHand 1.0) (byHand 0.0)
    let mean = Array.average differences

    let error =
        sqrt (
            (differences |> Array.averageBy (fun d -> (d - mean) ** 2.0))
            / float differences.Length
        )

    Assert.Equal(mean, (average query).Estimate, 6.0 * error)

[<Fact>]
let ``a soft intervention sets each row of a population`` () =
    let ages = column "age" rows

    let query =
        EffectQuery.create "age" [ ToEach ages; ToEach(ages |> Array.map ((+) 1.0)) ] "grade" Statistic.Mean
        |> over rows

    let found = Effect.average team key { query with Draws = 40_000 } example |> ok
    Assert.Equal(0.0, found.Estimate - (found.PerValue[1].Estimate - found.PerValue[0].Estimate), 1e-12)
    Assert.True(found.MonteCarloError > 0.0)

[<Fact>]
let ``a treatment does nothing to an outcome that it does not act on`` () =
    let found =
        Effect.average team key (EffectQuery.create "grade" [ To 0.0; To 3.0 ] "outcome" Statistic.Mean) example
        |> ok

    Assert.Equal((0.0, 0.0), (found.Estimate, found.MonteCarloError))

[<Fact>]
let ``answers are the same bits on any number of threads`` () =
    use two = new Team 2

    for outcome in [ "grade"; "outcome"; "stage" ] do
        for statistic in statisticsOf (Dag.tryNode outcome example.Dag).Value do
            for population in [ None; Some rows ] do
                let query = { query outcome statistic with Population = population; Draws = 3000 }
                Assert.Equal(Effect.average team key query example, Effect.average two key query example)

    let query = query "outcome" (Statistic.Quantile 0.5) |> over rows

    Assert.Equal(
        Effect.individual team key { query with Draws = 4000 } example,
        Effect.individual two key { query with Draws = 4000 } example
    )

// ---- a known truth -----------------------------------------------------------------------------------------------------------

[<Fact>]
let ``a classical fit of the linear stroke cohort finds the trial's effect`` () =
    let linear (node: Node) =
        // The outcome's equation is linear; affine nodes elsewhere, whose distributions the answer does not hang on.
        let kind = if node.Kind.IsContinuous then Continuous Affine else node.Kind
        { node with Kind = kind; Terms = Node.parents node |> List.map LinearShift }

    let cohort = StrokeCohort.simulator StrokeCohort.Linear StrokeCohort.Observational
    let trial = StrokeCohort.simulator StrokeCohort.Linear StrokeCohort.Trial
    let dag = Dag.nodes cohort.Dag |> List.map linear |> Dag.create |> okAll
    let seen = Simulator.sample (Key.OfSeed 1L) [] 20_000 cohort |> ok
    let flow = (Classical.fit 2 dag seen |> ok).Flow
    let population = Simulator.sample (Key.OfSeed 2L) [] 20_000 trial |> ok

    let found =
        EffectQuery.create "T" [ To 0.0; To 1.0 ] "mRS_3m" (Statistic.AtMost "2")
        |> over population
        |> fun query -> Effect.average team key query flow |> ok

    // The coefficient of T has a standard error of 0.03, and a log-odds of one is worth 0.155 of the effect: four standard errors.
    Assert.Equal(StrokeCohort.averageEffect StrokeCohort.Linear StrokeCohort.Trial, found.Estimate, 0.02)
    Assert.Equal(0.132, found.Estimate, 0.02)

// ---- refused -------------------------------------------------------------------------------------------------------------------

let private refuses texts query = refused texts (Effect.average team key query example)

[<Fact>]
let ``an effect on an ancestor or on the treatment itself is refused`` () =
    refuses [ "'cost' on 'arm'"; "ancestor" ] (EffectQuery.create "cost" [ To 0.0; To 1.0 ] "arm" Statistic.Mean)
    refuses [ "'arm' on itself" ] (EffectQuery.create "arm" [ To 0.0; To 1.0 ] "arm" Statistic.Mean)

[<Fact>]
let ``unknown nodes are refused with those there are`` () =
    refuses [ "'weight'"; "age, arm" ] (EffectQuery.create "weight" [ To 0.0; To 1.0 ] "grade" Statistic.Mean)
    refuses [ "'weight'"; "age, arm" ] (query "weight" Statistic.Mean)

[<Fact>]
let ``a level or a kind of statistic that the outcome does not have is refused`` () =
    refuses [ "level<=4"; "'grade'"; "0, 1, 2, 3" ] (query "grade" (Statistic.AtMost "4"))
    refuses [ "level=5"; "'cost' is continuous" ] (query "cost" (Statistic.Exactly "5"))
    refuses [ "quantile:0.5"; "'grade' is ordinal" ] (query "grade" (Statistic.Quantile 0.5))
    refuses [ "between 0 and 1" ] (query "cost" (Statistic.Quantile 1.0))

[<Fact>]
let ``values that the treatment cannot take, or fewer than two, are refused`` () =
    let with' treatment values = EffectQuery.create treatment values "grade" Statistic.Mean
    refuses [ "do arm=2"; "0, 1" ] (with' "arm" [ To 0.0; To 2.0 ])
    refuses [ "do arm=high"; "0, 1" ] (with' "arm" [ To 0.0; ToLevel "high" ])
    refuses [ "do age=old"; "finite" ] (with' "age" [ To 0.0; ToLevel "old" ])
    refuses [ "do age=NaN"; "finite" ] (with' "age" [ To 0.0; To nan ])
    refuses [ "values: found 1"; "at least 2" ] (with' "arm" [ To 0.0 ])
    refuses [ "do arm"; "2 values for 400 rows" ] (with' "arm" [ To 0.0; ToEach [| 0.0; 1.0 |] ] |> over rows)

[<Fact>]
let ``too few or too many draws are refused`` () =
    refuses [ "draws: found 1" ] { query "grade" Statistic.Mean with Draws = 1 }
    refuses [ "draws"; "10000000" ] { query "grade" Statistic.Mean with Draws = Int32.MaxValue }

[<Fact>]
let ``a population without a column that is needed, or without rows, is refused`` () =
    let bare = Frame.select [ "arm"; "cost" ] rows |> Result.mapError FlowError.Data |> ok
    refuses [ "lack"; "'age'" ] (query "grade" Statistic.Mean |> over bare)
    refuses [ "population"; "no rows" ] (query "grade" Statistic.Mean |> over (Frame.take [||] rows))

    let missing =
        Frame.add "age" (Column.Numeric(Array.create 400 nan)) rows
        |> Result.mapError FlowError.Data
        |> ok

    refuses [ "'age', row 1"; "missing" ] (query "grade" Statistic.Mean |> over missing)

[<Fact>]
let ``individual effects of no table are refused`` () =
    refused [ "population: found none" ] (Effect.individual team key (query "grade" Statistic.Mean) example)
