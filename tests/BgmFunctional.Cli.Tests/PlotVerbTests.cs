using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class PlotVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] All = ["graph", "coefficients", "curves", "fit", "do", "counterfactual", "history"];

    [Fact]
    public void Out_WithDataAndDo_HasEveryChart()
    {
        var outcome = Plot("--data", bench["data.csv"], "--do", "arm=control,treated", "--out", bench["all.html"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.StartsWith(string.Join(", ", All), outcome.Out);
        var page = File.ReadAllText(bench["all.html"]);
        Assert.All(
            new[] { "The causal graph", "Linear shifts", "do(arm = treated)", "Row 1", "Training" },
            part => Assert.Contains(part, page));
        Assert.DoesNotContain("<script", page);
    }

    [Fact]
    public void What_ChoosesCharts_AndSvgTakesThem()
    {
        using var json = JsonDocument.Parse(Plot("--what", "history,graph", "--svg", bench["figures"], "--json").Out);
        var files = Directory.GetFiles(bench["figures"]).Order();

        Assert.Equal(["history", "graph"], json.RootElement.GetProperty("charts").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("out").ValueKind);
        Assert.Equal(files, json.RootElement.GetProperty("svg").EnumerateArray().Select(path => path.GetString()!).Order());
        Assert.Equal(["graph.svg", "history.svg"], files.Select(Path.GetFileName));
        Directory.Delete(bench["figures"], recursive: true);
    }

    [Fact]
    public void Interactive_TakesPlotlyFromItsCdn_OrAFile()
    {
        bench.Write("plotly.js", "/* plotly.js */");
        Plot("--interactive", "--out", bench["cdn.html"]);
        Plot("--interactive", "--plotly", bench["plotly.js"], "--out", bench["own.html"]);

        Assert.Contains("https://cdn.plot.ly/", File.ReadAllText(bench["cdn.html"]));
        Assert.Contains("/* plotly.js */", File.ReadAllText(bench["own.html"]));
        Assert.DoesNotContain("https://", File.ReadAllText(bench["own.html"]).Replace("http://www.w3.org", ""));
    }

    [Fact]
    public void Do_OfSeveralNodes_IsEveryCombination()
    {
        var outcome = Plot("--what", "do", "--do", "age=60,70", "arm=treated", "--out", bench["do.html"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        var page = File.ReadAllText(bench["do.html"]);
        Assert.Contains("do(age = 60, arm = treated)", page);
        Assert.Contains("do(age = 70, arm = treated)", page);
    }

    [Fact]
    public void Seed_AndThreads_AsEverywhere()
    {
        string[] asked = ["--data", bench["data.csv"], "--what", "fit", "--n", "100"];
        Plot([.. asked, "--out", bench["one.html"], "--threads", "1"]);
        Plot([.. asked, "--out", bench["two.html"], "--threads", "2"]);
        Plot([.. asked, "--out", bench["other.html"], "--seed", "1"]);

        Assert.Equal(File.ReadAllText(bench["one.html"]), File.ReadAllText(bench["two.html"]));
        Assert.NotEqual(File.ReadAllText(bench["one.html"]), File.ReadAllText(bench["other.html"]));
    }

    [Theory]
    [InlineData("--out or --svg")]
    [InlineData("there is no chart 'pie'", "--out", "o.html", "--what", "graph,pie")]
    [InlineData("chart 'fit': there are no data", "--out", "o.html", "--what", "fit")]
    [InlineData("chart 'do': no node is set", "--out", "o.html", "--what", "do")]
    [InlineData("no node hears cost", "--out", "o.html", "--what", "do", "--do", "cost=1")]
    [InlineData("control, treated", "--out", "o.html", "--do", "arm=control,placebo")]
    [InlineData("more than 6", "--out", "o.html", "--do", "age=1,2,3,4,5,6,7")]
    [InlineData("add --out", "--svg", ".", "--interactive")]
    [InlineData("add --interactive", "--out", "o.html", "--plotly", "p.js")]
    [InlineData("no such file", "--out", "o.html", "--interactive", "--plotly", "p.js")]
    [InlineData("does not exist", "--svg", "no/such/folder")]
    [InlineData("does not exist", "--out", "no/such/folder/o.html")]
    [InlineData("--row", "--out", "o.html", "--row", "0")]
    public void Plot_ThatCannotBe(string part, params string[] options)
    {
        var before = bench.Files.ToList();
        var outcome = Plot([.. options.Select(word => word.EndsWith(".html", StringComparison.Ordinal) ? bench[word] : word)]);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.StartsWith("bgm: ", outcome.Error);
        Assert.Equal(1, outcome.Error.Count(letter => letter == '\n'));
        Assert.Contains(part, outcome.Error);
        Assert.Equal(before, bench.Files);
    }

    [Fact]
    public void Rows_ThatDoNotDo_AreRefusedByTheNameOfTheirFile()
    {
        bench.Write("narrow.csv", string.Join('\n', bench.Lines("data.csv").Select(line => line[..line.LastIndexOf(',')])));

        Assert.Contains($"{bench["narrow.csv"]}: The data lack column 'cost'", Plot("--data", bench["narrow.csv"], "--out", bench["o.html"]).Error);
    }

    [Fact]
    public void Svg_IntoAFile_IsRefused() => Assert.Contains("is a file; charts need a folder", Plot("--svg", bench["data.csv"]).Error);

    private Outcome Plot(params string[] options) => bench.Ask("plot", options);
}
