using BgmFunctional.Data;
using BgmFunctional.Kernels;
using Microsoft.FSharp.Collections;

namespace BgmFunctional.Fluent;

/// <summary>
/// A table: named columns of one length, in order, each of numbers or of texts. Immutable. <c>NaN</c> and the empty text are missing
/// values.
/// </summary>
/// <example>
/// <code>var data = Columns.Empty.With("age", [61, 74]).With("arm", ["low", "high"]);</code>
/// </example>
public sealed class Columns
{
    internal Columns(Frame frame) => Frame = frame;

    internal Frame Frame { get; }

    /// <summary>A table without columns, to begin with.</summary>
    public static Columns Empty { get; } = new(FrameModule.ofColumns([]).OrThrow());

    /// <summary>A table of these columns of numbers.</summary>
    /// <param name="columns">Values by name, all of one length; they are copied.</param>
    /// <exception cref="DataException">A column has no name, or another length than the first one.</exception>
    public static Columns From(IReadOnlyDictionary<string, double[]> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new(FrameModule.ofColumns(columns.Select(pair => Tuple.Create(pair.Key, Numeric(pair.Value)))).OrThrow());
    }

    /// <summary>
    /// The table in a CSV file, whose first line names the columns. Missing are empty fields, <c>NA</c>, <c>NaN</c> and <c>null</c>; a
    /// column is one of numbers if all its other fields are.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="missing">Fields that are missing values in it, too, each just as it stands there: <c>?</c>, <c>.</c> or <c>-9</c>, say.</param>
    /// <exception cref="DataException">
    /// The file is missing, empty, not readable, or a row of it has not as many fields as the first one.
    /// </exception>
    public static Columns FromCsv(string path, params string[] missing)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(missing);
        return new(Csv.readWithMarks(ListModule.OfSeq(missing), path).OrThrow());
    }

    /// <summary>
    /// The table in a CSV file, every column as the texts that stand there: a number keeps its digits, and is written as it was read.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="missing">Fields that are missing values in it, too.</param>
    /// <exception cref="DataException">As for <see cref="FromCsv"/>.</exception>
    public static Columns TextsFromCsv(string path, params string[] missing)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(missing);
        return new(Csv.readTextsWithMarks(ListModule.OfSeq(missing), path).OrThrow());
    }

    /// <summary>Writes the table as CSV, as a whole or not at all; the numbers read back as the same bits.</summary>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void ToCsv(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Csv.write(path, Frame).OrThrow();
    }

    /// <summary>The names of the columns, in order.</summary>
    public IReadOnlyList<string> Names => [.. FrameModule.names(Frame)];

    /// <summary>The number of rows.</summary>
    public int Rows => FrameModule.rowCount(Frame);

    /// <summary>The numbers of a column, <c>NaN</c> where missing: an array of the caller's own, made anew by each call.</summary>
    /// <exception cref="DataException">There is no such column, or it holds a text that is no number.</exception>
    public double[] this[string name]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(name);
            return [.. ColumnModule.numbers(name, Find(name)).OrThrow()];
        }
    }

    /// <summary>A column as it would stand in a CSV file, empty where missing: an array of the caller's own.</summary>
    /// <exception cref="DataException">There is no such column.</exception>
    public string[] Texts(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ColumnModule.texts(Find(name));
    }

    /// <summary>The table with a column of numbers added at the end, or put in the place of the one of that name.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="values">One a row; they are copied.</param>
    /// <exception cref="DataException">The column has no name, or another length than the others.</exception>
    public Columns With(string name, params double[] values)
    {
        ArgumentNullException.ThrowIfNull(name);
        return With(name, Numeric(values));
    }

    /// <summary>The table with a column of texts added at the end, or put in the place of the one of that name.</summary>
    /// <param name="name">Name of the column.</param>
    /// <param name="values">One a row, empty or null where missing; they are copied.</param>
    /// <exception cref="DataException">The column has no name, or another length than the others.</exception>
    public Columns With(string name, params string?[] values)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(values);
        return With(name, Column.NewText([.. values.Select(text => text ?? "")]));
    }

    /// <summary>The table with cells knocked out, completely at random: each is missing with the same chance.</summary>
    /// <param name="share">The chance, between 0 and 1.</param>
    /// <param name="seed">The same seed knocks out the same cells, also of a longer table's first rows.</param>
    /// <param name="columns">Columns that lose cells; all if none is named.</param>
    /// <exception cref="OptionException">A share that is not between 0 and 1.</exception>
    /// <exception cref="DataException">A column that the table does not have.</exception>
    public Columns WithHoles(double share, long seed = 0, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return new(Simulators.Holes.completelyAtRandom(Key.OfSeed(seed), share, ListModule.OfSeq(columns), Frame).OrThrow());
    }

    /// <summary>The rows parted at random in two, to fit with one and to validate with the other.</summary>
    /// <param name="validation">Share of the rows for validation, between 0 and 1.</param>
    /// <param name="seed">The same seed parts the same rows in the same way.</param>
    /// <exception cref="OptionException">The share would leave no row on one of the sides.</exception>
    public Split Split(double validation, long seed = 0)
    {
        var (rest, held) = Flows.Fit.split(seed, validation, Frame).OrThrow();
        return new(new(rest), new(held));
    }

    private static Column Numeric(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Column.NewNumeric([.. values]);
    }

    private Column Find(string name) => FrameModule.column(name, Frame).OrThrow();

    private Columns With(string name, Column column) => new(FrameModule.add(name, column, Frame).OrThrow());
}
