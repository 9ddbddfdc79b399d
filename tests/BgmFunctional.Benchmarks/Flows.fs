namespace BgmFunctional.Benchmarks

open System
open BenchmarkDotNet.Attributes
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators

module private Result =
    let value result =
        match result with
        | Ok value -> value
        | Error error -> invalidOp $"{error}"

/// Four nodes: X1; X2: LS X1; X3: LS X1, CS X2; Y with 4 levels: LS X3.
module FourNodes =

    let graph =
        Dag.create [
            Node.continuous "X1"
            Node.continuous "X2" |> Node.withTerms [ LinearShift "X1" ]
            Node.continuous "X3"
            |> Node.withTerms [ LinearShift "X1"; ComplexShift [ "X2" ] ]
            Node.ordinal "Y" 4 |> Node.withTerms [ LinearShift "X3" ]
        ]
        |> Result.value

    let sample (seed: int64) rows =
        let latent variable =
            let values = Array.zeroCreate<float> rows
            Kernels<float>.Best.Random(Draw.Logistic, (Key.OfSeed seed).Child variable, 0L, Span values)
            values

        let x1 = latent 0L
        let x2 = Array.map2 (fun x u -> 0.5 * x + u) x1 (latent 1L)
        let x3 = Array.map3 (fun x1 x2 u -> 0.3 * x1 + 2.0 * sin x2 + u) x1 x2 (latent 2L)
        let level u = [ -1.0; 0.5; 2.0 ] |> List.filter (fun cut -> cut < u) |> List.length |> float
        let y = Array.map2 (fun x u -> level (u - 0.4 * x)) x3 (latent 3L)

        [ "X1", x1; "X2", x2; "X3", x3; "Y", y ]
        |> List.map (fun (name, values) -> name, Column.Numeric values)
        |> Frame.ofColumns
        |> Result.value

/// All-CI flow of the vaca simulator.
module Vaca3 =
    let graph =
        Dag.create [
            Node.continuous "x1"
            Node.continuous "x2" |> Node.withTerms [ Intercept [ "x1" ] ]
            Node.continuous "x3" |> Node.withTerms [ Intercept [ "x1"; "x2" ] ]
        ]
        |> Result.value

/// Fits of causal flows, per epoch with validation, and draws from them; all cores.
type Flows() =
    let fit graph epochs batch training validation =
        Fit.run graph { FitOptions.defaults with Epochs = epochs; BatchSize = batch } training (Some validation)
        |> Result.value

    let small, smallValidation = FourNodes.sample 1L 5000, FourNodes.sample 2L 500
    let vaca seed n = Simulator.sample (Key.OfSeed seed) [] n Vaca.simulator |> Result.value
    let large, largeValidation = vaca 1L 50_000, vaca 2L 5_000
    let fitted = lazy (fit Vaca3.graph 20 4096 large largeValidation).Flow
    let team = lazy new Team(Environment.ProcessorCount)

    /// An epoch of four nodes on 5 000 rows, batch 512, validation on 500 rows.
    [<Benchmark(OperationsPerInvoke = 200); Work(Work.ComplexShift * (Work.Training * 5000.0 + 2.0 * 500.0), 2)>]
    member _.FourNodes5000() = fit FourNodes.graph 200 512 small smallValidation

    /// An epoch of the all-CI flow on 50 000 rows, batch 4 096, validation on 5 000 rows.
    [<Benchmark(OperationsPerInvoke = 50); Work(Work.ComplexIntercepts * (Work.Training * 50000.0 + 2.0 * 5000.0), 2)>]
    member _.Vaca50000() = fit Vaca3.graph 50 4096 large largeValidation

    /// 100 000 draws from it.
    [<Benchmark; Work(Work.ComplexIntercepts * 2.0 * 100000.0, 2)>]
    member _.Sample100000() = Flow.sample team.Value (Key.OfSeed 5L) [] 100_000 fitted.Value |> Result.value

/// Exact fits.
type Classical() =
    let folder =
        let rec above (path: string) =
            let data = System.IO.Path.Combine(path, "data", "stroke")

            if System.IO.Directory.Exists data then
                data
            else
                above (System.IO.Path.GetDirectoryName path)

        above (System.AppContext.BaseDirectory.TrimEnd '/')

    let dag = GraphFile.read (System.IO.Path.Combine(folder, "graph.json")) |> Result.value
    let rows = Csv.read (System.IO.Path.Combine(folder, "stroke.csv")) |> Result.value

    /// The five nodes of the stroke cohort on its 1 275 rows, standard errors included; two Bernstein nodes, three ordinal ones.
    [<Benchmark; Work(Work.ClassicalStroke, 2)>]
    member _.Classical1275() = Classical.fit 2 dag rows |> Result.value

    /// 200 refits of it to resampled rows.
    [<Benchmark; Work(200.0 * Work.ClassicalStroke, 2)>]
    member _.Bootstrap200() =
        use team = new Team(2)
        let flow = (Classical.fit 2 dag rows |> Result.value).Flow

        Bootstrap.run team (Key.OfSeed 1L) BootstrapOptions.defaults Exact flow rows None
        |> Result.value
