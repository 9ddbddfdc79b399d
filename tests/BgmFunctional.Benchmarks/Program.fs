/// Benchmarks beside what the processor could do: bench [NAME] runs those whose name contains NAME, else all.
module BgmFunctional.Benchmarks.Program

open System
open System.Diagnostics
open BenchmarkDotNet.Columns
open BenchmarkDotNet.Configs
open BenchmarkDotNet.Diagnosers
open BenchmarkDotNet.Exporters
open BenchmarkDotNet.Jobs
open BenchmarkDotNet.Loggers
open BenchmarkDotNet.Reports
open BenchmarkDotNet.Running
open Perfolizer.Horology
open BenchmarkDotNet.Toolchains.InProcess.NoEmit

/// In this process, so that a run needs no second build; a few iterations of some 100 ms each, so that all layers of a network take a minute.
let private job =
    Job.Default
        .WithToolchain(InProcessNoEmitToolchain(TimeSpan.FromMinutes 10.0, false))
        .WithIterationTime(TimeInterval.FromMilliseconds 100.0)
        .WithEvaluateOverhead(false)
        .WithWarmupCount(2)
        .WithIterationCount(7)

let private config =
    ManualConfig
        .CreateEmpty()
        .AddJob(job)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(ConsoleLogger.Default)
        .AddExporter(MarkdownExporter.GitHub)
        .WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth 48)
        .AddColumn(TargetMethodColumn.Method)
        .AddColumnProvider(DefaultColumnProviders.Params)
        .AddColumn(Table.columns)
        .AddColumnProvider(DefaultColumnProviders.Metrics)

[<EntryPoint>]
let main args =
    let filter =
        match args with
        | [||] -> "*"
        | names -> $"*{names[0]}*"

    let summaries =
        BenchmarkSwitcher
            .FromTypes(
                [|
                    typeof<Products>
                    typeof<Convolutions>
                    typeof<Gradients>
                    typeof<Flows>
                    typeof<Classical>
                    typeof<Posteriors>
                    typeof<Causal>
                    typeof<Tabular>
                    typeof<Images>
                |]
            )
            .Run([| "--filter"; filter |], config)

    let isAskedFor =
        filter = "*"
        || "EffectiveDraws".Contains(args[0], StringComparison.OrdinalIgnoreCase)

    if isAskedFor then
        EffectiveDraws.print ()

    Seq.iter NetworkShares.print summaries
    let memory = Process.GetCurrentProcess().PeakWorkingSet64 / 1048576L
    printfn $"Peak memory of this process: {memory} MiB"
    if Seq.isEmpty summaries && not isAskedFor then 2 else 0
