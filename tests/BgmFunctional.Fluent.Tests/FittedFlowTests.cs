using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class FittedFlowTests : IDisposable
{
    private static readonly Intervention Treat = Do.Set("arm", "treated");

    private readonly Temporary _files = new();

    public void Dispose() => _files.Dispose();

    private static FittedFlow Flow => Cohort.Fitted;

    [Fact]
    public void LogProb_AddsUpTheNodes() =>
        Assert.Equal(-Flow.Nll(Cohort.Data).Values.Sum(), Flow.LogProb(Cohort.Data).Average(), 1e-9);

    [Fact]
    public void Sample_HasTheNodesAsColumns_AndOrdinalsAsTheyCame()
    {
        var sample = Flow.Sample(50, seed: 3);

        Assert.Equal(["age", "arm", "outcome", "cost"], sample.Names);
        Assert.Equal(50, sample.Rows);
        Assert.Equal(["control", "treated"], sample.Texts("arm").Distinct().Order());
        Assert.Equal([0.0, 1.0, 2.0], sample["outcome"].Distinct().Order());
    }

    [Fact]
    public void Sample_UnderAnIntervention_MovesDescendantsOnly()
    {
        var seen = Flow.Sample(200, seed: 3);
        var treated = Flow.Sample(200, Treat, seed: 3);

        Assert.All(treated.Texts("arm"), level => Assert.Equal("treated", level));
        Assert.Equal(seen["age"], treated["age"]);
        Assert.NotEqual(seen["outcome"], treated["outcome"]);
    }

    [Fact]
    public void Sample_OfALongerOne_IsItsBeginning() =>
        Assert.Equal(Flow.Sample(10, seed: 3)["cost"], Flow.Sample(3000, seed: 3)["cost"].Take(10));

    [Fact]
    public void FromLatents_OfAbducted_GivesTheRowsBack()
    {
        var back = Flow.FromLatents(Flow.Abduct(Cohort.Data, seed: 5));

        Assert.Equal(Cohort.Data.Texts("arm"), back.Texts("arm"));
        Assert.Equal(Cohort.Data["outcome"], back["outcome"]);
        Assert.All(Cohort.Data["cost"].Zip(back["cost"]), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
    }

    [Fact]
    public void Abduct_OfASampleWithItsOwnSeed_DrawsAnew()
    {
        var sample = Flow.Sample(4000, seed: 3);
        var places = Flow.Abduct(sample, seed: 3)["arm"].Select(u => 1 / (1 + Math.Exp(-u))).ToArray();

        // Latents of sampled rows are standard logistic whatever the seed, so their places are uniform: 5 standard errors of a mean and a variance.
        var mean = places.Average();
        Assert.Equal(0.5, mean, 5 * Math.Sqrt(1.0 / 12 / places.Length));
        Assert.Equal(1.0 / 12, places.Average(p => (p - mean) * (p - mean)), 5 * Math.Sqrt(1.0 / 180 / places.Length));
    }

    [Fact]
    public void Counterfactual_IsAbductedThenPushedUnderTheIntervention()
    {
        var direct = Flow.Counterfactual(Cohort.Data, Treat, seed: 5);
        var byHand = Flow.FromLatents(Flow.Abduct(Cohort.Data, seed: 5), Treat);

        Assert.Equal(byHand["cost"], direct["cost"]);
        Assert.Equal(byHand["outcome"], direct["outcome"]);
        Assert.Equal(Cohort.Data.Names, direct.Names);
    }

    [Fact]
    public void Counterfactual_UnderOwnValuesPlusOne_SetsEachRow()
    {
        double[] older = [.. Cohort.Data["age"].Select(age => age + 1)];

        Assert.Equal(older, Flow.Counterfactual(Cohort.Data, Do.SetEach("age", older))["age"]);
    }

    [Fact]
    public void Pmf_HasANumberALevel_ThatAddUpToOne()
    {
        var rows = Flow.Pmf("outcome", Cohort.Data);

        Assert.Equal(Cohort.Rows, rows.Length);
        Assert.All(rows, row => Assert.Equal(3, row.Length));
        Assert.All(rows, row => Assert.Equal(1, row.Sum(), 1e-12));
    }

    [Fact]
    public void Pmf_UnderAnIntervention_IsThatOfTheChangedRows()
    {
        var changed = Cohort.Data.With("arm", [.. Enumerable.Repeat("treated", Cohort.Rows)]);

        Assert.Equal(Flow.Pmf("outcome", changed), Flow.Pmf("outcome", Cohort.Data, Treat));
    }

    [Fact]
    public void Coefficients_AreThoseOfLinearShifts()
    {
        Assert.Equal(
            [("arm", "age", null), ("outcome", "arm", "treated"), ("cost", "age", null)],
            Flow.Coefficients.Select(coefficient => (coefficient.Node, coefficient.Parent, coefficient.Level)));
        Assert.All(Flow.Coefficients, coefficient => Assert.Equal(Math.Exp(coefficient.Estimate), coefficient.OddsRatio, 1e-12));
    }

    [Fact]
    public void SameSeed_GivesTheSameBits_OnAnyNumberOfThreads()
    {
        var one = Cohort.Graph.Fit(Cohort.Data, Cohort.Quick with { Threads = 1 });
        var two = Cohort.Graph.Fit(Cohort.Data, Cohort.Quick with { Threads = 2 });
        one.Save(_files["one"]);
        two.Save(_files["two"]);

        Assert.Equal(File.ReadAllBytes(_files["one"]), File.ReadAllBytes(_files["two"]));
        Assert.Equal(one.Sample(5000, Treat)["cost"], one.WithThreads(2).Sample(5000, Treat)["cost"]);
    }

    [Fact]
    public void Load_AnswersAsTheSavedFlow_BitForBit()
    {
        Flow.Save(_files["model"]);
        var loaded = TramDag.Load(_files["model"]);
        loaded.Save(_files["again"]);

        Assert.Equal(Flow.LogProb(Cohort.Data), loaded.LogProb(Cohort.Data));
        Assert.Equal(Flow.Sample(100, Treat, 9)["cost"], loaded.Sample(100, Treat, 9)["cost"]);
        Assert.Equal(Flow.Abduct(Cohort.Data, 9)["arm"], loaded.Abduct(Cohort.Data, 9)["arm"]);
        Assert.Equal(Flow.Pmf("outcome", Cohort.Data), loaded.Pmf("outcome", Cohort.Data));
        Assert.Equal(Flow.Coefficients, loaded.Coefficients);
        Assert.Equal(Flow.History.Select(losses => losses.Training["cost"]), loaded.History.Select(losses => losses.Training["cost"]));
        Assert.Equal(File.ReadAllBytes(_files["model"]), File.ReadAllBytes(_files["again"]));
        Assert.Null(loaded.Summary);
    }

    [Fact]
    public void Load_OfAFileCutShort_Throws()
    {
        Flow.Save(_files["model"]);
        File.WriteAllBytes(_files["short"], File.ReadAllBytes(_files["model"])[..^10]);

        Assert.Contains("cut short", Assert.Throws<ModelFileException>(() => TramDag.Load(_files["short"])).Message);
    }

    [Fact]
    public void Load_OfAnotherKindOfFile_Throws() =>
        Assert.Contains(
            "safetensors",
            Assert.Throws<ModelFileException>(() => TramDag.Load(_files.Write("text", "a model, honestly"))).Message);

    [Fact]
    public void Load_OfNoFile_Throws() =>
        Assert.Contains("no such file", Assert.Throws<ModelFileException>(() => TramDag.Load(_files["none"])).Message);

    [Fact]
    public void Save_IntoNoFolder_Throws() =>
        Assert.Contains(
            "does not exist",
            Assert.Throws<ModelFileException>(() => Flow.Save(Path.Combine(_files["none"], "model"))).Message);

    public static TheoryData<Intervention, string> Impossible => new()
    {
        { Do.Set("weight", 1), "'weight'" },
        { Do.Set("arm", "placebo"), "control, treated" },
        { Do.Set("arm", 2), "do arm=2" },
        { Do.Set("outcome", 0.5), "do outcome=0.5" },
        { Do.Set("age", double.NaN), "finite" },
        { Do.Set("age", "old"), "do age=old" },
        { Do.Set("arm", 0).SetEach("age", 1, 2), "2 values for 240 rows" },
    };

    [Theory]
    [MemberData(nameof(Impossible), DisableDiscoveryEnumeration = true)]
    public void Intervention_ThatTheModelCannotTake_Throws(Intervention intervention, string message)
    {
        Assert.Contains(message, Assert.Throws<QueryException>(() => Flow.Sample(Cohort.Rows, intervention)).Message);
        Assert.Contains(message, Assert.Throws<QueryException>(() => Flow.Counterfactual(Cohort.Data, intervention)).Message);
        Assert.Contains(message, Assert.Throws<QueryException>(() => Flow.Pmf("outcome", Cohort.Data, intervention)).Message);
    }

    [Fact]
    public void Check_RefusesBeforeThereAreData()
    {
        Flow.Check(Do.Set("arm", 1).SetEach("age", 1, 2, 3));
        Assert.Throws<QueryException>(() => Flow.Check(Do.Set("arm", 2)));
        Assert.Throws<QueryException>(() => Flow.Check(Do.SetEach("weight", 1)));
    }

    [Fact]
    public void Interventions_LeaveTheOriginalAsItWas()
    {
        var one = Do.Set("age", 70);
        one.Set("arm", "treated");

        Assert.Contains("control", Flow.Sample(200, one).Texts("arm"));
    }

    [Fact]
    public void Pmf_OfAContinuousNode_Throws() =>
        Assert.Contains("continuous", Assert.Throws<QueryException>(() => Flow.Pmf("age", Cohort.Data)).Message);

    [Fact]
    public void Pmf_OfAnUnknownNode_Throws() =>
        Assert.Contains("'weight'", Assert.Throws<QueryException>(() => Flow.Pmf("weight", Cohort.Data)).Message);

    [Fact]
    public void Sample_OfNoRows_Throws() =>
        Assert.Contains("at least 1", Assert.Throws<OptionException>(() => Flow.Sample(0)).Message);

    [Fact]
    public void WithThreads_BelowOne_Throws() =>
        Assert.Equal("threads", Assert.Throws<ArgumentOutOfRangeException>(() => Flow.WithThreads(0)).ParamName);

    [Fact]
    public void LogProb_OfOtherColumns_Throws() =>
        Assert.Contains("'weight'", Assert.Throws<DataException>(() => Flow.LogProb(Cohort.Data.With("weight", new double[Cohort.Rows]))).Message);
}
