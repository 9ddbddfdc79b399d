using System.Globalization;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>The look of tables.</summary>
internal static class Tables
{
    /// <summary>A table of rows under heads; a column without a word in it is left out.</summary>
    public static Table Of(IReadOnlyList<TableColumn> heads, IReadOnlyList<string[]> rows)
    {
        var shown = Enumerable.Range(0, heads.Count).Where(i => rows.Any(row => row[i] != "")).ToList();
        var table = new Table().Border(TableBorder.Simple).AddColumns([.. shown.Select(i => heads[i])]);
        foreach (var row in rows)
        {
            table.AddRow(shown.Select(i => new Text(row[i])));
        }

        return table;
    }

    /// <summary>The head of a column of lists, on the left, that makes room for the others.</summary>
    public static TableColumn Lists(string head) => new(new Text(head, new Style(decoration: Decoration.Bold)));

    /// <summary>The head of a column of names, on the left.</summary>
    public static TableColumn Names(string head) => Lists(head).NoWrap();

    /// <summary>The head of a column of numbers, on the right.</summary>
    public static TableColumn Numbers(string head) => Names(head).RightAligned();

    /// <summary>A number to read, in four decimals unless it is very large or small.</summary>
    public static string Number(double value)
    {
        var isPlain = Math.Abs(value) is 0 or (>= 1e-4 and < 1e6);
        return value.ToString(isPlain ? "0.0000" : "0.0000e+0", CultureInfo.InvariantCulture);
    }
}
