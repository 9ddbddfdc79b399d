using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>F# values as plain .NET ones and back.</summary>
internal static class Plain
{
    public static int? Nullable(FSharpOption<int>? option) => option?.Value;

    public static double? Nullable(FSharpOption<double>? option) => option?.Value;

    public static FSharpOption<int>? Option(int? value) => value is { } some ? FSharpOption<int>.Some(some) : null;

    public static FSharpOption<Data.Frame>? Option(Columns? table) => table is null ? null : FSharpOption<Data.Frame>.Some(table.Frame);

    public static FSharpOption<Data.CheckpointPlan>? Option(CheckpointPlan? plan) =>
        plan is null ? null : FSharpOption<Data.CheckpointPlan>.Some(plan.ToCore());

    /// <summary>Reports a share of chains or gradients by how many are done, if anybody wants to know.</summary>
    public static Action<int, int> Share(IProgress<double>? progress) => (done, all) => progress?.Report((double)done / all);

    /// <summary>Numbers by node, in the order of the graph.</summary>
    public static IReadOnlyDictionary<string, double> ByNode(Core.Dag dag, FSharpMap<string, double> values) =>
        new OrderedDictionary<string, double>(
            Core.DagModule.names(dag).Select(name => KeyValuePair.Create(name, values[name])));

    /// <summary>Numbers by name, in their order.</summary>
    public static IReadOnlyDictionary<string, double> ByName(IEnumerable<Tuple<string, double>> values) =>
        new OrderedDictionary<string, double>(values.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));
}
