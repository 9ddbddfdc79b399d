using System.Text.Json;
using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class TableSimulatorTests
{
    public static TheoryData<string> EachName => [.. TableSimulator.All.Select(simulator => simulator.Name)];

    [Theory]
    [MemberData(nameof(EachName))]
    public void Sample_HasItsColumns_NamedByItsSeed(string name)
    {
        var simulator = TableSimulator.Named(name);
        var sample = simulator.Sample(30, seed: 3);
        var first = simulator.Columns[0];

        Assert.Equal((30, simulator.Columns.Count), (sample.Rows.Rows, sample.Rows.Names.Count));
        Assert.Equal(sample.Rows[first], simulator.Sample(30, seed: 3).Rows[first]);
        Assert.NotEqual(sample.Rows[first], simulator.Sample(30, seed: 4).Rows[first]);
        Assert.Equal(name, JsonDocument.Parse(sample.TruthAsJson()).RootElement.GetProperty("simulator").GetString());
    }

    [Fact]
    public void Known_SaysTheOraclesInterval()
    {
        var known = TableSimulator.Named("hetero-regression").Sample(30).Known;
        Assert.Equal(["mean", "sigma", "low", "high"], known.Names);
        Assert.All(Enumerable.Range(0, 30), i => Assert.Equal(2 * 1.959963984540054 * known["sigma"][i], known["high"][i] - known["low"][i], 12));
    }

    [Fact]
    public void WithHoles_LeavesOtherCellsAsTheyAre()
    {
        var full = TableSimulator.Named("gaussian").Sample(200, seed: 3).Rows;
        var holed = full.WithHoles(0.3, seed: 5, "x2");

        Assert.Equal(full["x1"], holed["x1"]);
        Assert.InRange(holed["x2"].Count(double.IsNaN), 30, 90);
        Assert.All(full["x2"].Zip(holed["x2"]), pair => Assert.True(double.IsNaN(pair.Second) || pair.First == pair.Second));
        Assert.Equal(holed["x2"], full.WithHoles(0.3, seed: 5, "x2")["x2"]);
    }

    [Fact]
    public void TextsFromCsv_KeepsDigits()
    {
        using var folder = new Temporary();
        File.WriteAllText(folder["a.csv"], "dose\n1.50\n007\n");
        var texts = Columns.TextsFromCsv(folder["a.csv"]);

        Assert.Equal(["1.50", "007"], texts.Texts("dose"));
        Assert.Equal([1.5, 7], texts["dose"]);
    }

    [Fact]
    public void Named_Unknown_Throws() =>
        Assert.Contains("swiss-roll", Assert.Throws<OptionException>(() => TableSimulator.Named("roll")).Message);

    [Fact]
    public void Sample_NoRows_Throws() =>
        Assert.Contains("at least 1", Assert.Throws<OptionException>(() => TableSimulator.Named("swiss-roll").Sample(0)).Message);

    [Fact]
    public void WithHoles_NoShareOrColumn_Throws()
    {
        var rows = TableSimulator.Named("gaussian").Sample(5).Rows;
        Assert.Contains("between 0 and 1", Assert.Throws<OptionException>(() => rows.WithHoles(1)).Message);
        Assert.Contains("'x9'", Assert.Throws<DataException>(() => rows.WithHoles(0.5, 0, "x9")).Message);
    }
}
