using System.Text.Json;
using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class SimulatorTests
{
    private static Simulator Vaca => Simulator.Named("vaca");

    [Fact]
    public void Named_FindsEachOfAll() =>
        Assert.All(Simulator.All, simulator => Assert.Equal(simulator.Description, Simulator.Named(simulator.Name).Description));

    [Fact]
    public void Named_Unknown_Throws_WithTheNames()
    {
        var refusal = Assert.Throws<OptionException>(() => Simulator.Named("vacca"));

        Assert.Contains("'vacca'", refusal.Message);
        Assert.Contains("vaca, carefl", refusal.Message);
        Assert.Throws<ArgumentNullException>(() => Simulator.Named(null!));
    }

    [Fact]
    public void Sample_IsWhatItsLatentsMake()
    {
        var rows = Vaca.FromLatents(Vaca.Latents(100, seed: 3));

        Assert.All(rows.Names, name => Assert.Equal(rows[name], Vaca.Sample(100, 3)[name]));
        Assert.Equal(Vaca.Sample(10, seed: 3)["x3"], rows["x3"].Take(10));
    }

    [Fact]
    public void Sample_UnderAnIntervention_MovesDescendantsOnly()
    {
        var (seen, acted) = (Vaca.Sample(100, seed: 3), Vaca.Sample(100, Do.Set("x2", -3), seed: 3));

        Assert.Equal(seen["x1"], acted["x1"]);
        Assert.All(acted["x2"], x2 => Assert.Equal(-3, x2));
        Assert.NotEqual(seen["x3"], acted["x3"]);
    }

    [Fact]
    public void Counterfactual_IsAPairOfTheSameLatents()
    {
        var one = Do.SetEach("x1", [.. Vaca.Sample(50, seed: 3)["x1"].Select(x1 => x1 + 1)]);
        var (factual, imagined) = Vaca.Counterfactual(50, one, seed: 3);

        // x₂ falls by 1, so x₃ rises by 1 − ¼.
        Assert.All(imagined["x3"].Zip(factual["x3"]), pair => Assert.Equal(0.75, pair.First - pair.Second, 1e-12));
    }

    [Fact]
    public void Impossible_IsRefused()
    {
        Assert.Throws<OptionException>(() => Vaca.Sample(0));
        Assert.Throws<OptionException>(() => Vaca.Latents(0));
        Assert.Throws<QueryException>(() => Vaca.Sample(5, Do.Set("x9", 1)));
        Assert.Throws<QueryException>(() => Vaca.Check(Do.Set("x1", "high")));
        Assert.Throws<DataException>(() => Vaca.FromLatents(Columns.Empty.With("x1", 1.0)));
        Assert.Throws<ArgumentNullException>(() => Vaca.FromLatents(null!));
        Assert.Throws<ArgumentNullException>(() => Vaca.Counterfactual(5, null!));
    }

    [Fact]
    public void Truth_IsPlain()
    {
        var triangle = Simulator.Named("triangle-atan");
        var curve = Assert.Single(triangle.Curves);

        Assert.Equal([2.0, -0.2], triangle.Coefficients.Select(coefficient => coefficient.Estimate));
        Assert.Equal(("x3", "x2"), (curve.Node, curve.Parent));
        Assert.Equal(-0.75 * Math.Atan(0.6), curve.Shift(0), 1e-14);
        Assert.Empty(curve.Given);
        Assert.Equal(-0.5, Vaca.Effects.Single(effect => effect is { Quantity: "mean of x3" } && effect.Do["x2"] == -1).Value);
        Assert.Equal(["x1", "x2"], triangle.Graph.Nodes[2].Parents);
        using var json = JsonDocument.Parse(triangle.TruthAsJson());
        Assert.Equal("triangle-atan", json.RootElement.GetProperty("simulator").GetString());
    }
}
