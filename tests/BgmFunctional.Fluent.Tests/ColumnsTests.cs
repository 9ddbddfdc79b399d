using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class ColumnsTests : IDisposable
{
    private readonly Temporary _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void With_ReturnsAnotherTable_AndLeavesTheOriginal()
    {
        var one = Columns.Empty.With("x", 1, 2);
        var two = one.With("arm", "low", "high").With("x", 3, 4);

        Assert.Equal(["x"], one.Names);
        Assert.Equal([1.0, 2.0], one["x"]);
        Assert.Equal(["x", "arm"], two.Names);
        Assert.Equal([3.0, 4.0], two["x"]);
        Assert.Equal(["low", "high"], two.Texts("arm"));
        Assert.Equal(0, Columns.Empty.Rows);
    }

    [Fact]
    public void Arrays_OfTheCaller_AreCopiedBothWays()
    {
        double[] given = [1, 2];
        var columns = Columns.Empty.With("x", given);
        given[0] = 9;
        columns["x"][1] = 9;

        Assert.Equal([1.0, 2.0], columns["x"]);
    }

    [Fact]
    public void From_Dictionary_HasItsColumns()
    {
        var columns = Columns.From(new Dictionary<string, double[]> { ["x"] = [1, 2], ["y"] = [3, 4] });

        Assert.Equal(2, columns.Rows);
        Assert.Equal([3.0, 4.0], columns["y"]);
    }

    [Fact]
    public void Csv_WrittenAndRead_IsTheSame()
    {
        var columns = Columns.Empty.With("x", 0.1, double.NaN, -1e300).With("arm, quoted", "a\"b", "", "c,d");
        columns.ToCsv(_files["x.csv"]);
        var read = Columns.FromCsv(_files["x.csv"]);

        Assert.Equal(columns.Names, read.Names);
        Assert.Equal(columns["x"], read["x"]);
        Assert.Equal(columns.Texts("arm, quoted"), read.Texts("arm, quoted"));
    }

    [Fact]
    public void FromCsv_WithMarks_ReadsThemAsMissing()
    {
        var path = _files.Write("marks.csv", "dose,arm\n1.50,.\n?,low\n");

        Assert.Equal([1.5, double.NaN], Columns.FromCsv(path, "?", ".")["dose"]);
        Assert.Equal(["", "low"], Columns.FromCsv(path, "?", ".").Texts("arm"));
        Assert.Equal(["1.50", ""], Columns.TextsFromCsv(path, "?", ".").Texts("dose"));
        Assert.Equal([".", "low"], Columns.FromCsv(path, "?").Texts("arm"));
    }

    [Fact]
    public void Split_PartsTheRows_TheSameWayForASeed()
    {
        var columns = Columns.Empty.With("x", [.. Enumerable.Range(0, 50).Select(i => (double)i)]);
        var (training, validation) = columns.Split(0.2, seed: 3);

        Assert.Equal(10, validation.Rows);
        Assert.Equal(columns["x"], training["x"].Concat(validation["x"]).Order());
        Assert.Equal(validation["x"], columns.Split(0.2, seed: 3).Validation["x"]);
        Assert.NotEqual(validation["x"], columns.Split(0.2, seed: 4).Validation["x"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Split_WithoutRowsOnOneSide_Throws(double share) =>
        Assert.Contains("validation", Assert.Throws<OptionException>(() => Cohort.Data.Split(share)).Message);

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a,b\n", "no row below it")]
    [InlineData("a,b\n1,2\n3\n", "line 3: 1 field where the header has 2")]
    [InlineData("a,a\n1,2\n", "two columns 'a'")]
    public void FromCsv_OfAFileThatCannotBeRead_Throws(string text, string message)
    {
        var path = _files.Write("bad.csv", text);

        Assert.Contains(message, Assert.Throws<DataException>(() => Columns.FromCsv(path)).Message);
    }

    [Fact]
    public void FromCsv_OfNoFile_Throws() =>
        Assert.Contains("no such file", Assert.Throws<DataException>(() => Columns.FromCsv(_files["none.csv"])).Message);

    [Fact]
    public void ToCsv_IntoNoFolder_Throws() =>
        Assert.Contains(
            "does not exist",
            Assert.Throws<DataException>(() => Cohort.Data.ToCsv(Path.Combine(_files["none"], "x.csv"))).Message);

    [Fact]
    public void Indexer_OfUnknownColumn_ThrowsWithTheNames()
    {
        var message = Assert.Throws<DataException>(() => Cohort.Data["weight"]).Message;

        Assert.Contains("'weight'", message);
        Assert.Contains("'age'", message);
    }

    [Fact]
    public void Indexer_OfTexts_ThrowsWithTheRow() =>
        Assert.Contains("row 1", Assert.Throws<DataException>(() => Cohort.Data["arm"]).Message);

    [Fact]
    public void With_AnotherLength_Throws() =>
        Assert.Contains("'y'", Assert.Throws<DataException>(() => Columns.Empty.With("x", 1, 2).With("y", 1)).Message);
}
