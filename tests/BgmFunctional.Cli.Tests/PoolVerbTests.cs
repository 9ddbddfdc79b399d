using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class PoolVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private Columns[] Write()
    {
        Columns[] tables =
        [
            Columns.Empty.With("a", 1, 2, 3, 5).With("y", 2, 4, 7, 9),
            Columns.Empty.With("a", 1, 2, 3, 4).With("y", 2, 4, 5, 9),
        ];
        for (var i = 0; i < tables.Length; i++)
        {
            tables[i].ToCsv(bench[$"pool.{i + 1}.csv"]);
        }

        return tables;
    }

    [Fact]
    public void Json_HoldsTheFacadesTerms_OfAPatternsFiles()
    {
        var expected = Pooling.Regression(Write(), "y ~ a", 0.1);
        var outcome = Workbench.Run("pool", "--data", bench["pool.*.csv"], "--formula", "y ~ a", "--alpha", "0.1", "--out", bench["pooled.csv"], "--json");
        var json = JsonDocument.Parse(outcome.Out).RootElement;
        var pooled = Columns.FromCsv(bench["pooled.csv"]);

        Assert.Equal((ExitCode.Done, "", 2), (outcome.Code, outcome.Error, json.GetProperty("tables").GetInt32()));
        Assert.Equal(expected.Select(term => term.High), json.GetProperty("terms").EnumerateArray().Select(term => term.GetProperty("high").GetDouble()));
        Assert.Equal(expected.Select(term => term.Low), pooled["low"]);
        Assert.Equal(["(intercept)", "a"], pooled.Texts("term"));
    }

    [Fact]
    public void Table_ShowsMeans()
    {
        Write();
        var outcome = Workbench.Run("pool", "--data", bench["pool.1.csv"], bench["pool.2.csv"]);

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Contains("2.6250", outcome.Out);
        Assert.Contains("2 completed tables", outcome.Out);
    }

    [Theory]
    [InlineData("two completed tables", "--data", "pool.1.csv")]
    [InlineData("no such file", "--data", "pool.1.csv", "none.csv")]
    [InlineData("no file has such a name", "--data", "none.*.csv")]
    [InlineData("like y ~ a + b", "--data", "pool.*.csv", "--formula", "y")]
    [InlineData("--alpha: found '1'", "--data", "pool.*.csv", "--alpha", "1")]
    public void Refused_NamesWhat(string message, params string[] words)
    {
        Write();
        var outcome = Workbench.Run(["pool", .. words.Select(word => word.EndsWith(".csv") ? bench[word] : word), "--out", bench["no.csv"]]);

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains(message, outcome.Error);
        Assert.False(File.Exists(bench["no.csv"]));
    }
}
