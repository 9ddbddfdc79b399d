using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class DataVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    public static TheoryData<string> EachName => [.. Simulator.All.Select(simulator => simulator.Name)];

    [Fact]
    public void Data_Alone_ListsTheSimulators()
    {
        var help = Workbench.Run("data");

        Assert.Equal((ExitCode.Done, ""), (help.Code, help.Error));
        Assert.Equal(help.Out, Workbench.Run("help", "data").Out);
        Assert.All(Simulator.All, simulator => Assert.Contains(
            help.Out.Split('\n'), line => line.StartsWith($"  {simulator.Name} ") && line.TrimEnd().EndsWith(simulator.Description)));
    }

    [Theory]
    [MemberData(nameof(EachName))]
    public void Name_ShowsOptionsAndExamples_WhichRun(string name)
    {
        var help = Workbench.Run("data", name, "--help").Out;
        var examples = help.Split('\n').Where(line => line.StartsWith($"  bgm data {name} --")).ToList();

        Assert.Equal(2, examples.Count);
        Assert.All(examples, line => Assert.Equal(ExitCode.Done, Workbench.Run(WithPaths(line.Trim().Split(' ')[1..])).Code));
    }

    [Theory]
    [MemberData(nameof(EachName))]
    public void Out_HoldsTheFacadesRows(string name)
    {
        var simulator = Simulator.Named(name);
        var outcome = Run(name, "--n", "40", "--seed", "3", "--out", bench["rows.csv"]);
        simulator.Sample(40, seed: 3).ToCsv(bench["expected.csv"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Contains("40 rows", outcome.Out);
        Assert.Equal(bench.Lines("expected.csv"), bench.Lines("rows.csv"));
    }

    [Fact]
    public void Seed_NamesTheRows_ZeroIfNotGiven()
    {
        Run("vaca", "--n", "20", "--out", bench["none.csv"]);
        Run("vaca", "--n", "20", "--seed", "0", "--out", bench["zero.csv"]);
        Run("vaca", "--n", "20", "--seed", "1", "--out", bench["one.csv"]);

        Assert.Equal(File.ReadAllBytes(bench["none.csv"]), File.ReadAllBytes(bench["zero.csv"]));
        Assert.NotEqual(bench.Lines("zero.csv"), bench.Lines("one.csv"));
    }

    [Fact]
    public void Do_HoldsTheNodes_AndKeepsWhatLiesBefore()
    {
        Run("stroke-nl", "--n", "50", "--out", bench["seen.csv"]);
        Run("stroke-nl", "--n", "50", "--do", "T=1", "NIHSSa=12.5", "--out", bench["acted.csv"]);

        Assert.All(bench.Lines("acted.csv")[1..], line => Assert.Contains(",12.5,1,", line));
        Assert.Equal(
            bench.Lines("seen.csv").Select(line => line.Split(',')[..2]),
            bench.Lines("acted.csv").Select(line => line.Split(',')[..2]));
    }

    [Fact]
    public void Json_IsOneObject_AndNothingElse()
    {
        var outcome = Run("carefl", "--n", "20", "--out", bench["c.csv"], "--truth", bench["c.truth"], "--json");
        using var json = JsonDocument.Parse(outcome.Out);

        Assert.Equal(("", 1), (outcome.Error, outcome.Out.Count(letter => letter == '\n')));
        Assert.Equal("carefl", json.RootElement.GetProperty("simulator").GetString());
        Assert.Equal(20, json.RootElement.GetProperty("rows").GetInt32());
        Assert.Equal(bench["c.csv"], json.RootElement.GetProperty("out").GetString());
        Assert.Equal(bench["c.truth"], json.RootElement.GetProperty("truth").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("graph").ValueKind);
    }

    [Fact]
    public void Truth_AndGraph_AreWrittenBeside_AndTheGraphFits()
    {
        Run(
            "triangle-mixed-linear",
            "--n", "300", "--out", bench["t.csv"], "--truth", bench["t.truth"], "--graph", bench["t.graph"]);
        using var truth = JsonDocument.Parse(File.ReadAllText(bench["t.truth"]));
        var fit = Workbench.Run("dag", "fit", "--data", bench["t.csv"], "--graph", bench["t.graph"], "--out", bench["t.model"], "--epochs", "2");

        Assert.Equal(
            [2.0, -0.2, 0.3],
            truth.RootElement.GetProperty("coefficients").EnumerateArray().Select(row => row.GetProperty("estimate").GetDouble()));
        Assert.Equal(ExitCode.Done, fit.Code);
    }

    [Theory]
    [InlineData("'vacca'", "vacca")]
    [InlineData("triangle-linear, triangle-cubic", "vacca", "--n", "5", "--out", "o.csv")]
    [InlineData("vaca, carefl, stroke-ls", "--n", "5")]
    [InlineData("--n", "vaca", "--out", "o.csv")]
    [InlineData("--n: found '0'", "vaca", "--n", "0", "--out", "o.csv")]
    [InlineData("--seed", "vaca", "--n", "5", "--out", "o.csv", "--seed", "x")]
    [InlineData("--out", "vaca", "--n", "5")]
    [InlineData("'x9' is not", "vaca", "--n", "5", "--out", "o.csv", "--do", "x9=1")]
    [InlineData("no level of 'x3'; its levels are 0, 1, 2, 3", "triangle-mixed-sin", "--n", "5", "--out", "o.csv", "--do", "x3=4")]
    [InlineData("a finite number", "vaca", "--n", "5", "--out", "o.csv", "--do", "x1=high")]
    [InlineData("a finite number", "vaca", "--n", "5", "--out", "o.csv", "--do", "x1=inf")]
    [InlineData("node=value", "vaca", "--n", "5", "--out", "o.csv", "--do", "x1")]
    [InlineData("set twice", "vaca", "--n", "5", "--out", "o.csv", "--do", "x1=1", "x1=2")]
    [InlineData("is the file of --out", "vaca", "--n", "5", "--out", "o.csv", "--truth", "o.csv")]
    [InlineData("is the file of --graph", "vaca", "--n", "5", "--out", "o.csv", "--truth", "g.json", "--graph", "g.json")]
    [InlineData("none/t.json", "vaca", "--n", "5", "--out", "o.csv", "--truth", "none/t.json")]
    [InlineData("'carefl'", "vaca", "carefl", "--n", "5", "--out", "o.csv")]
    public void CommandLine_ThatCannotBe_WritesNothing(string part, params string[] words)
    {
        var before = bench.Files.ToList();
        var outcome = Run(WithPaths(words));

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.StartsWith("bgm: ", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.Contains(part, outcome.Error);
        Assert.Equal(before, bench.Files);
    }

    private static Outcome Run(params string[] words) => Workbench.Run(["data", .. words]);

    private string[] WithPaths(string[] words) =>
        [.. words.Select(word => word.EndsWith(".csv") || word.EndsWith(".json") ? bench[word] : word)];
}
