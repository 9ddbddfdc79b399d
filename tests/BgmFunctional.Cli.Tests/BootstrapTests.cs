using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

/// <summary>Intervals of effects from refits.</summary>
public sealed class BootstrapTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] Query = ["--treatment", "arm", "--values", "control,treated", "--outcome", "outcome", "--statistic", "mean"];

    [Fact]
    public void Json_HasIntervalsAroundEveryEstimate_TheSameOnAnyNumberOfThreads()
    {
        bench.Write("linear.json", Workbench.Graph.Replace("CS(age)", "LS(age)").Replace("I(outcome)", "LS(outcome)"));
        Workbench.Run("dag", "fit", "--classical", "--data", bench["data.csv"], "--graph", bench["linear.json"], "--out", bench["linear"]);
        var one = Run("linear", "--bootstrap", "20", "--threads", "1", "--json");
        var two = Run("linear", "--bootstrap", "20", "--threads", "2", "--json");
        var other = Run("linear", "--bootstrap", "20", "--bootstrap-seed", "1", "--json");
        using var json = JsonDocument.Parse(one.Out);
        var effect = json.RootElement;

        Assert.Equal((ExitCode.Done, one.Out), (two.Code, two.Out));
        Assert.NotEqual(one.Out, other.Out);
        Assert.All(
            effect.GetProperty("perValue").EnumerateArray().Append(effect),
            part => Assert.True(part.GetProperty("low").GetDouble() < part.GetProperty("high").GetDouble()));
        Assert.Equal(10, one.Error.Split(" of 20").Length - 1);
        Assert.Contains("95 % interval", Run("linear", "--bootstrap", "20").Out);
    }

    [Fact]
    public void Training_ThatIsElsewhere_IsNamed_AndOtherRowsAreRefused()
    {
        bench.Write("moved.csv", File.ReadAllText(bench["data.csv"]));
        Workbench.Run(
            "dag", "fit", "--data", bench["moved.csv"], "--graph", bench["graph.json"], "--out", bench["moved"], "--epochs", "2", "--validation", "0.2");
        var text = File.ReadAllText(bench["moved.csv"]);
        File.Delete(bench["moved.csv"]);
        Refuses(["moved.csv any more", "--training"], "moved", "--bootstrap", "20");
        Refuses([bench["graph.json"]], "moved", "--bootstrap", "20", "--training", bench["graph.json"]);

        bench.Write("other.csv", text[..text.TrimEnd().LastIndexOf('\n')] + "\n");
        Refuses([bench["other.csv"], "training rows", "fitted to 160 rows"], "moved", "--bootstrap", "20", "--training", bench["other.csv"]);
        Assert.Equal(ExitCode.Done, Run("moved", "--bootstrap", "20", "--training", bench["data.csv"]).Code);
    }

    [Fact]
    public void Options_ThatCannotBe_AreRefused()
    {
        Refuses(["--bootstrap: found '19'", "at least 20"], "model", "--bootstrap", "19");
        Refuses(["--bootstrap"], "model", "--bootstrap", "0");
        foreach (var option in new[] { "--bootstrap-seed", "--bootstrap-epochs" })
        {
            Refuses([option, "add --bootstrap N"], "model", option, "3");
        }

        Refuses(["--training", "add --bootstrap N"], "model", "--training", bench["data.csv"]);
    }

    private Outcome Run(string model, params string[] options) =>
        Workbench.Run(["dag", "effect", "--model", bench[model], .. Query, .. options]);

    private void Refuses(string[] parts, string model, params string[] options)
    {
        var outcome = Run(model, options);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.All(parts, part => Assert.Contains(part, outcome.Error));
    }
}
