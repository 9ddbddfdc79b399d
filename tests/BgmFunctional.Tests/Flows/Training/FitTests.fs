module BgmFunctional.Tests.Flows.FitTests

open System
open System.IO
open System.Text.Json
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Optim
open BgmFunctional.Simulators
open BgmFunctional.Tests
open BgmFunctional.Tests.Flows.FlowGenerators

let private node name terms = { Node.continuous name with Terms = terms }

/// The vaca triangle, every parent through the intercept.
let private triangle =
    Dag.create [ node "x1" []; node "x2" [ Intercept [ "x1" ] ]; node "x3" [ Intercept [ "x1"; "x2" ] ] ]
    |> okAll

let private vaca seed n = Simulator.sample (Key.OfSeed seed) [] n Vaca.simulator |> ok
let private rows = vaca 1L 700
let private training, validation = Fit.split 0L 0.2 rows |> ok

let private short = { FitOptions.defaults with Epochs = 4; BatchSize = 128; Threads = 1 }

/// Full batches at a constant rate: they settle on the maximum of the likelihood.
let private exact = { FitOptions.defaults with BatchSize = Int32.MaxValue; Threads = 2 }

let private fit dag options = Fit.run dag options training (Some validation) |> ok
let private weights (result: FitResult) = Tree.leaves result.Flow.Weights |> Array.map Tensor.toFloat32

// ---- what is learnt -----------------------------------------------------------------------------------------------------

[<Fact>]
let ``an all-LS model of the housing table has polr's coefficients`` () =
    let dag = GraphFile.read (Repository.data [ "housing"; "graph.json" ]) |> okAll

    let rows =
        Csv.read (Repository.data [ "housing"; "housing.csv" ])
        |> Result.mapError FlowError.Data
        |> ok

    use polr = JsonDocument.Parse(File.ReadAllText(Repository.data [ "housing"; "polr.json" ]))

    for coefficient in Flow.coefficients (Fit.run dag exact rows None |> ok).Flow do
        let name = coefficient.Parent + Option.get coefficient.Level

        let expected =
            polr.RootElement.GetProperty("coefficients").GetProperty(name).GetProperty("estimate").GetDouble()

        Assert.Equal(expected, coefficient.Estimate, 1e-3)
        Assert.Equal(exp coefficient.Estimate, coefficient.OddsRatio, 12)

[<Fact>]
let ``an all-CI flow of the vaca triangle answers interventions`` () =
    let rows = vaca 1L 5000
    let training, validation = Frame.take [| 0..4499 |] rows, Frame.take [| 4500..4999 |] rows
    let options = { FitOptions.recommended with Threads = 2 }
    let result = Fit.run triangle options training (Some validation) |> ok
    let nll = result.ValidationNll |> Option.get |> Map.toSeq |> Seq.sumBy snd

    use team = new Team 2

    for a in [ -1.0; 0.0 ] do
        let drawn = Flow.sample team (Key.OfSeed 3L) [ "x2", To a ] 20_000 result.Flow |> ok
        let mean = codes (node "x3" []) drawn |> Array.average
        Assert.Equal(Vaca.meanUnder a, mean, 0.2)

    Assert.True(nll <= 4.97, $"{nll}")

[<Fact>]
let ``splines with learned tails reach the likelihood of Bernstein polynomials on the vaca triangle`` () =
    let rows, held, fresh = vaca 1L 4500, vaca 2L 500, vaca 3L 20_000
    let options = { FitOptions.recommended with Threads = 2; RestoreBest = true }
    use team = new Team 2

    let nll transform =
        let dag =
            Dag.nodes triangle
            |> List.map (fun node -> { node with Kind = Continuous transform })
            |> Dag.create
            |> okAll

        let flow = (Fit.run dag options rows (Some held) |> ok).Flow
        Flow.nll team fresh flow |> ok |> Map.toSeq |> Seq.sumBy snd

    Assert.Equal(nll (Bernstein 20), nll (Spline(8, Tails.Learned)), 0.03)

/// 300 rows of a binary y with parent x in 0 and width: y is 1 in a quarter of the rows at 0 and in two thirds at width.
let private table width =
    let x = Array.init 300 (fun i -> if i % 2 = 0 then 0.0 else width)

    let y =
        Array.init 300 (fun i ->
            if i % 2 = 0 then
                (if i % 8 = 0 then 1.0 else 0.0)
            else
                (if i % 3 = 0 then 0.0 else 1.0))

    x, y

[<Fact>]
let ``the coefficient of a continuous parent is a log odds ratio per unit of its values`` () =
    for width in [ 1.0; 10.0 ] do
        let x, y = table width

        let odds at =
            let share = Array.zip x y |> Array.filter (fst >> (=) at) |> Array.averageBy snd
            share / (1.0 - share)

        let expected = log (odds width / odds 0.0) / width

        let dag =
            Dag.create [
                { Node.continuous "x" with Kind = Continuous Affine }
                { Node.ordinal "y" 2 with Terms = [ LinearShift "x" ] }
            ]
            |> okAll

        let result =
            Fit.run dag exact (frame [ "x", Column.Numeric x; "y", Column.Numeric y ]) None
            |> ok

        let found = Assert.Single(Flow.coefficients result.Flow)
        Assert.Equal(expected, found.Estimate, 1e-3 / width)
        Assert.Equal(("y", "x", None), (found.Node, found.Parent, found.Level))

[<Fact>]
let ``a fit of named levels is the fit of their codes, to the bit`` () =
    let _, codes = table 1.0
    let names = [| "no"; "yes" |]
    let texts = codes |> Array.map (fun code -> names[int code])
    let y = Array.append codes[1..] codes[..0]

    let fitted kind column =
        let dag =
            Dag.create [
                { Node.ordinal "a" 2 with Kind = Ordinal kind }
                { Node.ordinal "b" 2 with Terms = [ ComplexShift [ "a" ] ] }
            ]
            |> okAll

        Fit.run dag short (frame [ "a", column; "b", Column.Numeric y ]) None
        |> ok
        |> weights

    Assert.True((fitted (Codes 2) (Column.Numeric codes) = fitted (Names [ "no"; "yes" ]) (Column.Text texts)))

// ---- how it is learnt ---------------------------------------------------------------------------------------------------

[<Fact>]
let ``the same seed gives the same bits, at any number of threads`` () =
    let first = fit triangle short |> weights

    for threads in [ 1; 2 ] do
        Assert.True((first = weights (fit triangle { short with Threads = threads })))

    Assert.False((first = weights (fit triangle { short with Seed = 1L })))

[<Fact>]
let ``a node's fit does not depend on the nodes beside it`` () =
    let alone = Dag.create [ node "x1" []; node "x2" [ Intercept [ "x1" ] ] ] |> okAll
    let select frame = Frame.select [ "x1"; "x2" ] frame |> Result.mapError FlowError.Data |> ok
    let alone = Fit.run alone short (select training) None |> ok
    let whole = Fit.run triangle short training None |> ok
    Assert.Equal(alone.Nll["x2"], whole.Nll["x2"])

[<Fact>]
let ``progress is told after every epoch, and is the history`` () =
    let told = ResizeArray<FitProgress>()
    let result = fit triangle { short with Progress = told.Add }
    Assert.Equal<int list>([ 1..4 ], [ for progress in told -> progress.Epoch ])
    Assert.All(told, fun progress -> Assert.Equal(4, progress.Epochs))
    Assert.Equal<string list>([ "x1"; "x2"; "x3" ], told[0].Active)
    Assert.Equal<Epoch list>(result.Flow.History, [ for progress in told -> progress.Losses ])
    Assert.Equal(4, result.Epochs)

[<Fact>]
let ``a fit that is cancelled throws`` () =
    use source = new CancellationTokenSource()
    let mutable epochs = 0

    let options = {
        short with
            Epochs = 1000
            Cancellation = source.Token
            Progress =
                fun _ ->
                    epochs <- epochs + 1

                    if epochs = 2 then
                        source.Cancel()
    }

    Assert.ThrowsAny<OperationCanceledException>(fun () -> fit triangle options |> ignore)
    |> ignore

    Assert.Equal(2, epochs)

[<Fact>]
let ``nodes that stop improving are frozen, and when all are the fit ends`` () =
    let told = ResizeArray<FitProgress>()

    let result =
        fit triangle {
            short with
                Epochs = 1000
                LearningRate = 0.1
                FreezePatience = Some 5
                Progress = told.Add
        }

    Assert.True(result.Epochs < 1000)
    Assert.Empty(told[told.Count - 1].Active)

[<Fact>]
let ``restoring keeps each node's weights of its best validation loss`` () =
    let options = { short with Epochs = 60; LearningRate = 0.1; RestoreBest = true }
    let result = fit triangle options
    let last = fit triangle { options with RestoreBest = false }

    for name in Dag.names triangle do
        let best =
            result.Flow.History
            |> List.map (fun epoch -> epoch.Validation[name])
            |> List.min

        let final = (List.last last.Flow.History).Validation[name]
        Assert.Equal(best, (Option.get result.ValidationNll)[name], 1e-4)
        Assert.Equal(final, (Option.get last.ValidationNll)[name], 1e-4)

    Assert.True(
        Map.forall
            (fun name nll -> nll <= (Option.get last.ValidationNll)[name] + 1e-4)
            (Option.get result.ValidationNll)
    )

[<Fact>]
let ``a split puts each row on one side, by its seed`` () =
    let whole = frame [ "i", Column.Numeric [| 0.0 .. 99.0 |] ]
    let column part = codes (node "i" []) part
    let training, held = Fit.split 5L 0.2 whole |> ok
    Assert.Equal(20, Frame.rowCount held)
    Assert.Equal<float[]>([| 0.0 .. 99.0 |], Array.append (column training) (column held) |> Array.sort)
    Assert.Equal<float[]>(column held, column (snd (Fit.split 5L 0.2 whole |> ok)))
    Assert.NotEqual<float[]>(column held, column (snd (Fit.split 6L 0.2 whole |> ok)))

[<Fact>]
let ``the rate of a planned schedule is that of its step`` () =
    // One step: one cycle's first, at a 25th of the rate.
    let once schedule rate =
        let options = { exact with Epochs = 1; Schedule = schedule; LearningRate = rate }
        fit triangle options |> weights

    Assert.True((once OneCycle 0.1 = once Constant (0.1 / 25.0)))
    Assert.True((once Cosine 0.1 = once Constant 0.1))

[<Fact>]
let ``a marginal start has the data's own distribution where θ is free, and changes nothing else`` () =
    let level =
        codes (node "x1" []) training
        |> Array.map (fun x ->
            if x < -1.0 then 0.0
            elif x < 2.0 then 1.0
            else 3.0)

    let dag =
        Dag.create [
            node "x1" []
            node "x2" [ Intercept [ "x1" ] ]
            { node "x3" [] with Kind = Continuous(Spline(8, Tails.Learned)) }
            Node.ordinal "y" 4
        ]
        |> okAll

    let rows = Frame.columns training @ [ "y", Column.Numeric level ] |> frame

    let start marginal =
        Fit.run dag { exact with Epochs = 1; LearningRate = 1e-30; MarginalInit = marginal } rows None
        |> ok

    let zero, marginal = start false, start true
    Assert.Equal(zero.Nll["x2"], marginal.Nll["x2"])
    Assert.True(marginal.Nll["x1"] < zero.Nll["x1"])
    Assert.True(marginal.Nll["x3"] < zero.Nll["x3"])

    let entropy =
        level
        |> Array.countBy id
        |> Array.sumBy (fun (_, count) ->
            let share = float count / float level.Length
            -share * log share)

    // Level 2, which no row has, counts as half a row.
    Assert.Equal(entropy, marginal.Nll["y"], 2e-3)

// ---- what is refused ----------------------------------------------------------------------------------------------------

/// The fit is refused before any work, and the message says all of this.
let private refused (texts: string list) options columns =
    let dag =
        Dag.create [ node "a" []; { Node.ordinal "b" 3 with Terms = [ LinearShift "a" ] } ]
        |> okAll

    let options = { options with Progress = fun _ -> failwith "The fit began." }

    match Fit.run dag options (frame columns) None with
    | Ok _ -> failwith "The fit was accepted."
    | Error error ->
        for text in texts do
            Assert.Contains(text, FlowError.message error)

let private a = "a", Column.Numeric [| 0.0; 1.0; 2.0; 4.0 |]
let private b = "b", Column.Numeric [| 0.0; 1.0; 2.0; 0.0 |]

[<Fact>]
let ``a missing column is refused`` () = refused [ "'b'" ] short [ a ]

[<Fact>]
let ``a surplus column is refused`` () = refused [ "'c'" ] short [ a; b; "c", snd a ]

[<Fact>]
let ``a text in a continuous column is refused with its row`` () =
    refused [ "'a'"; "row 3"; "'old'" ] short [ "a", Column.Text [| "1"; "2"; "old"; "4" |]; b ]

[<Fact>]
let ``a number that is missing or infinite is refused with its row`` () =
    for number in [ nan; infinity ] do
        refused [ "'a'"; "row 2" ] short [ "a", Column.Numeric [| 0.0; number; 2.0; 4.0 |]; b ]
        refused [ "'b'"; "row 2" ] short [ a; "b", Column.Numeric [| 0.0; number; 2.0; 1.0 |] ]

[<Fact>]
let ``a level outside is refused with its row`` () =
    for level in [ 3.0; -1.0; 0.5 ] do
        refused [ "'b'"; "row 4"; "0 to 2" ] short [ a; "b", Column.Numeric [| 0.0; 1.0; 2.0; level |] ]

[<Fact>]
let ``a constant column is refused`` () =
    refused [ "'a' is 7" ] short [ "a", Column.Numeric [| 7.0; 7.0; 7.0; 7.0 |]; b ]
    refused [ "'b' is 1" ] short [ a; "b", Column.Numeric [| 1.0; 1.0; 1.0; 1.0 |] ]

[<Fact>]
let ``validation rows are checked as training rows are`` () =
    let damaged = frame [ for name, _ in Frame.columns validation -> name, Column.Numeric [| 0.0; nan |] ]

    match Fit.run triangle short training (Some damaged) with
    | Error error -> Assert.Contains("row 2", FlowError.message error)
    | Ok _ -> failwith "The fit was accepted."

[<Fact>]
let ``options outside their range are refused by name`` () =
    for name, options in
        [
            "epochs", { short with Epochs = 0 }
            "batch size", { short with BatchSize = 0 }
            "threads", { short with Threads = 0 }
            "learning rate", { short with LearningRate = 0.0 }
            "learning rate", { short with LearningRate = nan }
            "plateau patience", { short with Schedule = Plateau 0 }
            "freeze patience", { short with FreezePatience = Some 0 }
            "restore best", { short with RestoreBest = true }
        ] do
        refused [ name ] options [ a; b ]

[<Fact>]
let ``a share of validation rows that leaves a side empty is refused`` () =
    for share in [ 0.0; 1.0; -0.1; nan; 1e-9 ] do
        match Fit.split 0L share rows with
        | Error error -> Assert.Contains("validation", FlowError.message error)
        | Ok _ -> failwith "The share was accepted."

[<Fact>]
let ``a finite number absurdly far out is refused with its row`` () =
    for number in [ 1e300; -1e300; 1e39 ] do
        refused [ "'a'"; "row 2"; "too far out" ] short [ "a", Column.Numeric [| 0.0; number; 2.0; 4.0 |]; b ]

    // Among many rows it does not move the bulk of the column; among validation rows never.
    let outlying frame' =
        let x1 =
            codes (node "x1" []) frame'
            |> Array.mapi (fun row x -> if row = 1 then 1e30 else x)

        Frame.add "x1" (Column.Numeric x1) frame'
        |> Result.mapError FlowError.Data
        |> ok

    for place, training, validation in
        [
            "Column", outlying training, validation
            "validation rows: Column", training, outlying validation
        ] do
        match
            Fit.run triangle { short with Progress = fun _ -> failwith "The fit began." } training (Some validation)
        with
        | Error error -> Assert.StartsWith($"{place} 'x1', row 2: 1E+30 is too far out", FlowError.message error)
        | Ok _ -> failwith "The fit was accepted."
