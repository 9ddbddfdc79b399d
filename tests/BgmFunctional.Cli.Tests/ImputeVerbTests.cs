using System.Globalization;
using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class ImputeVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] Quick =
        ["--latent", "2", "--epochs", "2", "--egm-iterations", "3", "--burn-in", "10", "--draws", "20", "--threads", "1"];

    [Fact]
    public void Holes_AreFilled_AndWhatIsSeenComesBackAsItStands()
    {
        bench.Write("holes.csv", Holes());
        var outcome = Impute(
            "holes.csv", "filled.csv", "--intervals", bench["intervals.csv"], "--imputations", "2", "--save", bench["table.model"], "--json");
        var json = JsonDocument.Parse(outcome.Out).RootElement;

        Assert.Equal((ExitCode.Done, 40, 20), (outcome.Code, json.GetProperty("rows").GetInt32(), json.GetProperty("cells").GetInt32()));
        Assert.All(["rHat", "ess", "acceptance", "seconds"], name => Assert.True(json.GetProperty(name).GetDouble() > 0));
        foreach (var name in new[] { "filled.csv", "filled-1.csv", "filled-2.csv" })
        {
            foreach (var (before, after) in bench.Lines("holes.csv").Zip(bench.Lines(name)))
            {
                foreach (var (seen, cell) in before.Split(',').Zip(after.Split(',')))
                {
                    Assert.NotEqual("", cell);
                    if (seen is not ("" or "NA")) Assert.Equal(seen, cell);
                }
            }
        }

        Assert.Equal("row,column,mean,low,high", bench.Lines("intervals.csv")[0]);
        Assert.Equal(21, bench.Lines("intervals.csv").Length);

        var again = Ask("holes.csv", "again.csv", "--model", bench["table.model"], "--burn-in", "10", "--draws", "20");
        Assert.Equal((ExitCode.Done, File.ReadAllText(bench["filled.csv"])), (again.Code, File.ReadAllText(bench["again.csv"])));
        Assert.Contains("20 cells of 20 rows filled", again.Out);

        Assert.Equal(ExitCode.Done, Workbench.Run("generate", "--model", bench["table.model"], "--n", "5", "--out", bench["new.csv"]).Code);
        Assert.Equal(6, bench.Lines("new.csv").Length);
        Assert.Equal("age,cost,arm", bench.Lines("new.csv")[0]);
        Assert.Equal(ExitCode.Done, Workbench.Run("generate", "--model", bench["table.model"], "--n", "5", "--mean", "--out", bench["means.csv"]).Code);
        Assert.NotEqual(bench.Lines("new.csv"), bench.Lines("means.csv"));
    }

    [Theory]
    [InlineData("?,.", "?", ".")]
    [InlineData("-9", "-9", "-9")]
    [InlineData(" - , n/a", "-", "n/a")]
    public void Marks_AreHoles_InEveryTable(string marks, string cost, string arm)
    {
        bench.Write("plain.csv", Holes());
        bench.Write("marked.csv", Holes().Replace(",,", $",{cost},").Replace(",NA", $",{arm}"));
        var plain = Impute("plain.csv", "plain-filled.csv", "--train", bench["plain.csv"]);
        var marked = Impute("marked.csv", "marked-filled.csv", "--train", bench["marked.csv"], "--missing", marks);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (plain.Code, marked.Code));
        Assert.Contains("20 cells of 20 rows filled", marked.Out);
        Assert.Equal(File.ReadAllText(bench["plain-filled.csv"]), File.ReadAllText(bench["marked-filled.csv"]));
    }

    [Fact]
    public void Marks_ThatNobodyNames_AreRefusedAmongNumbers_AndWarnedOfAmongCategories()
    {
        bench.Write("numbers.csv", Holes().Replace(",,", ",?,"));
        bench.Write("categories.csv", Holes().Replace(",NA", ",?"));

        Refused("'?' is no value of the column (cells that hold it: 10); if it marks missing cells, say so (--missing '?')", Impute("numbers.csv", "none.csv"), "'cost', row 1");
        Assert.Contains("warning: column 'arm' has the category '?'", Impute("categories.csv", "warned.csv").Out);
        Refused("--missing: found ' ,'", Impute("categories.csv", "none.csv", "--missing", " ,"));
        Assert.False(File.Exists(bench["none.csv"]));
    }

    [Fact]
    public async Task Model_IsKept_WhereTheChainsAreGivenUp()
    {
        bench.Write("given-up.csv", Holes());
        using var source = new CancellationTokenSource();
        var run = Task.Run(() => Workbench.Run(
            source.Token,
            [
                "impute", "--data", bench["given-up.csv"], "--out", bench["never.csv"], "--save", bench["early.model"],
                "--latent", "2", "--epochs", "2", "--draws", "100000000", "--threads", "1",
            ]));
        while (!run.IsCompleted && !bench.Files.Contains("early.model")) await Task.Delay(10);
        await source.CancelAsync();

        Assert.Equal(ExitCode.Cancelled, (await run).Code);
        Assert.Contains("early.model", bench.Files);
        Assert.DoesNotContain("never.csv", bench.Files);
    }

    [Fact]
    public void OtherRows_TeachTheModel_AndRowsWithoutAnythingAreAnswered()
    {
        bench.Write("train.csv", Holes());
        bench.Write("few.csv", "cost,arm,age\n,,\n710,,\n");
        var outcome = Impute("few.csv", "few-filled.csv", "--train", bench["train.csv"], "--sampler", "nuts", "--seed", "3");

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.Equal("cost,arm,age", bench.Lines("few-filled.csv")[0]);
        Assert.StartsWith("710,", bench.Lines("few-filled.csv")[2]);
        Assert.DoesNotContain(",,", File.ReadAllText(bench["few-filled.csv"]));
    }

    [Fact]
    public void ABrokenFit_GoesOnFromItsCheckpoint()
    {
        bench.Write("resumed.csv", Holes());
        var checkpoint = new[] { "--checkpoint", bench["fit"] };
        Impute("resumed.csv", "whole.csv");
        var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Equal(ExitCode.Cancelled, Workbench.Run(cancelled.Token, ["impute", "--data", bench["resumed.csv"], "--out", bench["part.csv"], .. Quick, .. checkpoint]).Code);
        Assert.False(File.Exists(bench["part.csv"]));
        Assert.Equal(ExitCode.Done, Impute("resumed.csv", "part.csv", [.. checkpoint, "--resume"]).Code);
        Assert.Equal(File.ReadAllText(bench["whole.csv"]), File.ReadAllText(bench["part.csv"]));
        Refused("resume", Impute("resumed.csv", "part.csv", checkpoint));
        Refused("batch_size", Impute("resumed.csv", "part.csv", [.. checkpoint, "--resume", "--batch-size", "7"]));
    }

    [Fact]
    public void AConfiguration_SetsWhatOptionsDoNot()
    {
        bench.Write("rows.csv", Holes());
        bench.Write("config.json", """{ "z_dim": 3, "g_units": [4], "epochs": 9, "x_dim": 3 }""");
        var shown = Impute("rows.csv", "none.csv", "--config", bench["config.json"], "--show-config");
        var settings = JsonDocument.Parse(shown.Out).RootElement;

        Assert.Equal((2, 2, 4), (settings.GetProperty("z_dim").GetInt32(), settings.GetProperty("epochs").GetInt32(), settings.GetProperty("g_units")[0].GetInt32()));
        Assert.Contains("'x_dim'", shown.Error);
        Assert.False(File.Exists(bench["none.csv"]));
        bench.Write("config.json", """{ "zdim": 3 }""");
        Refused("'zdim'", Impute("rows.csv", "none.csv", "--config", bench["config.json"]));
    }

    [Fact]
    public void WhatCannotBeUsed_IsRefused_AndNothingIsWritten()
    {
        bench.Write("good.csv", Holes());
        Impute("good.csv", "good-filled.csv", "--save", bench["good.model"]);
        bench.Write("nothing.csv", "age,cost,arm\n60,,control\n61,,treated\n62,,control\n");
        bench.Write("infinite.csv", "age,cost,arm\n60,1,control\n61,Infinity,treated\n62,3,control\n63,2.5,control\n");
        bench.Write("blue.csv", "age,cost,arm\n60,600,blue\n");
        bench.Write("short.csv", "age,cost\n60,\n");

        Refused("'cost'", Impute("nothing.csv", "out.csv"), "nothing.csv");
        Refused("'cost', row 2", Impute("infinite.csv", "out.csv"));
        Refused("'blue'", Ask("blue.csv", "out.csv", "--model", bench["good.model"]), "blue.csv");
        Refused("'arm'", Ask("short.csv", "out.csv", "--model", bench["good.model"]));
        Refused("nowhere.csv", Impute("nowhere.csv", "out.csv"));
        Refused("bgm.tram-dag", Ask("good.csv", "out.csv", "--model", bench["model"]), "bgm.table");
        Refused("--alpha", Impute("good.csv", "out.csv", "--alpha", "1"));
        Refused("--sampler", Impute("good.csv", "out.csv", "--sampler", "gibbs"));
        Refused("--latent", Ask("good.csv", "out.csv", "--model", bench["good.model"], "--latent", "3"), "learned");
        Refused("--train", Ask("good.csv", "out.csv", "--model", bench["good.model"], "--train", bench["good.csv"]));
        Refused("--resume", Impute("good.csv", "out.csv", "--resume"));
        Refused("--sampler: --quick takes", Impute("good.csv", "out.csv", "--sampler", "hmc", "--quick"));
        bench.Write("text.json", "age");
        Refused("text.json: line 1: this is not JSON", Impute("good.csv", "out.csv", "--config", bench["text.json"]));
        Refused("--intervals", Impute("good.csv", "out.csv", "--intervals", bench["out.csv"]));
        Refused("--n", Workbench.Run("generate", "--model", bench["good.model"], "--n", "0", "--out", bench["out.csv"]));
        Refused("bgm.tram-dag", Workbench.Run("generate", "--model", bench["model"], "--n", "1", "--out", bench["out.csv"]));
        Refused("--normal: means have no noise", Workbench.Run("generate", "--model", bench["good.model"], "--n", "1", "--mean", "--normal", "--out", bench["out.csv"]));
        Assert.False(File.Exists(bench["out.csv"]));
    }

    [Fact]
    public void WhatCannotBeFilled_IsRefusedBeforeTheFit()
    {
        bench.Write("learned.csv", Holes());
        bench.Write("narrow.csv", "age,cost\n60,\n");
        var (narrow, many) = (
            Impute("narrow.csv", "never.csv", "--train", bench["learned.csv"]),
            Impute("learned.csv", "never.csv", "--imputations", "999"));

        Refused("narrow.csv: The data lack column 'arm'", narrow);
        Refused("imputations: found 999", many);
        Assert.All([narrow, many], outcome => Assert.DoesNotContain("warm start", outcome.Error));
    }

    [Fact]
    public void Quick_IsFewNoUTurnTransitions_ThatOptionsWinOver()
    {
        bench.Write("few.csv", Holes());
        Impute("few.csv", "slow.csv", "--save", bench["few.model"]);
        string[] Chains(string name, params string[] options)
        {
            Assert.Equal(ExitCode.Done, Ask("few.csv", name, ["--model", bench["few.model"], .. options]).Code);
            return bench.Lines(name);
        }

        var quick = Chains("quick.csv", "--quick");
        Assert.Equal(quick, Chains("same.csv", "--quick", "--draws", "250", "--burn-in", "300", "--chains", "4"));
        Assert.NotEqual(quick, Chains("fewer.csv", "--quick", "--draws", "100"));
    }

    private static string Holes()
    {
        var random = new Random(2);
        var lines = Enumerable.Range(0, 40).Select(row =>
        {
            var age = 60 + 20 * random.NextDouble();
            var cost = row % 4 == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{10 * age:0.00}");
            var arm = row % 4 == 1 ? "NA" : age > 70 ? "treated" : "control";
            return string.Create(CultureInfo.InvariantCulture, $"{age:0.0000},{cost},{arm}");
        });
        return string.Join("\n", lines.Prepend("age,cost,arm")) + "\n";
    }

    private static void Refused(string part, Outcome outcome, string? another = null)
    {
        Assert.Equal(ExitCode.Refused, outcome.Code);
        var line = Assert.Single(
            outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("bgm: ", StringComparison.Ordinal));
        Assert.Contains(part, line);
        if (another is not null) Assert.Contains(another, line);
    }

    private Outcome Impute(string data, string filled, params string[] options) => Ask(data, filled, [.. Quick, .. options]);

    private Outcome Ask(string data, string filled, params string[] options) =>
        Workbench.Run(["impute", "--data", bench[data], "--out", bench[filled], .. options]);
}
