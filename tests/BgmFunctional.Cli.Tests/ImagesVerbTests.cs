using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class ImagesVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private const int Side = 8;
    private static readonly string[] Few = ["--burn-in", "10", "--draws", "20", "--threads", "1"];

    [Fact]
    public void Images_FromFitToPage()
    {
        var fit = Fit("images.npy", "images.model");
        var evaluate = Workbench.Run("images", "evaluate", "--model", bench["images.model"], "--data", bench["images.npy"], "--json");
        var impute = Impute(
            "images.model", "images.npy", "--mask", "hole", "--limit", "4", "--intervals", bench["intervals.npz"],
            "--sheet", bench["filled.png"], "--page", bench["filled.html"], "--json");
        var generate = Workbench.Run(
            "images", "generate", "--model", bench["images.model"], "--n", "5", "--seed", "3", "--out", bench["new.idx"],
            "--prior", "standard-normal", "--sheet", bench["new.png"], "--page", bench["new.html"]);
        var json = JsonDocument.Parse(impute.Out).RootElement;

        Assert.Equal((ExitCode.Done, ""), (fit.Code, string.Join("", fit.Error.Split('\n').Where(line => line.StartsWith("bgm:")))));
        Assert.Contains("epoch 1 of 1", fit.Error);
        Assert.Contains("12 images of 8 x 8", fit.Out);
        Assert.InRange(JsonDocument.Parse(evaluate.Out).RootElement.GetProperty("mse").GetDouble(), 0, 1);
        Assert.Equal(ExitCode.Done, impute.Code);
        Assert.Equal((4, 64), (json.GetProperty("images").GetInt32(), json.GetProperty("pixelsFilled").GetInt32()));
        Assert.All(["rHat", "ess", "acceptance", "divergences", "seconds"], name => Assert.True(json.GetProperty(name).GetDouble() >= 0));
        var (given, filled) = (ImageSet.FromFile(bench["images.npy"]), ImageSet.FromFile(bench["filled.npy"]));
        Assert.Equal((4, given[0][0]), (filled.Count, filled[0][0]));
        Assert.Contains("data:image/png", File.ReadAllText(bench["filled.html"]));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(bench["new.png"])[..4]);
        Assert.Equal((ExitCode.Done, 5), (generate.Code, ImageSet.FromFile(bench["new.idx"]).Count));
        Assert.True(new FileInfo(bench["intervals.npz"]).Length > 0);
    }

    [Fact]
    public void Fit_EndedAndResumed_IsTheSameFile()
    {
        Fit("again.npy", "whole.model");
        var first = Fit("again.npy", "first.model", "--checkpoint", bench["run"]);
        var refused = Fit("again.npy", "second.model", "--checkpoint", bench["run"]);
        var resumed = Fit("again.npy", "second.model", "--checkpoint", bench["run"], "--resume");

        Assert.Equal((ExitCode.Done, ExitCode.Refused, ExitCode.Done), (first.Code, refused.Code, resumed.Code));
        Assert.Contains("resume", refused.Error);
        Assert.Equal(File.ReadAllBytes(bench["whole.model"]), File.ReadAllBytes(bench["second.model"]));
    }

    [Fact]
    public void Fit_Configured_ByAFileAndOptions()
    {
        bench.Write("images.json", "{ \"use_bnn\": true, \"g_filters\": [8, 4, 4, 2], \"epochs\": 9, \"pixel_law\": \"logit-normal\", \"x_dim\": 64 }");
        var shown = Fit("config.npy", "config.model", "--config", bench["images.json"], "--latent", "3", "--seed", "5", "--show-config");
        var settings = JsonDocument.Parse(shown.Out).RootElement;
        bench.Write("again.json", shown.Out);
        var again = Fit("config.npy", "config.model", "--config", bench["again.json"], "--show-config");
        var fit = Fit("config.npy", "config.model", "--config", bench["again.json"], "--json");
        var law = Impute("config.model", "config.npy", "--mask", "half", "--json");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (shown.Code, again.Code));
        Assert.Contains("'x_dim' changes nothing", shown.Error);
        Assert.Equal((3, 5, 1), (Number("z_dim"), Number("random_seed"), Number("epochs")));
        Assert.Equal("logit-normal", settings.GetProperty("pixel_law").GetString());
        Assert.Equal(shown.Out, again.Out);
        Assert.True(JsonElement.DeepEquals(settings, JsonDocument.Parse(fit.Out).RootElement.GetProperty("settings")));
        Assert.Equal(ExitCode.Done, law.Code);

        int Number(string name) => settings.GetProperty(name).GetInt32();
    }

    [Fact]
    public void WhatCannotBeUsed_IsRefused_AndNothingIsWritten()
    {
        Fit("rows.npy", "rows.model");
        Write("odd.npy", 10, 4);
        Write("wide.npy", 12, 4);
        bench.Write("text.npy", "no array");
        File.Delete(bench["filled.npy"]);

        Refused("10 × 10; height and width must be divisible by 4", Fit("odd.npy", "other.model", write: false));
        Refused("--preset: found 'slow'", Fit("rows.npy", "other.model", "--preset", "slow"));
        bench.Write("wrong.json", "{ \"g_filters\": [8] }");
        Refused("wrong.json: filters of the generator: found 1 of them; it must be a list of at least 3", Fit("rows.npy", "other.model", "--config", bench["wrong.json"]));
        Refused("nowhere.json", Fit("rows.npy", "other.model", "--config", bench["nowhere.json"]));
        Refused("--pixel-law: found 'normal'", Impute("rows.model", "rows.npy", "--mask", "hole", "--pixel-law", "normal"));
        Refused("--prior: found 'flat'; it must be fitted or standard-normal", Impute("rows.model", "rows.npy", "--mask", "hole", "--prior", "flat"));
        Refused("add --checkpoint", Fit("rows.npy", "other.model", "--resume"));
        Refused("--checkpoint-every: found '0'", Fit("rows.npy", "other.model", "--checkpoint", bench["run"], "--checkpoint-every", "0"));
        Refused("text.npy", Fit("text.npy", "other.model", write: false));
        Refused("there is no such file", Fit("missing.npy", "other.model", write: false));
        Refused("12 × 12; 8 × 8 is needed", Impute("rows.model", "wide.npy", "--mask", "half"));
        Refused("no pixel is missing", Impute("rows.model", "rows.npy"));
        Refused("--mask: found 'nowhere'; it must be hole, stripe, half, or a file that is there", Impute("rows.model", "rows.npy", "--mask", "nowhere"));
        Refused("mask: found 4 × 12 × 12; ", Impute("rows.model", "rows.npy", "--mask", bench["wide.npy"]));
        Refused("--alpha: found '1'", Impute("rows.model", "rows.npy", "--mask", "hole", "--alpha", "1"));
        Refused("--sampler: found 'gibbs'", Impute("rows.model", "rows.npy", "--mask", "hole", "--sampler", "gibbs"));
        Refused("bgm.tram-dag", Impute("model", "rows.npy", "--mask", "hole"));
        Refused(
            "--out: found 'new.idx.gz'; images are written as .npy, .npz, .idx",
            Workbench.Run("images", "generate", "--model", bench["rows.model"], "--n", "2", "--out", "new.idx.gz"));
        Refused("--n: found '0'", Workbench.Run("images", "generate", "--model", bench["rows.model"], "--n", "0", "--out", bench["new.npy"]));
        Assert.DoesNotContain("other.model", bench.Files);
        Assert.DoesNotContain("filled.npy", bench.Files);
        Assert.DoesNotContain("new.npy", bench.Files);
    }

    [Fact]
    public void Images_Alone_NamesItsVerbs_EachWithExamples() =>
        Assert.All(["fit", "impute", "generate", "evaluate"], verb =>
        {
            Assert.Contains($"  {verb} ", Workbench.Run("images").Out);
            Assert.Contains($"  bgm images {verb} --", Workbench.Run("images", verb, "--help").Out);
        });

    private static void Refused(string text, Outcome outcome)
    {
        Assert.Contains(text, outcome.Error);
        Assert.Equal(ExitCode.Refused, outcome.Code);
    }

    private void Write(string name, int side, int count) =>
        ImageSet.From(side, side, [.. Enumerable.Range(0, side * side * count).Select(i => (float)((i * 37 % 101) / 101.0))]).ToFile(bench[name]);

    private Outcome Fit(string data, string model, params string[] options) => Fit(data, model, write: true, options);

    private Outcome Fit(string data, string model, bool write, params string[] options)
    {
        if (write) Write(data, Side, 12);
        return Workbench.Run(
            ["images", "fit", "--data", bench[data], "--out", bench[model], "--epochs", "1", "--egm-iterations", "2", "--threads", "1",
             .. options.Contains("--preset") ? [] : new[] { "--preset", "recommended" }, .. options]);
    }

    private Outcome Impute(string model, string data, params string[] options) =>
        Workbench.Run(["images", "impute", "--model", bench[model], "--data", bench[data], "--out", bench["filled.npy"], .. Few, .. options]);
}
