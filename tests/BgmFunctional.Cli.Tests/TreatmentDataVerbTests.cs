using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class TreatmentDataVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    public static TheoryData<string> EachName => [.. TreatmentSimulator.All.Select(simulator => simulator.Name)];

    [Theory]
    [MemberData(nameof(EachName))]
    public void Out_HoldsTheFacadesRows_AndTruthWhatIsKnown(string name)
    {
        var outcome = Workbench.Run(
            "data", name, "--n", "40", "--seed", "3", "--out", bench["rows.csv"], "--truth", bench["truth.json"]);
        var sample = TreatmentSimulator.Named(name).Sample(40, seed: 3);
        sample.Rows.ToCsv(bench["expected.csv"]);

        Assert.Equal((ExitCode.Done, ""), (outcome.Code, outcome.Error));
        Assert.Contains("40 rows", outcome.Out);
        Assert.Equal(File.ReadAllBytes(bench["expected.csv"]), File.ReadAllBytes(bench["rows.csv"]));
        Assert.Equal(sample.TruthAsJson() + "\n", File.ReadAllText(bench["truth.json"]));
    }

    [Fact]
    public void Json_SaysWhatWasWritten()
    {
        var outcome = Workbench.Run("data", "sun", "--n", "5", "--out", bench["sun.csv"], "--json");
        var json = JsonDocument.Parse(outcome.Out).RootElement;

        Assert.Equal(("sun", 5), (json.GetProperty("simulator").GetString(), json.GetProperty("rows").GetInt32()));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("truth").ValueKind);
    }

    [Fact]
    public void Data_Alone_ListsThem()
    {
        var help = Workbench.Run("data").Out;
        Assert.All(TreatmentSimulator.All, simulator => Assert.Contains($"  {simulator.Name} ", help));
        Assert.Contains("hirano-imbens", Workbench.Run("data", "imbens").Error);
    }
}
