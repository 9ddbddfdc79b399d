using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class CausalVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] Few = ["--burn-in", "10", "--draws", "20", "--weight-draws", "2", "--threads", "1"];

    [Fact]
    public void Binary_FromDataToReport()
    {
        Data("binary.csv");
        var fit = Fit("binary.csv", "binary.model", "x", "binary");
        var evaluate = Workbench.Run("causal", "evaluate", "--model", bench["binary.model"], "--data", bench["binary.csv"], "--json");
        var effect = Effect("binary.model", "binary.csv", "--report", bench["effect.html"], "--json");
        var json = JsonDocument.Parse(effect.Out).RootElement;

        Assert.Equal((ExitCode.Done, "epoch 2 of 2"), (fit.Code, fit.Error.Split('\n')[^2].Split(',')[0]));
        Assert.Contains("25 covariates", fit.Out);
        Assert.True(JsonDocument.Parse(evaluate.Out).RootElement.TryGetProperty("ate", out _));
        Assert.Equal(ExitCode.Done, effect.Code);
        foreach (var name in new[] { "ate", "att" })
        {
            var (low, mean, high) = (Number(json, name, "low"), Number(json, name, "mean"), Number(json, name, "high"));
            Assert.True(low <= mean && mean <= high);
        }

        Assert.Equal("credible", json.GetProperty("interval").GetString());
        Assert.All(["acceptance", "rHat", "ess", "seconds"], name => Assert.True(json.GetProperty(name).GetDouble() > 0));
        Assert.Equal("row,mean,low,high", bench.Lines("effect.csv")[0]);
        Assert.Equal(41, bench.Lines("effect.csv").Length);
        Assert.Contains("<svg", File.ReadAllText(bench["effect.html"]));
    }

    [Fact]
    public void Continuous_GivesTheCurve()
    {
        Data("continuous.csv");
        Fit("continuous.csv", "continuous.model", "v1", "continuous");
        var effect = Effect("continuous.model", "continuous.csv", "--x-values", "0:1:5", "--json");
        var curve = JsonDocument.Parse(effect.Out).RootElement.GetProperty("adrf").EnumerateArray().ToList();
        var shown = Effect("continuous.model", "continuous.csv", "--x-values", "0,99", "--sample-outcome");

        Assert.Equal([0, 0.25, 0.5, 0.75, 1], curve.Select(point => point.GetProperty("x").GetDouble()));
        Assert.Contains("predictive", shown.Out);
        Assert.Contains("credible", Effect("continuous.model", "continuous.csv", "--x-values", "0,1", "--mean-outcome").Out);
        Refused("one of the two will do", Effect("continuous.model", "continuous.csv", "--x-values", "0,1", "--mean-outcome", "--sample-outcome"));
        Assert.Contains("extrapolated", shown.Out);
        Assert.Equal("x,mean,low,high", bench.Lines("effect.csv")[0]);
        Refused("x values: found none", Effect("continuous.model", "continuous.csv"));
        Assert.Contains("dose-response", Workbench.Run("causal", "evaluate", "--model", bench["continuous.model"], "--data", bench["continuous.csv"]).Out);
    }

    [Fact]
    public void SeveralFits_ArePooled()
    {
        Data("fits.csv");
        foreach (var seed in new[] { "1", "2" }) Fit("fits.csv", $"fit-{seed}.model", "x", "binary", "--seed", seed);
        var effect = Effect("fit-*.model", "fits.csv", "--json");

        Assert.Equal(2, JsonDocument.Parse(effect.Out).RootElement.GetProperty("fits").GetInt32());
        Assert.Contains("2 fits, ", Effect("fit-*.model", "fits.csv").Out);
        Refused("no file has such a name", Effect("none-*.model", "fits.csv"));
    }

    [Fact]
    public void FullMcmc_DrawsWeights_WhichTheEffectPassesThrough()
    {
        Data("mcmc.csv");
        var fit = Fit("mcmc.csv", "mcmc.model", "x", "binary", "--model", "full-mcmc", "--mcmc-burn-in", "10", "--mcmc-draws", "8", "--json");
        var weights = JsonDocument.Parse(fit.Out).RootElement.GetProperty("weights").EnumerateArray().ToList();

        Assert.Equal(["covariates", "treatment", "outcome"], weights.Select(chain => chain.GetProperty("network").GetString()));
        Assert.All(weights, chain => Assert.InRange(chain.GetProperty("acceptance").GetDouble(), 0, 1));
        Assert.Contains("100 % of weights", fit.Error);
        Assert.Equal(ExitCode.Done, Effect("mcmc.model", "mcmc.csv").Code);
        Refused("--mcmc-draws: found '3'", Fit("mcmc.csv", "other.model", "x", "binary", "--mcmc-draws", "3"));

        bench.Write("mcmc.json", """{ "model": "full-mcmc" }""");
        var asked = Fit("mcmc.csv", "asked.model", "x", "binary", "--config", bench["mcmc.json"], "--mcmc-burn-in", "10", "--mcmc-draws", "8", "--json");
        Assert.Equal(3, JsonDocument.Parse(asked.Out).RootElement.GetProperty("weights").GetArrayLength());
    }

    [Fact]
    public void WhatCannotBeUsed_IsRefused_AndNothingIsWritten()
    {
        Data("rows.csv");
        Fit("rows.csv", "rows.model", "x", "binary");
        bench.Write("gap.csv", Gap("rows.csv"));
        File.Delete(bench["effect.csv"]);

        Refused("0 or 1", Fit("rows.csv", "other.model", "v1", "binary"));
        Refused("--treatment-kind: found 'ordinal'", Fit("rows.csv", "other.model", "x", "ordinal"));
        Refused("'z'", Fit("rows.csv", "other.model", "z", "binary"));
        Refused("'v2', row 1: the value is missing; fill it in (bgm impute", Fit("gap.csv", "other.model", "x", "binary"));
        Refused("gap.csv", Effect("rows.model", "gap.csv"));
        Refused("--alpha: found '1'", Effect("rows.model", "rows.csv", "--alpha", "1"));
        Refused("--x-values: found '3:0:5'", Effect("rows.model", "rows.csv", "--x-values", "3:0:5"));
        Refused("--q-sd", Effect("rows.model", "rows.csv", "--q-sd", "1"));
        Refused("bgm.tram-dag", Effect("model", "rows.csv"));
        Assert.DoesNotContain("other.model", bench.Files);
        Assert.DoesNotContain("effect.csv", bench.Files);
    }

    [Fact]
    public void Configuration_IsInEffect_AndOptionsWinOverIt()
    {
        Data("configured.csv");
        bench.Write("config.json", """{ "z_dims": [2, 1, 1, 1], "binary_treatment": true, "g_units": [8], "epochs": 3, "egm_n_iter": 4, "verbose": 1 }""");
        string[] columns = ["causal", "fit", "--data", bench["configured.csv"], "--treatment", "x", "--outcome", "y", "--threads", "1", "--out", bench["configured.model"]];
        string[] configured = [.. columns, "--config", bench["config.json"], "--epochs", "2", "--egm-iterations", "3"];
        var shown = Workbench.Run([.. configured, "--show-config"]);
        bench.Write("effective.json", shown.Out);
        var effective = JsonDocument.Parse(shown.Out).RootElement;

        Assert.Equal(ExitCode.Done, shown.Code);
        Assert.DoesNotContain("configured.model", bench.Files);
        Assert.Contains("'verbose' changes nothing", shown.Error);
        Assert.Equal("[2, 1, 1, 1]", effective.GetProperty("z_dims").GetRawText());
        Assert.Equal((2, 3, "[8]"), (effective.GetProperty("epochs").GetInt32(), effective.GetProperty("egm_n_iter").GetInt32(), effective.GetProperty("g_units").GetRawText()));
        Assert.Equal(shown.Out, Workbench.Run([.. columns, "--config", bench["effective.json"], "--show-config"]).Out);

        var published = JsonDocument.Parse(Workbench.Run([.. configured, "--preset", "published", "--show-config"]).Out).RootElement;
        Assert.Equal(("cosine", "0.2/n"), (effective.GetProperty("lr_schedule").GetString(), effective.GetProperty("kl_weight").GetString()));
        Assert.Equal(("constant", 2), (published.GetProperty("lr_schedule").GetString(), published.GetProperty("epochs").GetInt32()));

        var fitted = Workbench.Run([.. configured, "--json"]);
        Assert.Equal("[8]", JsonDocument.Parse(fitted.Out).RootElement.GetProperty("settings").GetProperty("g_units").GetRawText());
        var first = File.ReadAllBytes(bench["configured.model"]);
        Workbench.Run([.. columns, "--config", bench["effective.json"]]);
        Assert.Equal(first, File.ReadAllBytes(bench["configured.model"]));
    }

    [Fact]
    public void Configuration_ThatCannotBeRead_IsRefused()
    {
        Data("bad.csv");
        foreach (var (json, part) in new[]
        {
            ("""{ "lr_tetha": 1 }""", "'lr_tetha': there is no such setting"),
            ("""{ "lr": "fast" }""", "'lr': found the text \"fast\"; a number is needed"),
            ("""{ "kl_weight": -1 }""", "kl_weight"),
            ("""{ "v_dim": 3 }""", "covariates: found 25; the configuration's 'v_dim' says 3"),
            ("""{ "lr": 1 """, "line 1"),
        })
        {
            bench.Write("bad.json", json);
            Refused(part, Fit("bad.csv", "bad.model", "x", "binary", "--config", bench["bad.json"]));
        }

        string[] least = ["causal", "fit", "--data", bench["bad.csv"], "--treatment", "x", "--outcome", "y", "--out", bench["bad.model"]];
        Refused("--treatment-kind: it is missing; add it with binary or continuous", Workbench.Run(least));
        Refused("--latent: found '1,1,1'", Workbench.Run([.. least, "--treatment-kind", "binary", "--latent", "1,1,1"]));
        Refused("no such file", Fit("bad.csv", "bad.model", "x", "binary", "--config", bench["none.json"]));
        Refused("--preset: found 'best'; it must be published or recommended", Fit("bad.csv", "bad.model", "x", "binary", "--preset", "best"));
        Refused("--model: found 'other'", Fit("bad.csv", "bad.model", "x", "binary", "--model", "other"));
        Refused("--auxiliary: only the identifiable model has it", Fit("bad.csv", "bad.model", "x", "binary", "--auxiliary", "v3"));
        Assert.DoesNotContain("bad.model", bench.Files);
    }

    [Fact]
    public void Identifiable_TakesAnAuxiliaryVariable_OrDrawsOneAndWarns()
    {
        Data("rows.csv");
        bench.Write("sites.csv", string.Join("\n", bench.Lines("rows.csv").Select((line, i) => $"{line},{(i == 0 ? "site" : i % 2 == 0 ? "north" : "south")}")) + "\n");
        var own = Fit("sites.csv", "sites.model", "x", "binary", "--model", "identifiable", "--auxiliary", "site");
        var drawn = Fit("rows.csv", "drawn.model", "x", "binary", "--model", "identifiable");

        Assert.Equal((ExitCode.Done, ExitCode.Done), (own.Code, drawn.Code));
        Assert.Contains("25 covariates", own.Out);
        Assert.DoesNotContain("warning", own.Out);
        Assert.Contains("warning: segments drawn at random", drawn.Out);
        Assert.Equal(ExitCode.Done, Effect("sites.model", "sites.csv").Code);
        Assert.Equal(ExitCode.Done, Effect("drawn.model", "rows.csv").Code);
        Refused("'site'", Effect("sites.model", "rows.csv"));
        Refused("'site'", Fit("rows.csv", "other.model", "x", "binary", "--model", "identifiable", "--auxiliary", "site"));
    }

    [Fact]
    public void Latent_IsChosenFromTheData_AndSaysWhy()
    {
        Workbench.Run("data", "binary-factors", "--n", "400", "--out", bench["many.csv"]);
        string[] fit = ["causal", "fit", "--data", bench["many.csv"], "--treatment", "x", "--outcome", "y", "--treatment-kind", "binary", "--out", bench["auto.model"]];
        var shown = Workbench.Run([.. fit, "--latent", "auto", "--show-config"]);
        bench.Write("auto.json", """{ "z_dims": "auto" }""");

        Assert.Contains("latent sizes 3,", shown.Error);
        Assert.Contains("sliced inverse regression", shown.Error);
        Assert.StartsWith("[3, ", JsonDocument.Parse(shown.Out).RootElement.GetProperty("z_dims").GetRawText());
        Assert.Equal(shown.Out, Workbench.Run([.. fit, "--show-config"]).Out);
        Assert.Equal(shown.Out, Workbench.Run([.. fit, "--config", bench["auto.json"], "--show-config"]).Out);
        Assert.Equal(ExitCode.Done, Workbench.Run([.. fit, "--epochs", "1", "--egm-iterations", "2", "--threads", "1"]).Code);
    }

    [Fact]
    public void Cancelled_SaysHowToGoOn_AndResumesToTheSameModel()
    {
        Data("rows.csv");
        using var source = new CancellationTokenSource();
        source.Cancel();
        string[] fit =
        [
            "causal", "fit", "--data", bench["rows.csv"], "--treatment", "x", "--outcome", "y", "--treatment-kind", "binary",
            "--latent", "1,1,1,2", "--epochs", "2", "--egm-iterations", "3", "--threads", "1",
        ];
        string[] checkpointed = [.. fit, "--out", bench["resumed.model"], "--checkpoint", bench["causal-run"]];
        var cancelled = Workbench.Run(source.Token, checkpointed);

        Assert.Equal(ExitCode.Cancelled, cancelled.Code);
        Assert.Contains($"--resume goes on from the checkpoint in {bench["causal-run"]}", cancelled.Error);
        Assert.DoesNotContain("resumed.model", bench.Files);
        Assert.Equal(ExitCode.Done, Workbench.Run([.. checkpointed, "--resume"]).Code);
        Workbench.Run([.. fit, "--out", bench["whole.model"]]);
        Assert.Equal(File.ReadAllBytes(bench["whole.model"]), File.ReadAllBytes(bench["resumed.model"]));

        Refused("there is a checkpoint already", Workbench.Run(checkpointed));
        Refused("differs in random_seed (0; here 3)", Workbench.Run([.. checkpointed, "--resume", "--seed", "3"]));
        Refused("add --checkpoint", Workbench.Run([.. fit, "--out", bench["whole.model"], "--resume"]));
    }

    [Fact]
    public void Causal_Alone_NamesItsVerbs() =>
        Assert.All(["fit", "effect", "evaluate", "check"], verb => Assert.Contains($"  {verb} ", Workbench.Run("causal").Out));

    private static double Number(JsonElement json, string name, string part) => json.GetProperty(name).GetProperty(part).GetDouble();

    private static void Refused(string text, Outcome outcome)
    {
        Assert.Contains(text, outcome.Error);
        Assert.Equal(ExitCode.Refused, outcome.Code);
    }

    private void Data(string name) => Workbench.Run("data", "binary-factors", "--n", "40", "--out", bench[name]);

    private Outcome Fit(string data, string model, string treatment, string kind, params string[] options) =>
        Workbench.Run(
        [
            "causal", "fit", "--data", bench[data], "--treatment", treatment, "--outcome", "y", "--treatment-kind", kind,
            "--latent", "1,1,1,2", "--epochs", "2", "--egm-iterations", "3", "--threads", "1", "--out", bench[model], .. options,
        ]);

    private Outcome Effect(string model, string data, params string[] options) =>
        Workbench.Run(["causal", "effect", "--model", bench[model], "--data", bench[data], "--out", bench["effect.csv"], .. Few, .. options]);

    /// <summary>The rows with the first value of v2 missing.</summary>
    private string Gap(string name)
    {
        var lines = bench.Lines(name);
        var fields = lines[1].Split(',');
        fields[Array.IndexOf(lines[0].Split(','), "v2")] = "";
        lines[1] = string.Join(",", fields);
        return string.Join("\n", lines) + "\n";
    }
}
