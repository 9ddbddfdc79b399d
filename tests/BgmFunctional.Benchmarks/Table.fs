namespace BgmFunctional.Benchmarks

open System.Reflection
open BenchmarkDotNet.Columns
open BenchmarkDotNet.Reports
open BenchmarkDotNet.Running
open BgmFunctional.Kernels

/// Columns that set a benchmark's time against what its arithmetic would take at the core's peak, measured in the same run.
module Table =

    /// float32 operations a second of one core.
    let peak = CorePeak.Measure<float32>()

    let private workOf (benchmark: BenchmarkCase) =
        benchmark.Descriptor.WorkloadMethod.GetCustomAttribute<WorkAttribute>()

    /// Nanoseconds of the arithmetic alone.
    let private ideal benchmark =
        let work = workOf benchmark
        1e9 * work.Operations / (peak * float work.Threads)

    let private median (summary: Summary) benchmark =
        match summary[benchmark] with
        | null -> nan
        | report when isNull report.ResultStatistics -> nan
        | report -> report.ResultStatistics.Median

    let private micro nanoseconds =
        (nanoseconds / 1e3).ToString("N1", System.Globalization.CultureInfo.InvariantCulture)
        + " us"

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

    /// Work, ours, peak, arithmetic alone, ratio.
    let columns: IColumn[] = [|
        Column("Ours", "Median time of one operation", (fun summary benchmark -> micro (median summary benchmark)))
        Column(
            "Core peak",
            "float32 operations of one core, measured in this run",
            (fun _ _ -> $"{peak / 1e9:F0} GFLOP/s")
        )
        Column("Cores", "Cores that share the work", (fun _ benchmark -> string (workOf benchmark).Threads))
        Column(
            "Arithmetic",
            "Its products alone, on all its cores at their peak",
            (fun _ benchmark -> micro (ideal benchmark))
        )
        Column(
            "Ratio",
            "Ours over arithmetic",
            (fun summary benchmark -> $"{median summary benchmark / ideal benchmark:F2}")
        )
        Column("Per second", "Operations a second", (fun summary benchmark -> $"{1e9 / median summary benchmark:F1}"))
    |]
