using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class CheckVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    [Fact]
    public void Check_Json_IsOneObject()
    {
        var outcome = Check("--treatment", "arm", "age", "--seed", "3", "--json");
        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        using var json = JsonDocument.Parse(outcome.Out);
        var root = json.RootElement;

        Assert.Equal(["overlap", "fit", "independences", "warnings"], root.EnumerateObject().Select(item => item.Name));
        Assert.Equal(["arm", "age"], Texts(root.GetProperty("overlap"), "treatment"));
        Assert.Equal(["control", "treated"], Texts(root.GetProperty("overlap")[0].GetProperty("arms"), "arm"));
        Assert.Equal(["age", "arm", "outcome", "cost"], Texts(root.GetProperty("fit"), "node"));
        Assert.Equal(["outcome", "age"], Texts(root.GetProperty("fit")[3].GetProperty("parents"), "parent"));
        var claim = Assert.Single(root.GetProperty("independences").EnumerateArray());
        Assert.Equal(("arm", "cost"), (claim.GetProperty("earlier").GetString(), claim.GetProperty("later").GetString()));
        Assert.InRange(claim.GetProperty("p").GetDouble(), 0, 1);
    }

    [Fact]
    public void Check_HasTables_AndAReport()
    {
        var outcome = Check("--treatment", "arm", "--report", bench["check.html"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.All(
            new[] { "treated", "effective rows", "independent of age", "uniform", "arm, cost", "verdict", "looks better", "check.html" },
            part => Assert.Contains(part, outcome.Out));
        Assert.Contains("F(x | parents)", File.ReadAllText(bench["check.html"]));
    }

    [Fact]
    public void Check_Strict_EndsWithACodeOfItsOwnOnAWarning()
    {
        var warned = Check("--alpha", "0.999999", "--strict");
        Assert.Contains("warning: ", warned.Out);
        Assert.Equal((ExitCode.Doubtful, ""), (warned.Code, warned.Error));
        Assert.Equal(ExitCode.Done, Check("--alpha", "0.999999").Code);
        Assert.Equal(ExitCode.Done, Check("--alpha", "1e-300", "--strict").Code);
    }

    [Theory]
    [InlineData("node 'dose' is not in the model", "--treatment", "dose")]
    [InlineData("--alpha: found '0'; it must be above 0 and below 1.", "--alpha", "0")]
    [InlineData("--alpha: found '1'", "--alpha", "1")]
    [InlineData("--bound: found '0.5'; it must be above 0 and below 0.5.", "--bound", "0.5")]
    [InlineData("does not exist", "--report", "/nowhere/check.html")]
    public void Check_ThatCannotBe(string part, params string[] options)
    {
        var outcome = Check(options);

        Assert.Equal((ExitCode.Refused, ""), (outcome.Code, outcome.Out));
        Assert.Contains(part, outcome.Error);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Check_OfRowsThatDoNotDo_IsRefused()
    {
        var lines = bench.Lines("data.csv");
        bench.Write("few.csv", string.Join('\n', lines.Take(51)));
        bench.Write("narrow.csv", string.Join('\n', lines.Select(line => line[..line.LastIndexOf(',')])));

        Assert.Contains("50 rows; checking this graph needs at least 100", bench.Ask("check", "--data", bench["few.csv"]).Error);
        Assert.Contains($"{bench["narrow.csv"]}: The data lack column 'cost'", bench.Ask("check", "--data", bench["narrow.csv"]).Error);
    }

    private static IEnumerable<string?> Texts(JsonElement list, string name) =>
        list.EnumerateArray().Select(item => item.GetProperty(name).GetString());

    private Outcome Check(params string[] options) => bench.Ask("check", ["--data", bench["data.csv"], .. options]);
}
