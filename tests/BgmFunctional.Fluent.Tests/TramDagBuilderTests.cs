using System.Text.Json;
using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class TramDagBuilderTests : IDisposable
{
    private readonly Temporary _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Build_NodesInAnyOrder_KeepsTheOrderTheyWereAddedIn()
    {
        var graph = TramDag.Create()
            .AddContinuous("y", node => node.LinearShift("x").Affine())
            .AddOrdinal("x", ["low", "high"])
            .Build();

        Assert.Equal(["y", "x"], graph.Nodes.Select(node => node.Name));
        Assert.Equal(["x"], graph.Nodes[0].Parents);
        Assert.Null(graph.Nodes[0].Levels);
        Assert.Equal(["low", "high"], graph.Nodes[1].Levels);
    }

    [Fact]
    public void Nodes_OfCodedLevels_HaveThemAsTheyStandInTheColumn() =>
        Assert.Equal(["0", "1", "2"], Cohort.Graph.Nodes.Single(node => node.Name == "outcome").Levels);

    [Fact]
    public void Add_LeavesTheOriginalAsItWas()
    {
        var one = TramDag.Create().AddContinuous("x");
        one.AddContinuous("y");

        Assert.Equal(["x"], one.Build().Nodes.Select(node => node.Name));
    }

    [Fact]
    public void NodeBuilder_LeavesTheOriginalAsItWas()
    {
        var graph = TramDag.Create()
            .AddContinuous("x")
            .AddContinuous("y", node =>
            {
                node.LinearShift("x");
                node.Affine();
                return node;
            })
            .Build();

        Assert.Empty(graph.Nodes[1].Parents);
        Assert.DoesNotContain("affine", graph.ToJson());
    }

    [Fact]
    public void Spline_HasEightBinsAndLearnedTails_UnlessToldOtherwise()
    {
        var graph = TramDag.Create()
            .AddContinuous("x", node => node.Spline())
            .AddContinuous("y", node => node.Spline(bins: 5, fixedTails: true))
            .Build();

        using var json = JsonDocument.Parse(graph.ToJson());
        (string?, int, string?) Transform(string node)
        {
            var keys = json.RootElement.GetProperty(node);
            return (keys.GetProperty("transform").GetString(), keys.GetProperty("bins").GetInt32(), keys.GetProperty("tails").GetString());
        }

        Assert.Equal(("spline", 8, "learned"), Transform("x"));
        Assert.Equal(("spline", 5, "fixed"), Transform("y"));
    }

    [Fact]
    public void Build_ManyProblems_ThrowsThemAllAtOnce()
    {
        var builder = TramDag.Create()
            .AddContinuous("x", node => node.LinearShift("nobody").Bernstein(parameters: 2))
            .AddContinuous("x")
            .AddContinuous("z", node => node.LinearShift("x").ComplexShift("x"))
            .AddOrdinal("one", levels: 1)
            .AddOrdinal("same", ["low", "low"]);

        var exception = Assert.Throws<GraphException>(builder.Build);

        foreach (var part in new[] { "'nobody'", "2 parameters", "defined twice", "'x' appears twice", "1 levels", "'low' is listed twice" })
        {
            Assert.Single(exception.Problems, problem => problem.Contains(part));
            Assert.Contains(part, exception.Message);
        }
    }

    [Fact]
    public void Build_CyclicGraph_Throws()
    {
        var builder = TramDag.Create()
            .AddContinuous("a", node => node.LinearShift("b"))
            .AddContinuous("b", node => node.Intercept("a"));

        Assert.Contains("cycle", Assert.Throws<GraphException>(builder.Build).Message);
    }

    [Fact]
    public void Build_NoNodes_Throws() =>
        Assert.Contains("no nodes", Assert.Throws<GraphException>(() => TramDag.Create().Build()).Message);

    [Fact]
    public void Build_TermWithoutParents_Throws() =>
        Assert.Contains(
            "no parents",
            Assert.Throws<GraphException>(() => TramDag.Create().AddContinuous("x", node => node.ComplexShift()).Build()).Message);

    [Fact]
    public void ToJson_ReadFromAFile_IsTheSameGraph()
    {
        var path = _files.Write("graph.json", Cohort.Graph.ToJson());

        Assert.Equal(Cohort.Graph.ToJson(), TramDag.FromFile(path).ToJson());
    }

    [Fact]
    public void FromFile_WithProblems_ThrowsThemAll()
    {
        var path = _files.Write(
            "graph.json",
            """{ "x": { "kind": "real" }, "y": { "kind": "ordinal" }, "z": { "kind": "continuous", "parents": { "x": "up" } } }""");

        var exception = Assert.Throws<GraphException>(() => TramDag.FromFile(path));

        Assert.Equal(3, exception.Problems.Count);
        Assert.All(exception.Problems, problem => Assert.Contains("graph.json", problem));
    }

    [Fact]
    public void FromFile_OfNoFile_Throws() =>
        Assert.Contains("no such file", Assert.Throws<GraphException>(() => TramDag.FromFile(_files["none.json"])).Message);

    [Fact]
    public void Nulls_AreRefusedByName()
    {
        var builder = TramDag.Create();

        Assert.Equal("name", Assert.Throws<ArgumentNullException>(() => builder.AddContinuous(null!)).ParamName);
        Assert.Equal("levels", Assert.Throws<ArgumentNullException>(() => builder.AddOrdinal("x", null!)).ParamName);
        Assert.Equal(
            "parent",
            Assert.Throws<ArgumentNullException>(() => builder.AddContinuous("x", node => node.LinearShift(null!))).ParamName);
    }
}
