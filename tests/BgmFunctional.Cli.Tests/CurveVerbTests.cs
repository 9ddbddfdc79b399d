using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class CurveVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] OnArm = ["--treatment", "age", "--values", "60:80:3", "--outcome", "arm", "--statistic", "level=treated"];
    private static readonly string[] OnCost = ["--treatment", "age", "--values", "-5,60,70", "--outcome", "cost", "--statistic", "mean", "--draws", "1000"];

    [Fact]
    public void Curve_IsTheEffect_AtEachValue_AsATableAndAPage()
    {
        var outcome = bench.Ask("curve", [.. OnArm, "--out", bench["curve.csv"], "--report", bench["curve.html"]]);
        using var effect = JsonDocument.Parse(bench.Ask("effect", [.. OnArm.Select(word => word == "60:80:3" ? "60,70,80" : word), "--json"]).Out);
        var curve = Columns.FromCsv(bench["curve.csv"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Equal(["value", "estimate", "low", "high", "monteCarloError"], curve.Names);
        Assert.Equal([60, 70, 80], curve["value"]);
        Assert.Equal(effect.RootElement.GetProperty("perValue").EnumerateArray().Select(point => point.GetProperty("estimate").GetDouble()), curve["estimate"]);
        Assert.All(curve["low"], low => Assert.True(double.IsNaN(low)));
        Assert.All(["level=treated of arm", "do(age=70)", "exact"], part => Assert.Contains(part, outcome.Out));
        Assert.Contains("do(age)", File.ReadAllText(bench["curve.html"]));
    }

    [Fact]
    public void Bootstrap_GivesIntervals_AroundEachPoint()
    {
        var outcome = bench.Ask("curve", [.. OnArm, "--bootstrap", "20", "--bootstrap-epochs", "1", "--out", bench["band.csv"], "--report", bench["band.html"], "--json"]);
        using var json = JsonDocument.Parse(outcome.Out);
        var curve = Columns.FromCsv(bench["band.csv"]);

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Equal(3, json.RootElement.GetProperty("curve").GetArrayLength());
        Assert.All(curve["low"].Zip(curve["high"]), ends => Assert.True(ends.First <= ends.Second));
        Assert.Contains("bootstrap interval", File.ReadAllText(bench["band.html"]));
    }

    [Fact]
    public void Threads_DoNotChangeABit()
    {
        bench.Ask("curve", [.. OnCost, "--threads", "1", "--out", bench["one.csv"]]);
        bench.Ask("curve", [.. OnCost, "--threads", "2", "--out", bench["two.csv"]]);

        Assert.Equal(4, bench.Lines("one.csv").Length);
        Assert.Equal(bench.Lines("one.csv"), bench.Lines("two.csv"));
    }

    [Theory]
    [InlineData("'arm', an ordinal node", "--treatment", "arm", "--values", "0,1", "--outcome", "outcome", "--statistic", "mean")]
    [InlineData("--values: found '60:80'", "--values", "60:80")]
    [InlineData("at least 2", "--values", "60")]
    [InlineData("itself", "--treatment", "age", "--outcome", "age", "--statistic", "mean")]
    [InlineData("--bootstrap", "--bootstrap-epochs", "3")]
    [InlineData("no such file", "--data", "nowhere.csv")]
    public void Curve_ThatCannotBe(string part, params string[] options)
    {
        var pairs = OnArm.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair);
        var outcome = bench.Ask("curve", [.. pairs, .. options, "--out", bench["never.csv"]]);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.Contains(part, outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.DoesNotContain("never.csv", bench.Files);
    }
}
