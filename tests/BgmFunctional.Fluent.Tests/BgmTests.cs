using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class BgmTests
{
    private static readonly BgmFitOptions Quick = new() { Epochs = 2, EgmIterations = 3, Threads = 1 };
    private static readonly ImputeOptions Few = new() { BurnIn = 10, Draws = 20, Threads = 1 };
    private static readonly Columns Rows = Table(40);
    private static readonly Bgm Model = Bgm.Create(latents: 2);
    private static readonly Lazy<FittedBgm> Fitted = new(() => Model.Fit(Rows, Quick));

    [Fact]
    public void Impute_IsTheCoresAnswer_AlsoAfterAFile()
    {
        using var folder = new Temporary();
        Fitted.Value.Save(folder["model.safetensors"]);
        var again = FittedBgm.Load(folder["model.safetensors"]);
        var shares = new List<double>();
        var imputed = Fitted.Value.Impute(Rows, Few with { Imputations = 3 }, new Progress(shares.Add));

        Assert.Equal(["age", "cost", "arm"], again.Columns);
        Assert.Equal((40, Fitted.Value.Settings), (again.Rows, again.Settings));
        Assert.Equal(imputed.Intervals, again.Impute(Rows, Few).Intervals);
        Assert.Equal((20, 20, 3), (imputed.Cells, imputed.Rows, imputed.Completed.Count));
        Assert.Equal(1, shares[^1]);
        Assert.Equal(0.05, imputed.Alpha);
        Assert.Equal(["row", "column", "mean", "low", "high"], imputed.IntervalsToColumns().Names);
        Assert.All(imputed.Completed.Append(imputed.Table), table => Assert.DoesNotContain("", table.Texts("cost").Concat(table.Texts("arm"))));
        Assert.Equal(Rows["age"], imputed.Table["age"]);
        Assert.True(imputed.Acceptance is > 0 and <= 1 && imputed.RHat > 0.9 && imputed.Ess > 1 && imputed.Divergences >= 0 && imputed.RowsConverged >= 0);
    }

    [Fact]
    public void Generate_MakesRowsOfTheTable()
    {
        var rows = Fitted.Value.Generate(7, seed: 3);

        Assert.Equal(["age", "cost", "arm"], rows.Names);
        Assert.Equal(7, rows.Rows);
        Assert.Equal(rows["cost"], Fitted.Value.Generate(7, seed: 3)["cost"]);
        Assert.All([NewCells.Drawn, NewCells.Means], cells => Assert.NotEqual(rows["cost"], Fitted.Value.Generate(7, cells, seed: 3)["cost"]));
        Assert.All(rows.Texts("arm"), arm => Assert.Contains(arm, (string[])["control", "treated"]));
        Assert.Contains("n", Assert.Throws<OptionException>(() => Fitted.Value.Generate(0)).Message);
    }

    [Fact]
    public void Evaluate_IsOfTheRowsGiven()
    {
        var evaluation = Fitted.Value.Evaluate(Rows, threads: 1);

        Assert.True(evaluation.Mse > 0 && double.IsFinite(evaluation.LogDensity));
        Assert.True(double.IsFinite(Fitted.Value.Evaluation.Mse));
    }

    [Fact]
    public void Settings_AreReadByTheirPublishedNames_AndModelsAreMadeOfThem()
    {
        using var folder = new Temporary();
        File.WriteAllText(folder["config.json"], """{ "z_dim": 2, "g_units": [4], "epochs": 2, "egm_n_iter": 0, "dataset": "none" }""");
        var settings = BgmSettings.Read(folder["config.json"]).With("batch_size", "8");
        var fitted = Bgm.From(settings).WithBayesianNetworks().WithLowRank(1).WithCategories("age").Fit(Rows);

        Assert.Contains("'dataset'", Assert.Single(settings.Notes));
        Assert.Equal((2, 0, 8), (settings.FitOptions.Epochs, settings.FitOptions.EgmIterations, settings.FitOptions.BatchSize));
        Assert.Contains("\"rank\": 1", fitted.Settings);
        Assert.Contains("\"use_bnn\": true", fitted.Settings);
        Assert.Contains("\"g_units\": [4]", settings.ToJson());
    }

    [Fact]
    public void Fit_Progress_And_Checkpoint()
    {
        using var folder = new Temporary();
        var steps = new List<BgmFitProgress>();
        var options = Quick with { Checkpoint = new(folder["fit"]) { Every = 1 } };
        Model.Fit(Rows, options, new Steps(steps.Add));

        Assert.Equal((true, 3, 3), (steps[0].IsWarmStart, steps[0].Step, steps[0].Steps));
        Assert.Equal((false, 2, 2), (steps[^1].IsWarmStart, steps[^1].Step, steps[^1].Steps));
        Assert.Throws<CheckpointException>(() => Model.Fit(Rows, options));
        var resumed = Model.Fit(Rows, options with { Checkpoint = options.Checkpoint! with { Resume = true } });
        Assert.Equal(Fitted.Value.Impute(Rows, Few).Intervals, resumed.Impute(Rows, Few).Intervals);
    }

    [Fact]
    public void WhatCannotBe_IsOneFamilyOfExceptions()
    {
        var blue = Rows.With("arm", [.. Enumerable.Repeat("blue", 40)]);

        Assert.Contains("'blue'", Assert.Throws<DataException>(() => Fitted.Value.Impute(blue, Few)).Message);
        Assert.Throws<DataException>(() => Model.Fit(Rows.With("empty", [.. Enumerable.Repeat(double.NaN, 40)]), Quick));
        Assert.Throws<OptionException>(() => Fitted.Value.Impute(Rows, Few with { Alpha = 1 }));
        Assert.Throws<OptionException>(() => Bgm.Create(0).Fit(Rows, Quick));
        Assert.Throws<ModelFileException>(() => FittedBgm.Load("nowhere.safetensors"));
        Assert.Throws<OperationCanceledException>(() => Model.Fit(Rows, Quick, null, new CancellationToken(true)));
        Assert.Throws<ArgumentNullException>(() => Model.Fit(null!));
    }

    [Fact]
    public void Options_AreThoseOfTheCore()
    {
        Assert.Equal((5000, 5000, 0.05, 42, null), (new ImputeOptions().BurnIn, new ImputeOptions().Draws, new ImputeOptions().Alpha, new ImputeOptions().Seed, new ImputeOptions().Chains));
        Assert.Equal(5000, ImputeOptions.Nuts.Draws);
        Assert.Equal(4, ImputeOptions.Quick.Chains);
        Assert.Equal((100, 5, 20_000, 32), (new BgmFitOptions().Epochs, new BgmFitOptions().EpochsPerEvaluation, new BgmFitOptions().EgmIterations, new BgmFitOptions().BatchSize));
    }

    private static Columns Table(int rows)
    {
        var random = new Random(1);
        var age = Enumerable.Range(0, rows).Select(_ => 60 + 20 * random.NextDouble()).ToArray();
        return Columns.Empty
            .With("age", age)
            .With("cost", [.. age.Select((x, i) => i % 4 == 0 ? double.NaN : 10 * x + random.NextDouble())])
            .With("arm", [.. age.Select((x, i) => i % 4 == 1 ? null : x > 70 ? "treated" : "control")]);
    }

    private sealed class Progress(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    private sealed class Steps(Action<BgmFitProgress> report) : IProgress<BgmFitProgress>
    {
        public void Report(BgmFitProgress value) => report(value);
    }
}
