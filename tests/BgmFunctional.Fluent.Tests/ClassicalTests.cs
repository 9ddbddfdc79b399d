using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class ClassicalTests
{
    private static readonly TramDag Graph = TramDag.FromFile(Repository.At("data", "housing", "graph.json"));
    private static readonly Columns Data = Columns.FromCsv(Repository.At("data", "housing", "housing.csv"));
    private static readonly FittedFlow Fitted = Graph.FitClassical(Data);

    [Fact]
    public void Inference_IsTheCoefficients_WithStandardErrors()
    {
        var node = Assert.Single(Fitted.Inference(), node => node.Effects.Count > 0);

        Assert.Equal(Fitted.Coefficients.Select(c => (c.Node, c.Parent, c.Level)), node.Effects.Select(e => (e.Node, e.Term, e.Level)));
        Assert.Equal(Fitted.Coefficients.Select(c => c.Estimate), node.Effects.Select(e => e.Estimate), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.All(node.Effects, effect => Assert.Equal(effect.Estimate / effect.Z, effect.StandardError, 1e-12));
        Assert.Equal(["Low", "Medium"], node.CutPoints.Select(cut => cut.Below));
        Assert.Equal(2 * node.Parameters - 2 * node.LogLikelihood, node.Aic);
        Assert.Empty(node.Warnings);
    }

    [Fact]
    public void Inference_AgainstAReference_Compares()
    {
        var effects = Fitted.Inference(new Dictionary<string, string> { ["Type"] = "Atrium" }).SelectMany(node => node.Effects);

        Assert.Equal(["Tower", "Apartment", "Terrace"], effects.Where(effect => effect.Reference == "Atrium").Select(effect => effect.Level));
    }

    [Fact]
    public void FitClassical_OnOneThread_GivesTheSameBits() =>
        Assert.Equal(Fitted.LogProb(Data), Graph.FitClassical(Data, threads: 1).LogProb(Data));

    [Fact]
    public void Load_InfersTheSame()
    {
        using var folder = new Temporary();
        Fitted.Save(folder["model"]);

        Assert.Equal(
            Fitted.Inference().SelectMany(node => node.Effects),
            TramDag.Load(folder["model"]).Inference().SelectMany(node => node.Effects));
    }

    [Fact]
    public void Inference_ThatCannotBe_Throws()
    {
        Assert.Contains("standard errors", Assert.Throws<QueryException>(() => Cohort.Fitted.Inference()).Message);
        Assert.Contains(
            "Tower",
            Assert.Throws<QueryException>(() => Fitted.Inference(new Dictionary<string, string> { ["Type"] = "Castle" })).Message);
        Assert.Contains("'age'", Assert.Throws<GraphException>(() => Cohort.Graph.FitClassical(Cohort.Data)).Message);
        Assert.Throws<OptionException>(() => Graph.FitClassical(Data, threads: 0));
        Assert.Throws<ArgumentNullException>(() => Graph.FitClassical(null!));
    }
}
