using BgmFunctional.Fluent;
using Spectre.Console;
using Columns = BgmFunctional.Fluent.Columns;

namespace BgmFunctional.Cli;

/// <summary>A table of rows at a glance: shares of levels, and mean, spread and range of numbers.</summary>
internal static class Digest
{
    private static readonly string[] Moments = ["mean", "sd", "min", "max"];

    public static Table Of(Columns columns, IReadOnlyList<NodeInfo> nodes)
    {
        var levels = nodes.ToDictionary(node => node.Name, node => node.Levels);
        return Tables.Of(
            [Tables.Names("column"), .. Moments.Select(Tables.Numbers), Tables.Lists("shares of levels")],
            [.. columns.Names.Select(name => Row(name, columns, levels.GetValueOrDefault(name)))]);
    }

    private static string[] Row(string name, Columns columns, IReadOnlyList<string>? levels)
    {
        var texts = columns.Texts(name);
        return levels is not null && texts.All(levels.Contains)
            ? [name, "", "", "", "", Shares(levels, texts)]
            : [name, .. MomentsOf(columns[name]).Select(Tables.Number), ""];
    }

    private static string Shares(IReadOnlyList<string> levels, string[] texts)
    {
        var counts = texts.CountBy(text => text).ToDictionary();
        return string.Join("   ", levels.Select(level => $"{level}={(double)counts.GetValueOrDefault(level) / texts.Length:0.000}"));
    }

    private static double[] MomentsOf(double[] values)
    {
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return [mean, spread, values.Min(), values.Max()];
    }
}
