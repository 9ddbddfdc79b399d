using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class FitVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    [Fact]
    public void Json_IsOneObject_AndNothingElseOnStandardOutput()
    {
        var outcome = bench.Fit("fit.json", "--validation", "0.2", "--json");
        using var json = JsonDocument.Parse(outcome.Out);

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Equal(["nll", "validationNll", "epochs", "seconds"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["age", "arm", "outcome", "cost"], json.RootElement.GetProperty("nll").EnumerateObject().Select(node => node.Name));
        Assert.All(json.RootElement.GetProperty("validationNll").EnumerateObject(), node => Assert.True(double.IsFinite(node.Value.GetDouble())));
        Assert.Equal(8, json.RootElement.GetProperty("epochs").GetInt32());
        Assert.True(json.RootElement.GetProperty("seconds").GetDouble() > 0);
    }

    [Fact]
    public void Json_WithoutValidation_SaysNull()
    {
        using var json = JsonDocument.Parse(bench.Fit("fit.null", "--json").Out);

        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("validationNll").ValueKind);
    }

    [Fact]
    public void Progress_GoesToStandardError_InAFewLines()
    {
        var outcome = bench.Fit("fit.progress");

        Assert.DoesNotContain("of at most", outcome.Out);
        Assert.Equal(8, outcome.Error.Split("of at most 8").Length - 1);
        Assert.DoesNotContain('\u001b', outcome.Out + outcome.Error);
    }

    [Fact]
    public void Table_NamesEveryNode_AndTheModel()
    {
        var outcome = bench.Fit("fit.table", "--validation", "0.2");

        Assert.All(new[] { "age", "arm", "outcome", "cost", "validation nll", "160 rows", "8 epochs", "fit.table" }, part => Assert.Contains(part, outcome.Out));
    }

    [Fact]
    public void SameSeed_GivesTheSameFile_OnAnyNumberOfThreads()
    {
        bench.Fit("fit.one", "--threads", "1", "--seed", "5", "--validation", "0.2");
        bench.Fit("fit.two", "--threads", "2", "--seed", "5", "--validation", "0.2");
        bench.Fit("fit.again", "--threads", "2", "--seed", "5", "--validation", "0.2");
        bench.Fit("fit.other", "--threads", "2", "--seed", "6", "--validation", "0.2");

        Assert.Equal(File.ReadAllBytes(bench["fit.one"]), File.ReadAllBytes(bench["fit.two"]));
        Assert.Equal(File.ReadAllBytes(bench["fit.two"]), File.ReadAllBytes(bench["fit.again"]));
        Assert.NotEqual(File.ReadAllBytes(bench["fit.two"]), File.ReadAllBytes(bench["fit.other"]));
    }

    [Fact]
    public void EveryOption_IsTaken()
    {
        var outcome = bench.Fit(
            "fit.every",
            "--validation-data", bench["data.csv"], "--learning-rate", "1e-3", "--batch-size", "64", "--schedule", "plateau",
            "--plateau-patience", "2", "--freeze-patience", "3", "--restore-best", "--seed", "-1", "--threads", "1", "--json");

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Contains("\"validationNll\":{", outcome.Out);
    }

    [Fact]
    public void EverySchedule_AndTheMarginalStart_GiveFitsOfTheirOwn()
    {
        string[][] choices = [[], ["--schedule", "one-cycle"], ["--schedule", "cosine"], ["--marginal-init"]];
        var models = choices.Select((options, i) =>
        {
            bench.Fit($"fit.choice{i}", options);
            return Convert.ToHexString(File.ReadAllBytes(bench[$"fit.choice{i}"]));
        });

        Assert.Equal(choices.Length, models.Distinct().Count());
    }

    [Fact]
    public void Cancelled_LeavesTheOldModel()
    {
        bench.Write("fit.cancelled", "old");
        using var source = new CancellationTokenSource();
        source.Cancel();
        var outcome = Workbench.Run(
            source.Token, "dag", "fit", "--data", bench["data.csv"], "--graph", bench["graph.json"], "--out", bench["fit.cancelled"]);

        Assert.Equal(ExitCode.Cancelled, outcome.Code);
        Assert.Contains("cancelled", outcome.Error);
        Assert.Equal("old", File.ReadAllText(bench["fit.cancelled"]));
    }
}
