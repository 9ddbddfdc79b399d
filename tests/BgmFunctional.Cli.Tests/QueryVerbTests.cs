using System.Globalization;
using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class QueryVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    public static TheoryData<string, string[], string, int> Verbs => new()
    {
        { "logprob", ["--data", "data.csv"], "logProb", 200 },
        { "abduct", ["--data", "data.csv", "--seed", "3"], "age,arm,outcome,cost", 200 },
        { "sample", ["--n", "30", "--do", "arm=treated", "age=70", "--seed", "3"], "age,arm,outcome,cost", 30 },
        { "counterfactual", ["--data", "data.csv", "--do", "arm=treated"], "age,arm,outcome,cost", 200 },
        { "pmf", ["--data", "data.csv", "--node", "arm", "--do", "age=-70.5"], "P(control),P(treated)", 200 },
        { "pmf", ["--data", "data.csv", "--node", "outcome"], "P(0),P(1),P(2)", 200 },
        { "density", ["--data", "data.csv", "--node", "age", "--at", "50,60.5"], "density(50),density(60.5)", 200 },
        { "cdf", ["--data", "data.csv", "--node", "cost", "--at", "50:70:3", "--do", "age=70"], "P(<=50),P(<=60),P(<=70)", 200 },
        { "quantiles", ["--data", "data.csv", "--node", "cost", "--at", "0.1,0.9"], "quantile(0.1),quantile(0.9)", 200 },
    };

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Out_HasAHeader_AndARowEach(string verb, string[] options, string header, int rows)
    {
        var outcome = Ask(verb, options, "rows.csv");

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Equal(header, bench.Lines("rows.csv")[0]);
        Assert.Equal(rows + 1, bench.Lines("rows.csv").Length);
        Assert.Contains($"{rows} rows", outcome.Out);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Json_IsOneObject_AndNothingElse(string verb, string[] options, string header, int rows)
    {
        var outcome = Ask(verb, [.. options, "--json"], "json.csv");
        using var json = JsonDocument.Parse(outcome.Out);

        Assert.Equal("", outcome.Error);
        Assert.Equal(rows, json.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(bench["json.csv"], json.RootElement.GetProperty("out").GetString());
        Assert.Equal(header, bench.Lines("json.csv")[0]);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public void Threads_DoNotChangeABit(string verb, string[] options, string header, int rows)
    {
        Ask(verb, [.. options, "--threads", "1"], "one.csv");
        Ask(verb, [.. options, "--threads", "2"], "two.csv");

        Assert.Equal(File.ReadAllBytes(bench["one.csv"]), File.ReadAllBytes(bench["two.csv"]));
        Assert.Equal((header, rows + 1), (bench.Lines("two.csv")[0], bench.Lines("two.csv").Length));
    }

    [Fact]
    public void Cdf_UndoesQuantiles_AndDensityIsItsSlope()
    {
        string[] Of(params string[] options) => ["--data", "data.csv", "--node", "age", "--at", .. options];
        double[] Row(string verb, string at)
        {
            Ask(verb, Of(at), "row.csv");
            return [.. bench.Lines("row.csv")[7].Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        }

        var median = Row("quantiles", "0.5")[0];
        string At(double value) => value.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(0.5, Row("cdf", At(median))[0], 1e-4);
        var around = Row("cdf", $"{At(median - 0.5)},{At(median + 0.5)}");
        Assert.Equal(around[1] - around[0], Row("density", At(median))[0], 0.1 * (around[1] - around[0]));
    }

    [Fact]
    public void Sample_UnderDo_HoldsTheNodes_RepeatedOrListed()
    {
        Ask("sample", ["--n", "20", "--do", "arm=treated", "--do", "age=70"], "repeated.csv");
        Ask("sample", ["--n", "20", "--do", "arm=treated", "age=70"], "listed.csv");

        Assert.All(bench.Lines("repeated.csv")[1..], line => Assert.StartsWith("70,treated,", line));
        Assert.Equal(bench.Lines("repeated.csv"), bench.Lines("listed.csv"));
    }

    [Fact]
    public void Sample_OfAnotherSeed_IsAnother()
    {
        Ask("sample", ["--n", "20"], "seed0.csv");
        Ask("sample", ["--n", "20", "--seed", "0"], "seed.csv");
        Ask("sample", ["--n", "20", "--seed", "1"], "seed1.csv");

        Assert.Equal(bench.Lines("seed0.csv"), bench.Lines("seed.csv"));
        Assert.NotEqual(bench.Lines("seed0.csv"), bench.Lines("seed1.csv"));
    }

    [Fact]
    public void Counterfactual_WithoutDo_GivesOrdinalsAsTheyCame()
    {
        Ask("counterfactual", ["--data", "data.csv"], "same.csv");

        Assert.Equal(
            bench.Lines("data.csv").Select(line => line.Split(',')[1..3]),
            bench.Lines("same.csv").Select(line => line.Split(',')[1..3]));
    }

    [Fact]
    public void Coefficients_AreATable_OrAnObject()
    {
        var table = bench.Ask("coefficients").Out;
        using var json = JsonDocument.Parse(bench.Ask("coefficients", "--json").Out);
        var rows = json.RootElement.GetProperty("coefficients").EnumerateArray().ToList();

        Assert.All(new[] { "odds ratio", "outcome", "treated" }, part => Assert.Contains(part, table));
        Assert.Equal([null, "treated", null], rows.Select(row => row.GetProperty("level").GetString()));
        Assert.Equal(["arm", "outcome", "cost"], rows.Select(row => row.GetProperty("node").GetString()));
        Assert.All(rows, row => Assert.Equal(
            Math.Exp(row.GetProperty("estimate").GetDouble()), row.GetProperty("oddsRatio").GetDouble(), 1e-12));
    }

    [Fact]
    public void Coefficients_OfNoLinearShift_SaysSo()
    {
        bench.Write("bare.json", """{ "age": { "kind": "continuous" } }""");
        bench.Write("bare.csv", "age\n1\n2\n4\n");
        Workbench.Run("dag", "fit", "--data", bench["bare.csv"], "--graph", bench["bare.json"], "--out", bench["bare"], "--epochs", "2");

        Assert.Contains("no linear shifts", Workbench.Run("dag", "coefficients", "--model", bench["bare"]).Out);
    }

    private Outcome Ask(string verb, string[] options, string result) =>
        bench.Ask(verb, [.. options.Select(word => word == "data.csv" ? bench[word] : word), "--out", bench[result]]);
}
