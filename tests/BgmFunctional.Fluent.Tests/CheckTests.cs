using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class CheckTests
{
    private static readonly TramDag Graph = TramDag.FromFile(Repository.At("data", "stroke", "graph.json"));
    private static readonly Columns Data = Columns.FromCsv(Repository.At("data", "stroke", "stroke.csv"));
    private static readonly FittedFlow Fitted = Graph.FitClassical(Data);
    private static readonly CheckOptions Options = new() { Treatments = ["T"], Seed = 7 };

    [Fact]
    public void CheckAgainst_LooksAtOverlapFitAndIndependences()
    {
        var check = Fitted.CheckAgainst(Data, Options);

        Assert.Equal(Data.Rows, check.Rows);
        var overlap = Assert.Single(check.Overlaps);
        Assert.Equal(("T", 0.05), (overlap.Treatment, overlap.Bound));
        Assert.Equal(Data.Rows, overlap.Arms.Sum(arm => arm.Rows));
        Assert.Equal(Fitted.Pmf("T", Data).Select(row => row[1]), overlap.Arms[1].Propensities);
        Assert.All(overlap.Arms, arm => Assert.Equal(arm.Propensities.Min(), arm.Quantile(0)));
        Assert.All(overlap.Arms, arm => Assert.InRange(arm.EffectiveRows, 1, arm.Rows));
        Assert.Equal(Fitted.Nodes.Select(node => node.Name), check.Nodes.Select(node => node.Node));
        Assert.All(check.Nodes.Zip(Fitted.Nodes), pair => Assert.Equal(pair.Second.Parents, pair.First.Parents.Select(parent => parent.Parent)));
        var claim = Assert.Single(check.Independences);
        Assert.True(Graph.IsSeparated(claim.Earlier, claim.Later, claim.Given));
        Assert.InRange(claim.P, 0, 1);
    }

    [Fact]
    public void CheckAgainst_OnOneThread_GivesTheSameBits()
    {
        var one = Fitted.WithThreads(1).CheckAgainst(Data, Options);
        var two = Fitted.WithThreads(2).CheckAgainst(Data, Options);

        Assert.Equal(one.Warnings, two.Warnings);
        Assert.Equal(one.Nodes.SelectMany(node => node.Residuals), two.Nodes.SelectMany(node => node.Residuals));
        Assert.Equal(one.Independences.Select(claim => claim.P), two.Independences.Select(claim => claim.P));
    }

    [Fact]
    public void SaveReport_WritesAPageThatLoadsNothing()
    {
        using var folder = new Temporary();
        Fitted.CheckAgainst(Data, Options).SaveReport(folder["check.html"], "Stroke");

        var page = File.ReadAllText(folder["check.html"]);
        Assert.Contains("<h1>Stroke</h1>", page);
        Assert.DoesNotContain("<script", page);
    }

    [Fact]
    public void IsSeparated_FollowsThePaths()
    {
        var graph = TramDag.Create()
            .AddContinuous("a")
            .AddContinuous("b", node => node.LinearShift("a"))
            .AddContinuous("c", node => node.LinearShift("b"))
            .Build();

        Assert.False(graph.IsSeparated("a", "c"));
        Assert.True(graph.IsSeparated("a", "c", "b"));
        Assert.Contains("'d'", Assert.Throws<QueryException>(() => graph.IsSeparated("a", "d")).Message);
    }

    [Fact]
    public void CheckAgainst_ThatCannotBe_Throws()
    {
        Assert.Contains("'Z'", Assert.Throws<QueryException>(() => Fitted.CheckAgainst(Data, new() { Treatments = ["Z"] })).Message);
        Assert.Contains("alpha", Assert.Throws<OptionException>(() => Fitted.CheckAgainst(Data, new() { Alpha = 1 })).Message);
        Assert.Contains("bound", Assert.Throws<OptionException>(() => Fitted.CheckAgainst(Data, new() { Bound = 0 })).Message);
        Assert.Throws<DataException>(() => Fitted.CheckAgainst(Columns.Empty.With("Age", 1, 2)));
        Assert.Contains("at least 100", Assert.Throws<QueryException>(() => Fitted.CheckAgainst(Fitted.Sample(99))).Message);
        Assert.Throws<ArgumentNullException>(() => Fitted.CheckAgainst(null!));
    }
}
