using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>A table whose holes are filled, and whether the chains that filled them can be believed.</summary>
public sealed class ImputedTable
{
    private readonly Core.ImputedTable _imputed;

    internal ImputedTable(Core.ImputedTable imputed)
    {
        _imputed = imputed;
        Table = new(imputed.Table);
        Intervals = [.. imputed.Intervals.Select(hole => new HoleInterval(hole.Row, hole.Column, hole.Mean, hole.Low, hole.High))];
        Completed = [.. imputed.Completed.Select(table => new Columns(table))];
    }

    /// <summary>Cells that are seen as they were; holes with posterior means, or the likeliest level.</summary>
    public Columns Table { get; }

    /// <summary>Of every hole, row by row.</summary>
    public IReadOnlyList<HoleInterval> Intervals { get; }

    /// <summary>Completed tables with a posterior draw in every hole, as many as were asked for.</summary>
    public IReadOnlyList<Columns> Completed { get; }

    /// <summary>Rows with holes.</summary>
    public int Rows => _imputed.Imputation.Rows;

    /// <summary>Holes that are filled, cells of the table.</summary>
    public int Cells => _imputed.Cells;

    /// <summary>Intervals have level 1 − alpha.</summary>
    public double Alpha => _imputed.Imputation.Alpha;

    /// <summary>Mean acceptance of all chains; <c>NaN</c> without holes.</summary>
    public double Acceptance => _imputed.Imputation.Acceptance;

    /// <summary>Divergent transitions of all chains.</summary>
    public int Divergences => _imputed.Imputation.Divergences;

    /// <summary>Of the mean of a column's holes, in the column where it is largest; above 1.01 chains disagree. <c>NaN</c> without holes.</summary>
    public double RHat => _imputed.Imputation.RHat;

    /// <summary>Effective draws of the mean of a column's holes, in the column where they are fewest. <c>NaN</c> without holes.</summary>
    public double Ess => _imputed.Imputation.Ess;

    /// <summary>Share of the rows with holes whose own chains agree.</summary>
    public double RowsConverged => _imputed.Imputation.RowsConverged;

    /// <summary>What speaks against the answer, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. _imputed.Imputation.Warnings];

    /// <summary>The intervals as a table: <c>row</c>, <c>column</c>, <c>mean</c>, <c>low</c>, <c>high</c>.</summary>
    public Columns IntervalsToColumns() => new(Core.ImputedTableModule.intervals(_imputed).OrThrow());
}

/// <summary>What a hole may hold, in the units of the table.</summary>
/// <param name="Row">From 1, the first below the header.</param>
/// <param name="Column">Its name; of categories with the level, <c>colour=red</c>: numbers are then chances of it.</param>
/// <param name="Mean">The posterior mean.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end.</param>
public sealed record HoleInterval(int Row, string Column, double Mean, double Low, double High);
