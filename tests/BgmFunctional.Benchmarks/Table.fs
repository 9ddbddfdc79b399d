namespace BgmFunctional.Benchmarks

open System
open System.Collections.Generic
open System.Diagnostics
open System.Globalization
open System.Reflection
open BenchmarkDotNet.Columns
open BenchmarkDotNet.Reports
open BenchmarkDotNet.Running
open BgmFunctional.Kernels

/// Columns that set a benchmark's time against what its arithmetic would take at the core's peak, measured in the same run.
module Table =

    /// float32 operations a second of one core.
    let peak = CorePeak.Measure<float32>()

    let private copyRuns = 21

    /// Seconds in which one core moves so many bytes: half of them read and copied to the other half, median of 21 runs. It depends on the cache
    /// that they fit.
    let private moving =
        let measure bytes =
            let source, target = Array.zeroCreate<byte>(bytes / 2), Array.zeroCreate<byte>(bytes / 2)

            let run _ =
                let start = Stopwatch.GetTimestamp()
                source.AsSpan().CopyTo(Span target)
                Stopwatch.GetElapsedTime(start).TotalSeconds

            run 0 |> ignore
            (Array.init copyRuns run |> Array.sort)[copyRuns / 2]

        let known = Dictionary<int, float>()

        fun bytes ->
            match known.TryGetValue bytes with
            | true, seconds -> seconds
            | _ ->
                known[bytes] <- measure bytes
                known[bytes]

    /// What a call computes, on how many cores, and the seconds in which what it reads and writes is moved, if that is told.
    type private Cost = { Operations: float; Threads: int; Moving: float option }

    let private costOf (benchmark: BenchmarkCase) =
        let call = benchmark.Descriptor.WorkloadMethod

        match call.GetCustomAttribute<LayerWorkAttribute>() with
        | null ->
            let work = call.GetCustomAttribute<WorkAttribute>()
            { Operations = work.Operations; Threads = work.Threads; Moving = None }
        | work ->
            let layer = benchmark.Parameters["Layer"] :?> ILayerWork
            let products = float work.Products

            {
                Operations = products * layer.Operations
                Threads = 1
                Moving = Some(products * moving (int layer.Traffic))
            }

    /// Nanoseconds of the arithmetic alone.
    let private arithmetic benchmark =
        let cost = costOf benchmark
        1e9 * cost.Operations / (peak * float cost.Threads)

    /// Nanoseconds of moving the arrays alone.
    let private traffic benchmark = (costOf benchmark).Moving |> Option.map ((*) 1e9)

    /// What no implementation can beat: the longer of the two.
    let private bound benchmark = max (arithmetic benchmark) (traffic benchmark |> Option.defaultValue 0.0)

    let private median (summary: Summary) benchmark =
        match summary[benchmark] with
        | null -> nan
        | report when isNull report.ResultStatistics -> nan
        | report -> report.ResultStatistics.Median

    /// The share of the cores' peak at which some benchmarks run, one after another.
    let share summary benchmarks = List.sumBy arithmetic benchmarks / List.sumBy (median summary) benchmarks

    let private micro nanoseconds = (nanoseconds / 1e3).ToString("N1", CultureInfo.InvariantCulture) + " us"

    type private Column(name, legend, value: Summary -> BenchmarkCase -> string) =
        interface IColumn with
            member _.Id = name
            member _.ColumnName = name
            member _.Legend = legend
            member _.AlwaysShow = true
            member _.Category = ColumnCategory.Custom
            member _.PriorityInCategory = 0
            member _.IsNumeric = true
            member _.UnitType = UnitType.Dimensionless
            member _.IsAvailable _ = true
            member _.IsDefault(_, _) = false
            member _.GetValue(summary: Summary, benchmark: BenchmarkCase) = value summary benchmark
            member _.GetValue(summary: Summary, benchmark: BenchmarkCase, _: SummaryStyle) = value summary benchmark

    let private ratio (value: float) = value.ToString("F2", CultureInfo.InvariantCulture)

    /// Ours, what the core could do, what arithmetic and traffic take alone, and how near ours is to that.
    let columns: IColumn[] = [|
        Column("Ours", "Median time of one operation", (fun summary benchmark -> micro (median summary benchmark)))
        Column(
            "Core peak",
            "float32 operations of one core, measured in this run",
            (fun _ _ -> $"{peak / 1e9:F0} GFLOP/s")
        )
        Column("Cores", "Cores that share the work", (fun _ benchmark -> string (costOf benchmark).Threads))
        Column(
            "Arithmetic",
            "Its products alone, on all its cores at their peak",
            (fun _ benchmark -> micro (arithmetic benchmark))
        )
        Column(
            "Traffic",
            "Its operands and results alone, moved once by one core, measured in this run by copies of as many bytes",
            (fun _ benchmark -> traffic benchmark |> Option.map micro |> Option.defaultValue "")
        )
        Column(
            "Ratio",
            "Ours over arithmetic",
            (fun summary benchmark -> ratio (median summary benchmark / arithmetic benchmark))
        )
        Column(
            "To bound",
            "Ours over the longer of arithmetic and traffic",
            (fun summary benchmark -> ratio (median summary benchmark / bound benchmark))
        )
        Column("Per second", "Operations a second", (fun summary benchmark -> $"{1e9 / median summary benchmark:F1}"))
    |]
