using BgmFunctional.Data;
using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>What the completed tables of a multiple imputation say together, by Rubin's rules.</summary>
/// <example>
/// <code>
/// foreach (var term in Pooling.Regression(tables, "bmi ~ skin + glu"))
///     Console.WriteLine($"{term.Term}: {term.Estimate} ({term.Low} to {term.High})");
/// </code>
/// </example>
public static class Pooling
{
    /// <summary>The means of all columns of numbers.</summary>
    /// <param name="tables">Completed tables of the same columns and number of rows, two or more.</param>
    /// <param name="alpha">Intervals cover 1 − alpha.</param>
    /// <exception cref="OptionException">Fewer than two tables, tables of other lengths, or an alpha outside (0, 1).</exception>
    /// <exception cref="DataException">Tables of other columns, or one with a hole.</exception>
    public static IReadOnlyList<PooledEstimate> Means(IReadOnlyList<Columns> tables, double alpha = Alpha) =>
        [.. Core.Pooling.means(alpha, Frames(tables)).OrThrow().Select(PooledEstimate.Of)];

    /// <summary>The coefficients of a linear regression; columns of texts enter as an indicator of each level but the first.</summary>
    /// <param name="tables">Completed tables of the same columns and number of rows, two or more.</param>
    /// <param name="formula">Such as <c>y ~ a + b</c>, or <c>y ~ .</c> for all other columns.</param>
    /// <param name="alpha">Intervals cover 1 − alpha.</param>
    /// <exception cref="OptionException">What <see cref="Means"/> refuses, a text that is no formula, or more coefficients than rows.</exception>
    /// <exception cref="DataException">Tables of other columns, one with a hole, or columns that add up to another one.</exception>
    public static IReadOnlyList<PooledEstimate> Regression(IReadOnlyList<Columns> tables, string formula, double alpha = Alpha)
    {
        ArgumentNullException.ThrowIfNull(formula);
        return [.. Core.Pooling.regression(alpha, formula, Frames(tables)).OrThrow().Select(PooledEstimate.Of)];
    }

    /// <summary>1 − the share that intervals cover, if nothing else is asked for.</summary>
    internal const double Alpha = 0.05;

    private static FSharpList<Frame> Frames(IReadOnlyList<Columns> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        return ListModule.OfSeq(tables.Select(table => table.Frame));
    }
}
