using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class CausalBgmTests
{
    private static readonly CausalFitOptions Quick = new() { Epochs = 2, EpochsPerEvaluation = 1, EgmIterations = 3, Threads = 1 };
    private static readonly PredictionOptions Few = new() { Chains = 2, WeightDraws = 2, BurnIn = 10, Draws = 20, Threads = 1 };
    private static readonly Columns Rows = TreatmentSimulator.Named("binary-factors").Sample(40).Rows;
    private static readonly CausalBgm Model = CausalBgm.Binary("x", "y", new(1, 1, 1, 2));
    private static readonly Lazy<FittedCausalBgm> Fitted = new(() => Model.Fit(Rows, Quick));

    [Fact]
    public void Predict_Binary_IsTheCoresAnswer_AlsoAfterAFile()
    {
        using var folder = new Temporary();
        Fitted.Value.Save(folder["model.safetensors"]);
        var again = FittedCausalBgm.Load(folder["model.safetensors"]);
        var shares = new List<double>();
        var effect = Fitted.Value.Predict(Rows, Few, new Progress(shares.Add));

        Assert.Equal((true, "x", "y", 25, 40), (again.IsBinary, again.Treatment, again.Outcome, again.Covariates.Count, again.Rows));
        Assert.Equal(effect.Rows, again.Predict(Rows, Few).Rows);
        Assert.Equal(1, shares[^1]);
        Assert.Equal(effect.Average!.Mean, effect.Rows!.Average(row => row.Mean), 9);
        Assert.NotNull(effect.AverageOfTreated);
        Assert.Null(effect.Curve);
        Assert.Equal(["row", "mean", "low", "high"], effect.ToColumns().Names);
        Assert.Equal(40, effect.ToColumns().Rows);
    }

    [Fact]
    public void PredictPooled_IsOneAnswerOfSeveralFits()
    {
        var other = Model.Fit(Rows, Quick with { Seed = 1 });
        FittedCausalBgm[] fits = [Fitted.Value, other];
        var pooled = FittedCausalBgm.PredictPooled(fits, Rows, Few);

        Assert.Equal((2, 1), (pooled.Fits, Fitted.Value.Predict(Rows, Few).Fits));
        Assert.Equal(fits.Average(fit => fit.Predict(Rows, Few).Average!.Mean), pooled.Average!.Mean, 9);
        Assert.Contains("one fit at least", Assert.Throws<OptionException>(() => FittedCausalBgm.PredictPooled([], Rows, Few)).Message);
    }

    [Fact]
    public void Predict_Continuous_GivesTheCurve()
    {
        var model = CausalBgm.Continuous("v1", "y", new(1, 1, 1, 2)).WithCovariates("v2", "v3", "v4").Fit(Rows, Quick);
        var effect = model.Predict(Rows, Few with { Doses = [0, 1], DrawsOutcomes = true });

        Assert.Equal(["v2", "v3", "v4"], model.Covariates);
        Assert.Equal([0, 1], effect.Curve!.Select(point => point.X));
        Assert.True(effect.IsPredictive);
        Assert.Equal(["x", "mean", "low", "high"], effect.ToColumns().Names);
        Assert.Contains("x values", Assert.Throws<OptionException>(() => model.Predict(Rows, Few)).Message);
        Assert.Equal(200, model.Evaluate(Rows).Curve!.Count);
    }

    [Fact]
    public void SaveReport_ShowsTheEffect()
    {
        using var folder = new Temporary();
        Fitted.Value.Predict(Rows, Few).SaveReport(folder["effect.html"], "Effect of x");
        var page = File.ReadAllText(folder["effect.html"]);

        Assert.Contains("Effect of x", page);
        Assert.Contains("credible interval", page);
        Assert.Contains("<svg", page);
    }

    [Fact]
    public void CheckAgainst_LooksAtEveryPart()
    {
        using var folder = new Temporary();
        var rows = TreatmentSimulator.Named("binary-factors").Sample(60).Rows;
        var check = Fitted.Value.CheckAgainst(rows, new CausalCheckOptions { MostRows = 50, Latents = Few });

        Assert.Equal((50, 2, 10), (check.Rows, check.Overlap.Arms.Count, check.Calibration.Count));
        Assert.Equal("Z0.1", Assert.Single(check.Balance).Latent);
        Assert.Equal(["Z0.1", "Z1.1", "Z2.1", "Z3.1", "Z3.2"], check.Latents.Select(latent => latent.Latent));
        Assert.Equal(25, check.Covariates.Count);
        Assert.Equal(("x", "y"), (check.OfTreatment.Fit.Node, check.OfOutcome.Fit.Node));
        Assert.Equal([0.5, 0.9, 0.99], check.OfOutcome.Coverage.Keys);
        Assert.Equal(3, check.OfOutcome.Discrepancies.Count);
        check.SaveReport(folder["check.html"], "Checks of x");
        Assert.Contains("Checks of x", File.ReadAllText(folder["check.html"]));
        Assert.Contains("at least 50", Assert.Throws<OptionException>(() =>
            Fitted.Value.CheckAgainst(rows, new CausalCheckOptions { MostRows = 10 })).Message);
        Assert.Contains("40 rows", Assert.Throws<DataException>(() => Fitted.Value.CheckAgainst(Rows)).Message);
    }

    [Fact]
    public void DrawWeights_GivesPredictionsThroughTheDraws()
    {
        var drawn = Fitted.Value.DrawWeights(Rows, new WeightOptions { BurnIn = 5, Draws = 8, Kept = 4, Threads = 1 });

        Assert.Equal((0, 4), (Fitted.Value.WeightDraws, drawn.Model.WeightDraws));
        Assert.Equal(["covariates", "treatment", "outcome"], drawn.Chains.Select(chain => chain.Network));
        Assert.NotEqual(Fitted.Value.Predict(Rows, Few).Average, drawn.Model.Predict(Rows, Few).Average);
        Assert.Throws<OptionException>(() => Fitted.Value.DrawWeights(Rows, new WeightOptions { Kept = 0 }));
    }

    [Fact]
    public void Options_AreThePublishedSamplersWhereAskedFor()
    {
        Assert.Equal((5000, 3000), (PredictionOptions.Published.BurnIn, PredictionOptions.Published.Draws));
        var recommended = new PredictionOptions();
        Assert.Equal((2, 400, 100, 2, 400), (recommended.Chains, recommended.WeightDraws, recommended.BurnIn, recommended.Settle, recommended.Draws));
        Assert.All(
            [PredictionOptions.Nuts, PredictionOptions.RandomWalk(0), PredictionOptions.RandomWalk(0.3)],
            options => Assert.Equal(40, Fitted.Value.Predict(Rows, options with { Chains = 1, WeightDraws = 2, BurnIn = 5, Settle = 1, Draws = 8 }).Rows!.Count));
    }

    [Fact]
    public void Fit_ReportsItsSteps_AndCanBeCancelled()
    {
        var steps = new List<CausalFitProgress>();
        Model.Fit(Rows, Quick, new Progress<CausalFitProgress>(steps.Add));
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Equal((false, 2, 2), (steps[^1].IsWarmStart, steps[^1].Step, steps[^1].Steps));
        Assert.NotNull(steps[^1].MseY);
        Assert.Throws<OperationCanceledException>(() => Model.Fit(Rows, Quick, cancellation: source.Token));
    }

    [Fact]
    public void Settings_AreImmutable_AndConfigureModelAndFit()
    {
        var empty = CausalSettings.Empty;
        var settings = empty.With("z_dims", "[1, 1, 1, 2]").With("binary_treatment", "true").With("g_units", "[8]").With("epochs", "2").With("egm_n_iter", "3");
        var fitted = CausalBgm.From(settings, "x", "y").Fit(Rows, settings.FitOptions with { Threads = 1 });

        var recommended = CausalSettings.Recommended.With("z_dims", "[1, 1, 1, 2]").With("binary_treatment", "true");

        Assert.Contains("\"dz_normalisation\": \"none\"", recommended.ToJson());
        Assert.Equal(["published", "recommended"], CausalSettings.Presets);
        Assert.Null(empty["z_dims"]);
        Assert.Equal("[8]", settings["g_units"]);
        Assert.Equal((2, 3), (settings.FitOptions.Epochs, settings.FitOptions.EgmIterations));
        Assert.Equal(settings.ToJson(), fitted.Settings);
        Assert.Contains("z_dims", Assert.Throws<OptionException>(() => empty.ToJson()).Message);
        Assert.Contains("'lr'", Assert.Throws<OptionException>(() => settings.With("lr", "true").ToJson()).Message);
        Assert.Throws<DataException>(() => CausalSettings.Read("no-such-file"));
    }

    [Fact]
    public void WithAuxiliary_IsIdentifiable_AndRandomSegmentsWarn()
    {
        var rows = Rows.With("site", [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "north" : "south")]);
        var own = Model.WithAuxiliary("site").Fit(rows, Quick);
        var drawn = Model.WithRandomSegments(3).Fit(Rows, Quick);

        Assert.Equal(25, own.Covariates.Count);
        Assert.Empty(own.Warnings);
        Assert.Contains("\"identifiable\"", own.Settings);
        Assert.Equal(40, own.Predict(rows, Few).Rows!.Count);
        Assert.Contains("at random", Assert.Single(drawn.Warnings));
        Assert.Contains("\"n_segments\": 3", drawn.Settings);
        Assert.Equal(25, Model.WithAuxiliaryCategories("site").Fit(rows, Quick).Covariates.Count);
        Assert.Throws<DataException>(() => own.Predict(Rows, Few));
        Assert.Throws<OptionException>(() => Model.WithRandomSegments(1).Fit(Rows, Quick));
    }

    [Fact]
    public void Checkpoint_IsResumed_AndAnotherFitIsRefused()
    {
        using var folder = new Temporary();
        var options = Quick with { Checkpoint = new(folder["run"]) { Every = 1 } };
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => Model.Fit(Rows, options, cancellation: source.Token));
        var resumed = Model.Fit(Rows, options with { Checkpoint = options.Checkpoint with { Resume = true } });

        Assert.Equal(Fitted.Value.Predict(Rows, Few).Rows, resumed.Predict(Rows, Few).Rows);
        Assert.Contains("resume it", Assert.Throws<CheckpointException>(() => Model.Fit(Rows, options)).Message);
    }

    [Fact]
    public void ChooseLatents_SaysWhatAndWhy()
    {
        var rows = TreatmentSimulator.Named("binary-factors").Sample(400).Rows;
        var choice = Model.ChooseLatents(rows);

        Assert.Equal(3, choice.Sizes.Confounding);
        Assert.Equal(choice.Sizes.ToJson(), Model.WithLatents(choice.Sizes).Fit(Rows, Quick).Latents.ToJson());
        Assert.Equal((25, 2), (choice.ComponentVariances.Count, choice.TreatmentEigenvalues.Count));
        Assert.Contains("latent sizes 3,", choice.Reason);
    }

    [Fact]
    public void WhatCannotBeUsed_Throws()
    {
        var half = Rows.With("x", [.. Enumerable.Repeat(0.5, 40)]);

        Assert.Contains("0 or 1", Assert.Throws<DataException>(() => Model.Fit(Rows.With("x", [.. Rows["v1"]]))).Message);
        Assert.Contains("'x'", Assert.Throws<DataException>(() => Model.Fit(half)).Message);
        Assert.Contains("epochs", Assert.Throws<OptionException>(() => Model.Fit(Rows, Quick with { Epochs = 0 })).Message);
        Assert.Contains("alpha", Assert.Throws<OptionException>(() => Fitted.Value.Predict(Rows, Few with { Alpha = 0 })).Message);
        Assert.Throws<ModelFileException>(() => FittedCausalBgm.Load("no-such-file"));
    }

    private sealed class Progress(Action<double> report) : Progress<double>(report);

    private class Progress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
