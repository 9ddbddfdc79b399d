using System.Globalization;
using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class EffectVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] OnOutcome = ["--treatment", "arm", "--values", "control,treated", "--outcome", "outcome", "--statistic", "level<=1"];
    private static readonly string[] OnCost = ["--treatment", "age", "--values", "60,-70.5", "--outcome", "cost", "--statistic", "quantile:0.5"];

    [Fact]
    public void Json_HasEstimates_AndNoIntervals()
    {
        using var json = JsonDocument.Parse(Ask([.. OnOutcome, "--json"]).Out);
        var root = json.RootElement;
        var values = root.GetProperty("perValue").EnumerateArray().ToList();

        Assert.Equal(["control", "treated"], values.Select(value => value.GetProperty("value").GetString()));
        Assert.Equal(
            values[1].GetProperty("estimate").GetDouble() - values[0].GetProperty("estimate").GetDouble(),
            root.GetProperty("estimate").GetDouble(),
            1e-12);
        Assert.All([root, .. values], item => Assert.Equal(
            (JsonValueKind.Null, JsonValueKind.Null), (item.GetProperty("low").ValueKind, item.GetProperty("high").ValueKind)));
        Assert.All(values, value => Assert.Equal(["value", "estimate", "low", "high"], value.EnumerateObject().Select(item => item.Name)));
        Assert.True(root.GetProperty("monteCarloError").GetDouble() > 0);
        Assert.Equal(3000, root.GetProperty("draws").GetInt32());
    }

    [Fact]
    public void Json_HasNumbers_WhereValuesAreNumbers()
    {
        using var json = JsonDocument.Parse(Ask([.. OnCost, "--json"]).Out);

        Assert.Equal([60, -70.5], json.RootElement.GetProperty("perValue").EnumerateArray().Select(value => value.GetProperty("value").GetDouble()));
    }

    [Fact]
    public void Levels_MayBeGivenByCode()
    {
        string[] byCode = [.. OnOutcome.Select(word => word == "control,treated" ? "0,1" : word), "--json"];
        using var named = JsonDocument.Parse(Ask([.. OnOutcome, "--json"]).Out);
        using var coded = JsonDocument.Parse(Ask(byCode).Out);

        Assert.Equal(named.RootElement.GetProperty("estimate").GetDouble(), coded.RootElement.GetProperty("estimate").GetDouble());
    }

    [Fact]
    public void Population_GivesExactEffects_RowByRow()
    {
        var outcome = Ask([.. OnOutcome, "--data", bench["data.csv"], "--individual", bench["rows.csv"]]);
        var lines = bench.Lines("rows.csv");
        var effects = lines[1..].Select(line => double.Parse(line.Split(',')[0], CultureInfo.InvariantCulture));
        using var json = JsonDocument.Parse(Ask([.. OnOutcome, "--data", bench["data.csv"], "--json"]).Out);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Equal("effect,monteCarloError,do(arm=control),do(arm=treated)", lines[0]);
        Assert.Equal(201, lines.Length);
        Assert.Equal(json.RootElement.GetProperty("estimate").GetDouble(), effects.Average(), 1e-12);
        Assert.Equal(0, json.RootElement.GetProperty("draws").GetInt32());
        Assert.All(new[] { "do(arm=control)", "treated against control", "level<=1 of outcome", "exact" }, part => Assert.Contains(part, outcome.Out));
    }

    [Fact]
    public void Draws_HaveAnError_InTheTable() =>
        Assert.All(new[] { "Monte Carlo error", "3000 draws", "-70.5 against 60" }, part => Assert.Contains(part, Ask(OnCost).Out));

    [Fact]
    public void Threads_DoNotChangeABit_ButTheSeedDoes()
    {
        var one = Ask([.. OnCost, "--json", "--threads", "1"]).Out;

        Assert.Equal(one, Ask([.. OnCost, "--json", "--threads", "2"]).Out);
        Assert.NotEqual(one, Ask([.. OnCost, "--json", "--seed", "5"]).Out);
    }

    [Theory]
    [InlineData("'arm'", "--treatment", "outcome", "--outcome", "arm")]
    [InlineData("itself", "--treatment", "outcome")]
    [InlineData("'weight'", "--treatment", "weight")]
    [InlineData("'weight'", "--outcome", "weight")]
    [InlineData("control, treated", "--values", "control,placebo")]
    [InlineData("at least 2", "--values", "control")]
    [InlineData("at least 2", "--values", ",")]
    [InlineData("--values: found 'old'", "--treatment", "age", "--values", "60,old")]
    [InlineData("finite", "--treatment", "age", "--values", "60,NaN")]
    [InlineData("0, 1, 2", "--statistic", "level<=3")]
    [InlineData("ordinal", "--statistic", "quantile:0.5")]
    [InlineData("continuous", "--outcome", "cost")]
    [InlineData("between 0 and 1", "--statistic", "quantile:1.5", "--outcome", "cost")]
    [InlineData("level<=k", "--statistic", "median")]
    [InlineData("draws", "--draws", "1")]
    [InlineData("--draws", "--draws", "0")]
    [InlineData("--data", "--individual", "rows")]
    [InlineData("no such file", "--data", "nowhere.csv")]
    public void Effect_ThatCannotBe(string part, params string[] options)
    {
        var pairs = OnOutcome.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair);
        var outcome = bench.Ask("effect", [.. pairs, .. options.Select(word => word == "rows" ? bench[word] : word)]);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.Contains(part, outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.DoesNotContain("rows", bench.Files);
    }

    [Fact]
    public void Population_WithoutANeededColumn_IsRefused()
    {
        bench.Write("bare.csv", "arm,outcome\ncontrol,0\n");

        Assert.Contains("'age'", Ask([.. OnOutcome, "--data", bench["bare.csv"]]).Error);
    }

    private Outcome Ask(params string[] options) => bench.Ask("effect", [.. options, "--draws", "3000"]);
}
