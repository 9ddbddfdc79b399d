using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class ImageBgmTests
{
    private static readonly ImageFitOptions Short = ImageFitOptions.Recommended with { Epochs = 1, EgmIterations = 2, Threads = 1 };
    private static readonly ImageImputationOptions Few = new() { BurnIn = 10, Draws = 20, Threads = 1 };
    private static readonly ImageSet Images = ImageSet.FromFile(Repository.At("data", "digits", "images.idx.gz")).First(12);
    private static readonly Lazy<FittedImageBgm> Fitted = new(() => ImageBgm.Recommended.WithLatents(4).Fit(Images, Short));

    [Fact]
    public void Impute_FillsWhatIsMissing_TheSameAfterAFile()
    {
        using var folder = new Temporary();
        Fitted.Value.Save(folder["model.safetensors"]);
        var again = FittedImageBgm.Load(folder["model.safetensors"]);
        var masked = Images.First(3).WithMask(ImageMask.Hole);
        var shares = new List<double>();
        var filled = Fitted.Value.Impute(masked, Few, new Progress(shares.Add));

        Assert.Equal((28, 28, 12), (again.Height, again.Width, again.Images));
        Assert.Equal(again.Mse, Fitted.Value.Mse);
        Assert.Equal(filled.Images[2], again.Impute(masked, Few).Images[2]);
        Assert.Equal(1, shares[^1]);
        Assert.Equal(3 * 14 * 14, filled.Filled);
        Assert.DoesNotContain(filled.Images[0], float.IsNaN);
        Assert.All(filled.Low[1].Zip(filled.High[1]), ends => Assert.True(ends.First <= ends.Second));
        filled.SaveIntervals(folder["intervals.npz"]);
        filled.SavePage(folder["page.html"]);
        masked.SaveSheet(folder["sheet.png"]);
        masked.SavePage(folder["images.html"], "Torn");
        filled.Images.ToFile(folder["filled.npy"]);
        Assert.Equal(filled.Images[0], ImageSet.FromFile(folder["filled.npy"])[0]);
        Assert.Contains("<img", File.ReadAllText(folder["page.html"]));
        Assert.Contains("Torn", File.ReadAllText(folder["images.html"]));
    }

    [Fact]
    public void Generate_AndEvaluate_AreTheCores()
    {
        var made = Fitted.Value.Generate(4, seed: 2);

        Assert.Equal((4, 28, 28), (made.Count, made.Height, made.Width));
        Assert.Equal(made[3], Fitted.Value.Generate(4, seed: 2, threads: 1)[3]);
        Assert.NotEqual(made[3], Fitted.Value.Generate(4, seed: 2, isDrawn: true)[3]);
        Assert.NotEqual(made[3], Fitted.Value.Generate(4, seed: 2, LatentPrior.StandardNormal)[3]);
        Assert.InRange(Fitted.Value.Evaluate(Images), 0, 1);
    }

    [Fact]
    public void Fit_Reports_AndCheckpoints()
    {
        using var folder = new Temporary();
        var seen = new List<ImageFitProgress>();
        var options = Short with { Checkpoint = new(folder["run"]) { Every = 1 } };
        ImageBgm.Recommended.Fit(Images, options, new FitWatch(seen.Add));

        Assert.Equal([(true, 2), (false, 1)], seen.Select(step => (step.IsWarmStart, step.Step)));
        Assert.Throws<CheckpointException>(() => ImageBgm.Recommended.Fit(Images, options));
    }

    [Fact]
    public void Settings_ByName_AreThoseOfTheFit()
    {
        using var folder = new Temporary();
        File.WriteAllText(folder["config.json"], "{ \"preset\": \"recommended\", \"z_dim\": 3, \"pixel_law\": \"logit-normal\", \"x_dim\": 784 }");
        var settings = ImageSettings.Read(folder["config.json"]).With("egm_n_iter", "2");
        var fitted = ImageBgm.From(settings).Fit(Images, settings.FitOptions with { Epochs = 1, Threads = 1 });
        var masked = Images.First(2).WithMask(ImageMask.Hole);
        var low = fitted.Impute(masked, Few).Low[1];

        Assert.Equal(["published", "recommended", "bayesian"], ImageSettings.Presets);
        Assert.Single(settings.Notes, note => note.Contains("'x_dim' changes nothing"));
        Assert.Equal(("3", null), (settings["z_dim"], settings["g_filters"]));
        Assert.Equal(settings.With("epochs", "1").ToJson(), fitted.Settings);
        Assert.Equal(low, fitted.Impute(masked, Few with { Pixels = PixelLaw.LogitNormal }).Low[1]);
        Assert.NotEqual(low, fitted.Impute(masked, Few with { Pixels = PixelLaw.Beta }).Low[1]);
        Assert.NotEqual(low, fitted.Impute(masked, Few with { Prior = LatentPrior.StandardNormal }).Low[1]);
        Assert.Null(Few.Pixels);
        Assert.Equal(LatentPrior.Fitted, Few.Prior);
        Assert.Equal(LatentPrior.StandardNormal, ImageImputationOptions.Published.Prior);
        Assert.Equal(PixelLaw.LogitNormal, ImageImputationOptions.Published.Pixels);
        Assert.Equal(ImageFitOptions.Recommended, ImageSettings.Recommended.FitOptions);
    }

    [Fact]
    public void Masks_HideWhatTheySay_OfEveryImageOrOfEach()
    {
        var images = ImageSet.From(2, 3, [0, .1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f, .9f, 1, 0]);
        var same = images.WithMask(ImageMask.Of(new[,] { { true, false, false }, { false, false, true } }));
        var each = images.WithMask(ImageMask.OfEach(new[, ,]
        {
            { { true, false, false }, { false, false, true } },
            { { false, true, false }, { false, false, false } },
        }));

        Assert.Equal([float.NaN, .1f, .2f, .3f, .4f, float.NaN], same[0]);
        Assert.Equal([float.NaN, .7f, .8f, .9f, 1, float.NaN], same[1]);
        Assert.Equal(same[0], each[0]);
        Assert.Equal([.6f, float.NaN, .8f, .9f, 1, 0], each[1]);
        Assert.Throws<DataException>(() => images.WithMask(ImageMask.OfEach(new bool[3, 2, 3])));
    }

    [Fact]
    public void WhatCannotBeUsed_Throws()
    {
        var masked = Images.WithMask(ImageMask.Stripe);

        Assert.Throws<DataException>(() => ImageSet.From(2, 2, [0, 0, 0, 2]));
        Assert.Throws<DataException>(() => ImageSet.FromFile("nowhere.npy"));
        Assert.Throws<DataException>(() => ImageBgm.Recommended.Fit(masked, Short));
        Assert.Throws<OptionException>(() => ImageSettings.Empty.With("pixel_law", "\"poisson\"").ToJson());
        Assert.Throws<OptionException>(() => ImageSettings.Empty.With("pixel_law", "beta").ToJson());
        Assert.Throws<OptionException>(() => ImageBgm.From(ImageSettings.Empty.With("pixels", "1")).Fit(Images, Short));
        Assert.Throws<DataException>(() => ImageSettings.Read("nowhere.json"));
        Assert.Throws<OptionException>(() => ImageBgm.Recommended.WithLatents(0).Fit(Images, Short));
        Assert.Throws<OptionException>(() => ImageBgm.Bayesian.Fit(Images, Short with { Epochs = 0 }));
        Assert.Throws<DataException>(() => Fitted.Value.Impute(Images, Few));
        Assert.Throws<OptionException>(() => Fitted.Value.Impute(masked, Few with { Alpha = 1 }));
        Assert.Throws<DataException>(() => Images.WithMask(ImageMask.Of(new bool[2, 2])));
        Assert.Throws<OptionException>(() => ImageMask.Named("moon"));
        Assert.Throws<OptionException>(() => Fitted.Value.Generate(0));
        Assert.Throws<ModelFileException>(() => FittedImageBgm.Load("nowhere.safetensors"));
    }

    private sealed class Progress(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }

    private sealed class FitWatch(Action<ImageFitProgress> report) : IProgress<ImageFitProgress>
    {
        public void Report(ImageFitProgress value) => report(value);
    }
}
