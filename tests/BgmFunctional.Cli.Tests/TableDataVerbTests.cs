using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class TableDataVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    public static TheoryData<string> EachName => [.. TableSimulator.All.Select(simulator => simulator.Name)];

    [Theory]
    [MemberData(nameof(EachName))]
    public void Out_HoldsTheFacadesRows_AndTruthWhatIsKnown(string name)
    {
        var outcome = Workbench.Run(
            "data", name, "--n", "40", "--seed", "3", "--holes", "0.5", "--out", bench["rows.csv"], "--truth", bench["truth.json"]);
        var sample = TableSimulator.Named(name).Sample(40, seed: 3);
        sample.Rows.WithHoles(0.5, seed: 3).ToCsv(bench["expected.csv"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Contains("40 rows", outcome.Out);
        Assert.Equal(File.ReadAllBytes(bench["expected.csv"]), File.ReadAllBytes(bench["rows.csv"]));
        Assert.Equal(sample.TruthAsJson() + "\n", File.ReadAllText(bench["truth.json"]));
    }

    [Fact]
    public void Json_SaysWhatWasWritten()
    {
        var outcome = Workbench.Run("data", "low-rank", "--n", "5", "--out", bench["low.csv"], "--json");
        var json = JsonDocument.Parse(outcome.Out).RootElement;

        Assert.Equal(("low-rank", 5), (json.GetProperty("simulator").GetString(), json.GetProperty("rows").GetInt32()));
        Assert.Equal((0, JsonValueKind.Null), (json.GetProperty("holes").GetInt32(), json.GetProperty("truth").ValueKind));
    }

    [Fact]
    public void Holes_LeaveDigitsAsTheyAre()
    {
        File.WriteAllText(bench["full.csv"], "dose,arm\n" + string.Concat(Enumerable.Repeat("1.50,low\n", 100)));
        var outcome = Workbench.Run("data", "holes", "--data", bench["full.csv"], "--share", "0.5", "--columns", "dose", "--out", bench["holes.csv"], "--json");
        var lines = File.ReadAllLines(bench["holes.csv"])[1..];

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.All(lines, line => Assert.Contains(line, (string[])["1.50,low", ",low"]));
        Assert.Equal(lines.Count(line => line == ",low"), JsonDocument.Parse(outcome.Out).RootElement.GetProperty("holes").GetInt32());
    }

    [Fact]
    public void Holes_ThatAMarkSays_AreEmptyToo()
    {
        File.WriteAllText(bench["marked.csv"], "dose,arm\n" + string.Concat(Enumerable.Repeat("?,low\n", 20)));
        var outcome = Workbench.Run("data", "holes", "--data", bench["marked.csv"], "--missing", "?", "--share", "0.5", "--columns", "arm", "--out", bench["emptied.csv"]);

        Assert.Equal(ExitCode.Done, outcome.Code);
        Assert.All(File.ReadAllLines(bench["emptied.csv"])[1..], line => Assert.Contains(line, (string[])[",low", ","]));
    }

    [Theory]
    [InlineData("--share", "1", "a share between 0 and 1")]
    [InlineData("--columns", "age", "lack column 'age'")]
    public void Holes_Refuse(string option, string value, string message)
    {
        File.WriteAllText(bench["table.csv"], "dose\n1\n");
        string[] share = option == "--share" ? [] : ["--share", "0.5"];
        var outcome = Workbench.Run(["data", "holes", "--data", bench["table.csv"], "--out", bench["none.csv"], .. share, option, value]);

        Assert.Equal(ExitCode.Refused, outcome.Code);
        Assert.Contains(message, outcome.Error);
        Assert.False(File.Exists(bench["none.csv"]));
    }

    [Fact]
    public void Data_Alone_ListsThem()
    {
        var help = Workbench.Run("data").Out;
        Assert.All(TableSimulator.All, simulator => Assert.Contains($"  {simulator.Name} ", help));
        Assert.Contains("  holes ", help);
    }
}
