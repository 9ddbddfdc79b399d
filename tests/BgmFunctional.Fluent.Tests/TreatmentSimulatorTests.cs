using System.Text.Json;
using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class TreatmentSimulatorTests
{
    public static TheoryData<string> EachName => [.. TreatmentSimulator.All.Select(simulator => simulator.Name)];

    [Theory]
    [MemberData(nameof(EachName))]
    public void Sample_HasTreatmentOutcomeAndCovariates_NamedByItsSeed(string name)
    {
        var simulator = TreatmentSimulator.Named(name);
        var sample = simulator.Sample(30, seed: 3);

        Assert.Equal((30, simulator.Covariates + 2), (sample.Rows.Rows, sample.Rows.Names.Count));
        Assert.Equal(["x", "y", "v1"], sample.Rows.Names.Take(3));
        Assert.Equal(sample.Rows["y"], simulator.Sample(30, seed: 3).Rows["y"]);
        Assert.NotEqual(sample.Rows["y"], simulator.Sample(30, seed: 4).Rows["y"]);
        Assert.Equal(name, JsonDocument.Parse(sample.TruthAsJson()).RootElement.GetProperty("simulator").GetString());
    }

    [Fact]
    public void Effects_AreThoseOfTheRows_WhereTheTreatmentIsBinary()
    {
        Assert.Equal(30, TreatmentSimulator.Named("binary-factors").Sample(30).Effects!.Count);
        Assert.Null(TreatmentSimulator.Named("sun").Sample(30).Effects);
    }

    [Fact]
    public void Named_Unknown_Throws() =>
        Assert.Contains("hirano-imbens", Assert.Throws<OptionException>(() => TreatmentSimulator.Named("imbens")).Message);

    [Fact]
    public void Sample_NoRows_Throws() =>
        Assert.Contains("at least 1", Assert.Throws<OptionException>(() => TreatmentSimulator.Named("sun").Sample(0)).Message);
}
