using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class ClassicalTests(Workbench bench) : IClassFixture<Workbench>
{
    private const string Linear =
        """
        {
          "age": { "kind": "continuous" },
          "arm": { "kind": "ordinal", "levels": ["control", "treated"], "parents": { "age": "ls" } },
          "outcome": { "kind": "ordinal", "levels": 3, "terms": ["LS(age)", "LS(arm)"] },
          "cost": { "kind": "continuous", "transform": "affine", "terms": ["LS(outcome)", "LS(age)"] }
        }
        """;

    [Fact]
    public void Fit_ThenSummary_IsAListOfCoefficients()
    {
        Assert.Contains("Newton steps", Fit("linear").Out);

        using var json = JsonDocument.Parse(Summary("linear", "--json").Out);
        var rows = json.RootElement.EnumerateArray().ToList();

        Assert.Equal(
            [("arm", "age", null), ("outcome", "age", null), ("outcome", "arm", "treated"), ("cost", "outcome", "1"), ("cost", "outcome", "2"), ("cost", "age", null)],
            rows.Select(row => (Text(row, "node"), Text(row, "term"), Text(row, "level"))));
        Assert.All(rows, row =>
        {
            Assert.Equal(
                ["node", "term", "level", "estimate", "standardError", "z", "p", "low", "high"],
                row.EnumerateObject().Select(item => item.Name));
            Assert.InRange(row.GetProperty("p").GetDouble(), 0, 1);
            Assert.InRange(row.GetProperty("estimate").GetDouble(), row.GetProperty("low").GetDouble(), row.GetProperty("high").GetDouble());
        });
    }

    [Fact]
    public void Summary_HasATable_WithTheChosenReference()
    {
        Fit("linear");
        var table = Summary("linear", "--reference", "outcome=2", "arm=treated").Out;

        Assert.All(
            new[] { "odds ratio", "AIC", "control / treated", "0 / 2", "0|1", "subtracted" },
            part => Assert.Contains(part, table));
        Assert.DoesNotContain("warning", table);
        Assert.All(
            new[] { "age", "arm", "outcome", "cost" },
            node => Assert.Matches($@"(?m)^  {node} +-\d+\.\d{{4}} +\d+ +\d+\.\d{{4}} *$", table)); // no cell is folded
    }

    [Fact]
    public void Fit_Json_TellsLikelihoodsAndWarnings()
    {
        bench.Write("linear.json", Linear);
        bench.Write(
            "apart.csv", "age,arm,outcome,cost\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{(i < 20 ? "control" : "treated")},{i % 3},{i * i % 7}\n")));
        using var json = JsonDocument.Parse(Fit("apart", "--data", bench["apart.csv"], "--json").Out);

        Assert.Equal(4, json.RootElement.GetProperty("logLikelihood").EnumerateObject().Count());
        Assert.Contains(json.RootElement.GetProperty("warnings").EnumerateArray(), warning => warning.GetString()!.Contains("'age'"));
        Assert.Contains("warning: node 'arm'", Summary("apart").Out);
        Assert.Contains("n/a", Summary("apart").Out);

        using var rows = JsonDocument.Parse(Summary("apart", "--json").Out);
        Assert.Equal(JsonValueKind.Null, rows.RootElement[0].GetProperty("standardError").ValueKind);
    }

    [Fact]
    public void Fit_OfAnotherEdge_NamesIt()
    {
        var outcome = bench.Fit("never", "--classical");
        Assert.Contains("--epochs", outcome.Error);

        outcome = Workbench.Run("dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["never"], "--classical");
        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains("node 'outcome': parent 'age' enters through cs", outcome.Error);
        Assert.DoesNotContain("never", bench.Files);
    }

    [Theory]
    [InlineData("standard errors", "model")]
    [InlineData("parent=level", "linear", "--reference", "arm")]
    [InlineData("twice", "linear", "--reference", "arm=control", "arm=treated")]
    [InlineData("control, treated", "linear", "--reference", "arm=placebo")]
    [InlineData("'cost'", "linear", "--reference", "cost=1")]
    public void Summary_ThatCannotBe(string part, string model, params string[] options)
    {
        Fit("linear");
        var outcome = Summary(model, options);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.Contains(part, outcome.Error);
    }

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    private Outcome Fit(string model, params string[] options)
    {
        bench.Write("linear.json", Linear);
        string[] data = options.Contains("--data") ? [] : ["--data", bench["data.csv"]];
        var outcome = Workbench.Run(["dag", "fit", .. data, "--graph", bench["linear.json"], "--out", bench[model], "--classical", .. options]);
        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        return outcome;
    }

    private Outcome Summary(string model, params string[] options) =>
        Workbench.Run(["dag", "summary", "--model", bench[model], .. options]);
}
