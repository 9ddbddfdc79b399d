module BgmFunctional.Tests.Flows.BootstrapTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Simulators
open BgmFunctional.Tests
open BgmFunctional.Tests.Flows.FlowGenerators

let private team = new Team 2
let private key = Key.OfSeed 1L

/// x continuous and y with three levels, its shift linear in x.
let private dag =
    Dag.create [
        { Node.continuous "x" with Kind = Continuous Affine }
        { Node.ordinal "y" 3 with Terms = [ LinearShift "x" ] }
    ]
    |> okAll

let private draws draw child n =
    let values = Array.zeroCreate<float> n
    Kernels<float>.Best.Random(draw, (Key.OfSeed 5L).Child child, 0L, Span values)
    values

let private table n =
    let x = draws Draw.Logistic 0L n
    let u = draws Draw.Logistic 1L n
    let level x u = [ -0.5; 1.0 ] |> List.filter (fun cut -> cut + 0.6 * x < u) |> List.length
    frame [ "x", Column.Numeric x; "y", Column.Numeric(Array.map2 (fun x u -> float (level x u)) x u) ]

let private rows = table 400
let private flow = (Classical.fit 2 dag rows |> ok).Flow
let private few = { BootstrapOptions.defaults with Refits = 24 }
let private coefficients flow = Flow.coefficients flow |> List.map _.Estimate |> Array.ofList |> Ok

let private options = { FitOptions.defaults with Epochs = 4; BatchSize = 128; Threads = 1; Seed = 3L }

let private trained = (Fit.run dag options rows None |> ok).Flow

let private weights (bootstrap: Bootstrap) =
    bootstrap.Flows
    |> Array.map (fun flow -> Tree.leaves flow.Weights |> Array.map Tensor.toArray)

// ---- what it says -------------------------------------------------------------------------------------------------------

[<Fact>]
let ``standard errors of refits are those of the exact Hessian`` () =
    let refits = 400
    let bootstrap = Bootstrap.run team key { few with Refits = refits } Exact flow rows None |> ok
    let found = Bootstrap.answers team coefficients bootstrap |> ok |> Array.map Array.head
    let mean = Array.average found
    let error = sqrt (Array.sumBy (fun x -> (x - mean) * (x - mean)) found / float (refits - 1))
    let effect = Flow.inference [] flow |> ok |> List.collect _.Effects |> List.exactlyOne

    // The standard deviation of B normal numbers is off by 1/√(2B); the model is right, so the two differ by that and O(1/n) alone.
    Assert.Equal(1.0, error / effect.StandardError, 4.0 / sqrt (2.0 * float refits))
    Assert.Equal(effect.Estimate, mean, 4.0 * effect.StandardError / sqrt (float refits) + 2.0 / 400.0)

    let low, high = Bootstrap.interval team 0.95 coefficients bootstrap |> ok |> Array.exactlyOne
    // An end of the interval is off by about √(p(1 − p)/B)/φ(1.96) standard errors.
    let tolerance = 4.0 * effect.StandardError * sqrt (0.025 * 0.975 / float refits) / 0.0584
    Assert.Equal(effect.Low, low, tolerance)
    Assert.Equal(effect.High, high, tolerance)

[<Fact>]
let ``the interval of a level has its share of the answers inside`` () =
    let bootstrap = Bootstrap.run team key { few with Refits = 21 } Exact flow rows None |> ok

    let sorted =
        Bootstrap.answers team coefficients bootstrap
        |> ok
        |> Array.map Array.head
        |> Array.sort
    // R: quantile(x, c(.25, .75)) of 21 numbers are the 6th and the 16th.
    let low, high = Bootstrap.interval team 0.5 coefficients bootstrap |> ok |> Array.exactlyOne
    Assert.Equal(sorted[5], low, 1e-12)
    Assert.Equal(sorted[15], high, 1e-12)

[<Fact>]
let ``a resample has as many rows, each of them one of the rows, as often as chance has it`` () =
    let n = 2000

    let found =
        Bootstrap.resample key (frame [ "i", Column.Numeric [| 0.0 .. float (n - 1) |] ])
        |> codes (Node.continuous "i")

    Assert.Equal(n, found.Length)
    Assert.All(found, fun i -> Assert.True(i >= 0.0 && i < float n && i = floor i))
    // A row is left out with probability 1/e; the count of these has a standard deviation of some √(n (1/e)(1 − 2/e)).
    let missing = n - (Array.distinct found).Length
    Assert.Equal(float n / Math.E, float missing, 4.0 * sqrt (float n * 0.0972))

[<Fact>]
let ``refits of training are fits of the recipe to resampled rows`` () =
    let recipe = Recipe.ofFlow trained |> ok
    let bootstrap = Bootstrap.run team key few recipe trained rows None |> ok
    let first = key.Child 0L

    let by =
        (Fit.run dag { options with Seed = int64 (first.Child 2L).Low } (Bootstrap.resample (first.Child 0L) rows) None
         |> ok)
            .Flow

    Assert.Equal<float[][]>(Tree.leaves by.Weights |> Array.map Tensor.toArray, (weights bootstrap)[0])

[<Fact>]
let ``a recipe comes back from the flow that it made`` () =
    let odd = {
        options with
            Schedule = BgmFunctional.Optim.Plateau 7
            FreezePatience = Some 9
            MarginalInit = true
            LearningRate = 0.1 + 0.2
            Seed = -5L
            Units = { Intercept = []; Shift = [ 3; 2 ]; Activation = LeakyRelu 0.25 }
    }

    for options in [ options; odd ] do
        let flow = (Fit.run dag { options with Epochs = 1 } rows None |> ok).Flow

        match Recipe.ofFlow flow |> ok with
        | Exact -> failwith "It was trained."
        | Trained found ->
            Assert.Equal((1, options.LearningRate, options.Seed), (found.Epochs, found.LearningRate, found.Seed))
            Assert.Equal((options.Schedule, options.FreezePatience), (found.Schedule, found.FreezePatience))
            Assert.Equal((options.Units, options.MarginalInit), (found.Units, found.MarginalInit))

    Assert.True((Recipe.ofFlow flow |> ok).IsExact)

[<Fact>]
let ``a warm start begins at the flow's own weights`` () =
    let recipe = Trained { options with LearningRate = 1e-30 }

    let bootstrap =
        Bootstrap.run team key { few with WarmEpochs = Some 1 } recipe trained rows None
        |> ok

    let own = Tree.leaves trained.Weights |> Array.map Tensor.toArray
    Assert.All(weights bootstrap, fun found -> Assert.Equal<float[][]>(own, found))

// ---- how it is done -----------------------------------------------------------------------------------------------------

[<Fact>]
let ``refits do not depend on threads, nor on how many they are`` () =
    for recipe, flow in [ Exact, flow; Recipe.ofFlow trained |> ok, trained ] do
        let run threads refits =
            use team = new Team(threads: int)

            Bootstrap.run team key { few with Refits = refits } recipe flow rows None
            |> ok
            |> weights

        let first = run 1 24
        Assert.True((first = run 2 24))
        Assert.True((first = run 3 24))
        Assert.True((first = Array.truncate 24 (run 2 30)))

[<Fact>]
let ``validation rows are resampled for themselves`` () =
    let validation = Frame.take [| 0..49 |] rows
    let options = { options with RestoreBest = true }
    let flow = (Fit.run dag options rows (Some validation) |> ok).Flow

    let bootstrap =
        Bootstrap.run team key few (Recipe.ofFlow flow |> ok) flow rows (Some validation)
        |> ok

    Assert.Equal(24, bootstrap.Flows.Length)
    Assert.All(bootstrap.Flows, fun flow -> Assert.Empty flow.History)

[<Fact>]
let ``progress is told of every refit`` () =
    let told = ResizeArray<BootstrapProgress>()

    Bootstrap.run team key { few with Progress = told.Add } Exact flow rows None
    |> ok
    |> ignore

    Assert.Equal<int list>([ 1..24 ], [ for progress in told -> progress.Done ])
    Assert.All(told, fun progress -> Assert.Equal((24, 0), (progress.Refits, progress.Failed)))

[<Fact>]
let ``a bootstrap that is cancelled throws`` () =
    for recipe, flow in [ Exact, flow; Recipe.ofFlow trained |> ok, trained ] do
        use source = new CancellationTokenSource()
        let mutable refits = 0

        let options = {
            few with
                Refits = 1000
                Cancellation = source.Token
                Progress =
                    fun _ ->
                        refits <- refits + 1
                        source.Cancel()
        }

        Assert.ThrowsAny<OperationCanceledException>(fun () ->
            Bootstrap.run team key options recipe flow rows None |> ignore)
        |> ignore

        Assert.True(refits <= 4)

// ---- what goes wrong ----------------------------------------------------------------------------------------------------

/// y is 1 where a is, but in so many of the rows with a = 1.
let private separable exceptions =
    let a = Array.init 60 (fun i -> if i < 30 then 1.0 else 0.0)

    let y =
        a
        |> Array.mapi (fun i a ->
            if i < exceptions then 0.0
            elif i % 4 = 0 then 1.0
            else a)

    frame [ "a", Column.Numeric a; "y", Column.Numeric y ]

let private binary =
    Dag.create [ Node.ordinal "a" 2; { Node.ordinal "y" 2 with Terms = [ LinearShift "a" ] } ]
    |> okAll

[<Fact>]
let ``refits whose rows are separated are counted and kept`` () =
    let rows = separable 1
    let flow = (Classical.fit 1 binary rows |> ok).Flow
    let bootstrap = Bootstrap.run team key { few with Refits = 100 } Exact flow rows None |> ok
    let separated = bootstrap.Separated.Length
    // The one row that keeps them from being separated is left out with probability 1/e.
    Assert.Equal(100.0 / Math.E, float separated, 4.0 * sqrt (100.0 * 0.368 * 0.632))
    Assert.Equal((100, 0), (bootstrap.Flows.Length, bootstrap.Failures.Length))
    let warning = Assert.Single(Bootstrap.warnings bootstrap)

    for text in [ $"in {separated} of 100 refits"; "node 'y'"; "'a'"; "infinity" ] do
        Assert.Contains(text, warning)

/// Level 2 of the parent stands in so many of 60 rows.
let private rare count =
    let a = Array.init 60 (fun i -> if i < count then 2.0 else float (i % 2))
    let y = Array.init 60 (fun i -> float (i / 2 % 2))
    frame [ "a", Column.Numeric a; "y", Column.Numeric y ]

let private ternary =
    Dag.create [ Node.ordinal "a" 3; { Node.ordinal "y" 2 with Terms = [ LinearShift "a" ] } ]
    |> okAll

[<Fact>]
let ``refits that leave a coefficient open are counted and left out`` () =
    let rows = rare 2
    let flow = (Classical.fit 1 ternary rows |> ok).Flow
    let bootstrap = Bootstrap.run team key { few with Refits = 100 } Exact flow rows None |> ok
    let failed = bootstrap.Failures.Length
    // Both rows are left out with probability 1/e².
    Assert.Equal(100.0 / (Math.E * Math.E), float failed, 4.0 * sqrt (100.0 * 0.135 * 0.865))
    Assert.True(failed > 0)
    Assert.Equal(100 - failed, bootstrap.Flows.Length)
    let warning = Bootstrap.warnings bootstrap |> List.head

    for text in [ $"{failed} of 100 refits failed"; "node 'y'"; "'a' (level 2)"; "not determined" ] do
        Assert.Contains(text, warning)

let private refused (texts: string list) result =
    match result with
    | Ok _ -> failwith "The bootstrap was accepted."
    | Error error ->
        for text in texts do
            Assert.Contains(text, FlowError.message error)

[<Fact>]
let ``a bootstrap of which more than half fails, or too few are left, is refused`` () =
    // In a resample of three rows, one is likely to miss a level or to be constant.
    let tiny = frame [ "a", Column.Numeric [| 0.0; 1.0; 2.0 |]; "y", Column.Numeric [| 0.0; 1.0; 0.0 |] ]
    let flow = (Classical.fit 1 ternary tiny |> ok).Flow
    refused [ "of 50 refits failed"; "too many" ] (Bootstrap.run team key { few with Refits = 50 } Exact flow tiny None)
    let rows = rare 2
    let flow = (Classical.fit 1 ternary rows |> ok).Flow
    refused [ "of 20 refits failed" ] (Bootstrap.run team key { few with Refits = 20 } Exact flow rows None)

[<Fact>]
let ``options outside their range are refused by name`` () =
    let run options recipe flow = Bootstrap.run team key options recipe flow rows None
    refused [ "refits"; "at least 20" ] (run { few with Refits = 19 } Exact flow)
    refused [ "refits"; "at most" ] (run { few with Refits = Int32.MaxValue } Exact flow)
    refused [ "warm epochs"; "classical" ] (run { few with WarmEpochs = Some 5 } Exact flow)
    refused [ "warm epochs" ] (run { few with WarmEpochs = Some 0 } (Trained options) trained)

    for level in [ 0.0; 1.0; nan ] do
        let bootstrap = run few Exact flow |> ok
        refused [ "level" ] (Bootstrap.interval team level coefficients bootstrap)

[<Fact>]
let ``other rows than those of the fit are refused`` () =
    refused
        [ "training rows: found 300 rows"; "fitted to 400 rows" ]
        (Bootstrap.run team key few Exact flow (Frame.take [| 0..299 |] rows) None)

    refused
        [ "validation rows: found 400 rows"; "fitted to none" ]
        (Bootstrap.run team key few Exact flow rows (Some rows))

    refused
        [ "'y'" ]
        (Bootstrap.run team key few Exact flow (Frame.select [ "x" ] rows |> Result.mapError FlowError.Data |> ok) None)

[<Fact>]
let ``a flow that does not say how it was fitted is refused`` () =
    for damage, text in
        [
            (fun _ -> Map.empty), "earlier release"
            Map.add "method" "guess", "'guess'"
            Map.remove "epochs", "epochs is missing"
            Map.add "schedule" "steep", "schedule is 'steep'"
        ] do
        refused
            [ text ]
            (Recipe.ofFlow { trained with Recipe = damage trained.Recipe }
             |> Result.map ignore)

[<Fact>]
let ``an answer that is refused or no number is refused`` () =
    let bootstrap = Bootstrap.run team key few Exact flow rows None |> ok
    let answer question = Bootstrap.answers team question bootstrap
    refused [ "refit 1"; "NaN" ] (answer (fun _ -> Ok [| 1.0; nan |]))
    refused [ "earlier release" ] (answer (fun _ -> Error(FlowError.NoRecipe "it was saved by an earlier release")))
