using BgmFunctional.Data;
using BgmFunctional.Kernels;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Xunit;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent.Tests;

/// <summary>Effects, distributions and readings: the façade says what the core says, bit for bit.</summary>
public sealed class EffectTests : IDisposable
{
    private static readonly EffectQuery Query = new("arm", [0, 1], "outcome", Statistic.AtMost(1));
    private static readonly double[] Points = [60, 70, 80];

    private readonly Temporary _files = new();
    private readonly Team _team = new(1);

    public EffectTests()
    {
        Flow.Save(_files["model"]);
        Model = Core.ModelFile.load(_files["model"]).ResultValue;
        Cohort.Data.ToCsv(_files["data"]);
        Rows = Csv.read(_files["data"]).ResultValue;
    }

    public void Dispose()
    {
        _team.Dispose();
        _files.Dispose();
    }

    private static FittedFlow Flow => Cohort.Fitted;

    private Core.Flow Model { get; }

    private Frame Rows { get; }

    private static Key Seed => Key.OfSeed(4);

    [Fact]
    public void Effect_IsTheCore_WithAndWithoutAPopulation()
    {
        foreach (var (population, frame) in new (Columns?, FSharpOption<Frame>?)[]
                 {
                     (null, null), (Cohort.Data, FSharpOption<Frame>.Some(Rows)),
                 })
        {
            var found = Flow.Effect(Query with { Population = population, Draws = 500 }, seed: 4);
            var core = Core.Effect.average(_team, Seed, CoreQuery(frame), Model).ResultValue;

            Assert.Equal((core.Estimate, core.MonteCarloError, core.Draws), (found.Estimate, found.MonteCarloError, found.Draws));
            Assert.Equal(core.PerValue.Select(value => value.Estimate), found.PerValue.Select(value => value.Estimate));
            Assert.Equal([0.0, 1.0], found.PerValue.Select(value => value.Number));
            Assert.Null(found.Low);
        }
    }

    [Fact]
    public void EffectCurve_IsTheEffect_AndRefusesLevels()
    {
        var query = new EffectQuery("age", Points, "arm", Statistic.Exactly("1")) { Draws = 500 };
        var curve = Flow.EffectCurve(query, seed: 4);

        Assert.Equal(Flow.Effect(query, seed: 4).PerValue, curve.Points);
        Assert.Equal(Points, curve.ToColumns()["value"]);
        Assert.Equal(curve.Points.Select(point => point.Estimate), curve.ToColumns()["estimate"]);
        curve.SaveReport(_files["curve.html"], "A title");
        Assert.Contains("A title", File.ReadAllText(_files["curve.html"]));
        Assert.Contains("continuous", Assert.Throws<OptionException>(() => Flow.CheckEffectCurve(Query)).Message);
    }

    [Fact]
    public void Effect_OfLevelsByName_IsThatOfTheirCodes()
    {
        var named = Flow.Effect(new EffectQuery("arm", ["control", "treated"], "outcome", Statistic.AtMost("1")) { Population = Cohort.Data });
        var coded = Flow.Effect(Query with { Population = Cohort.Data });

        Assert.Equal(coded.Estimate, named.Estimate);
        Assert.Equal(["control", "treated"], named.PerValue.Select(value => value.Level));
        Assert.Equal((0, 0.0), (named.Draws, named.MonteCarloError));
    }

    [Fact]
    public void IndividualEffects_AverageToTheEffect()
    {
        var query = Query with { Population = Cohort.Data };
        var rows = Flow.IndividualEffects(query);

        Assert.Equal(Cohort.Rows, rows.Effects.Length);
        Assert.Equal(Flow.Effect(query).Estimate, rows.Effects.Average(), 1e-12);
        Assert.Equal(2, rows.PerValue.Count);
        Assert.All(rows.MonteCarloErrors, error => Assert.Equal(0, error));
    }

    [Fact]
    public void Distributions_AreTheCore()
    {
        var query = new DistributionQuery("cost") { Interventions = Do.Set("arm", 1), Draws = 500 };
        var core = new Core.DistributionQuery("cost", ListModule.OfArray([Tuple.Create("arm", Core.Setting.NewTo(1))]), null, 500);
        double[] shares = [0.1, 0.5];

        Assert.Equal(Core.Distribution.density(_team, Seed, core, Points, Model).ResultValue, Flow.Density(query, Points, 4));
        Assert.Equal(Core.Distribution.cdf(_team, Seed, core, Points, Model).ResultValue, Flow.Cdf(query, Points, 4));
        Assert.Equal(Core.Distribution.quantiles(_team, Seed, core, shares, Model).ResultValue, Flow.Quantiles(query, shares, 4));
        Assert.Equal(1, Flow.Pmf(query with { Node = "outcome" }).Sum(), 1e-12);
    }

    [Fact]
    public void DistributionsGivenParents_AreTheCore()
    {
        var nothing = FSharpList<Tuple<string, Core.Setting>>.Empty;
        double[] shares = [0.1, 0.5];

        Assert.Equal(Core.FlowModule.density(_team, "cost", nothing, Points, Rows, Model).ResultValue, Flow.Density("cost", Points, Cohort.Data));
        Assert.Equal(Core.FlowModule.cdf(_team, "cost", nothing, Points, Rows, Model).ResultValue, Flow.Cdf("cost", Points, Cohort.Data));
        Assert.Equal(
            Core.FlowModule.quantiles(_team, "cost", nothing, shares, Rows, Model).ResultValue, Flow.Quantiles("cost", shares, Cohort.Data));
    }

    [Fact]
    public void OddsRatios_OfALinearShift_AreItsCoefficient()
    {
        var beta = Flow.Coefficients.Single(coefficient => coefficient.Node == "arm").Estimate;

        Assert.All(
            Flow.OddsRatios("arm", "age", 60, 61, [0], Cohort.Data),
            row => Assert.Equal(1, Assert.Single(row) / Math.Exp(beta), 1e-9));
    }

    [Fact]
    public void Curve_OfALinearShift_IsALine_AroundZero()
    {
        var beta = Flow.Coefficients.Single(coefficient => coefficient.Node == "arm").Estimate;
        var curve = Flow.Curve("arm", "age", Points);

        Assert.Equal(10 * beta, curve[1] - curve[0], 1e-9);
        Assert.Equal(0, curve.Sum(), 1e-9);
        Assert.Equal(3, Flow.Curve("outcome", "age", Points).Length);
    }

    [Fact]
    public void InterceptContributions_AreZeroOnAverage()
    {
        var found = Flow.InterceptContributions("cost", Cohort.Data);
        var term = Assert.Single(found.Terms);

        Assert.Equal(["outcome"], term.Parents);
        Assert.Equal(Cohort.Rows, term.Rows.Length);
        Assert.All(Enumerable.Range(0, found.Baseline.Count), k => Assert.Equal(0, term.Rows.Average(row => row[k]), 1e-9));
    }

    [Fact]
    public void MetaAdjacency_NamesTheEdges()
    {
        var matrix = Flow.MetaAdjacency;

        Assert.Equal(["age", "arm", "outcome", "cost"], matrix.Nodes);
        Assert.Equal(("SI", "LS", "CS", "CI", "0"), (matrix[0, 0], matrix[0, 1], matrix[0, 2], matrix[2, 3], matrix[3, 0]));
        Assert.Equal(Cohort.Graph.MetaAdjacency.ToString(), matrix.ToString());
        Assert.Contains("outcome", matrix.ToString());
    }

    [Theory]
    [InlineData("mean")]
    [InlineData("level<=2")]
    [InlineData("level>=treated")]
    [InlineData("level=1")]
    [InlineData("quantile:0.25")]
    public void Statistic_ReadsBack(string text) => Assert.Equal(text, Statistic.Parse(text).ToString());

    [Fact]
    public void Statistic_OfAnotherText_Throws() =>
        Assert.Contains("level<=k", Assert.Throws<OptionException>(() => Statistic.Parse("median")).Message);

    public static TheoryData<EffectQuery, string> Impossible => new()
    {
        { new("arm", [0, 2], "outcome", Statistic.Mean), "control, treated" },
        { new("arm", ["placebo", "treated"], "outcome", Statistic.Mean), "control, treated" },
        { new("arm", [0, 1], "age", Statistic.Mean), "ancestor" },
        { new("arm", [0, 1], "arm", Statistic.Mean), "itself" },
        { new("arm", [0, 1], "weight", Statistic.Mean), "'weight'" },
        { new("arm", [0, 1], "outcome", Statistic.AtMost(3)), "0, 1, 2" },
        { new("arm", [0, 1], "outcome", Statistic.Quantile(0.5)), "ordinal" },
        { new("age", [60, 70], "cost", Statistic.AtLeast(1)), "continuous" },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public void Effect_ThatCannotBe_Throws(EffectQuery query, string message)
    {
        Assert.Contains(message, Assert.Throws<QueryException>(() => Flow.Effect(query)).Message);
        Assert.Contains(message, Assert.Throws<QueryException>(() => Flow.Check(query)).Message);
    }

    [Fact]
    public void Effect_OfOneValue_OrAnImpossibleShare_Throws()
    {
        Assert.Throws<OptionException>(() => Flow.Effect(new("arm", [1], "outcome", Statistic.Mean)));
        Assert.Throws<OptionException>(() => Flow.Effect(new("age", [60, 70], "cost", Statistic.Quantile(1))));
        Assert.Throws<OptionException>(() => Flow.Effect(Query with { Draws = 1 }));
        Assert.Throws<OptionException>(() => Flow.IndividualEffects(Query));
    }

    [Fact]
    public void Effect_OfAPopulationWithoutANeededColumn_Throws() =>
        Assert.Contains(
            "'age'",
            Assert.Throws<DataException>(() => Flow.Effect(Query with { Population = Columns.Empty.With("x", 1, 2) })).Message);

    [Fact]
    public void Readings_ThatCannotBe_Throw()
    {
        Assert.Throws<QueryException>(() => Flow.Curve("cost", "outcome", [0]));
        Assert.Throws<QueryException>(() => Flow.Curve("cost", "arm", [0]));
        Assert.Throws<QueryException>(() => Flow.OddsRatios("cost", "arm", 0, 1, [60], Cohort.Data));
        Assert.Throws<QueryException>(() => Flow.Density("arm", [0], Cohort.Data));
        Assert.Throws<QueryException>(() => Flow.Pmf(new DistributionQuery("cost")));
        Assert.Throws<QueryException>(() => Flow.Cdf(new("cost") { Interventions = Do.Set("cost", 1) }, Points));
        Assert.Throws<OptionException>(() => Flow.Quantiles("cost", [1], Cohort.Data));
        Assert.Throws<OptionException>(() => Flow.OddsRatios("arm", "age", 60, 61, [1], Cohort.Data));
    }

    private static Core.EffectQuery CoreQuery(FSharpOption<Frame>? population) =>
        new(
            "arm",
            ListModule.OfArray([Core.Setting.NewTo(0), Core.Setting.NewTo(1)]),
            "outcome",
            Core.Statistic.NewAtMost("1"),
            population,
            500);
}
