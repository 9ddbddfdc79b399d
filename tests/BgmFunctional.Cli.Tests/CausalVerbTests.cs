using System.Text.Json;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class CausalVerbTests(Workbench bench) : IClassFixture<Workbench>
{
    private static readonly string[] Few = ["--burn-in", "10", "--draws", "20", "--chains", "2", "--threads", "1"];

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
        Assert.Contains("extrapolated", shown.Out);
        Assert.Equal("x,mean,low,high", bench.Lines("effect.csv")[0]);
        Refused("x values: found none", Effect("continuous.model", "continuous.csv"));
        Assert.Contains("dose-response", Workbench.Run("causal", "evaluate", "--model", bench["continuous.model"], "--data", bench["continuous.csv"]).Out);
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
        Refused("'v2', row 1: the value is missing", Fit("gap.csv", "other.model", "x", "binary"));
        Refused("gap.csv", Effect("rows.model", "gap.csv"));
        Refused("--alpha: found '1'", Effect("rows.model", "rows.csv", "--alpha", "1"));
        Refused("--x-values: found '3:0:5'", Effect("rows.model", "rows.csv", "--x-values", "3:0:5"));
        Refused("--q-sd", Effect("rows.model", "rows.csv", "--q-sd", "1"));
        Refused("bgm.tram-dag", Effect("model", "rows.csv"));
        Assert.DoesNotContain("other.model", bench.Files);
        Assert.DoesNotContain("effect.csv", bench.Files);
    }

    [Fact]
    public void Causal_Alone_NamesItsVerbs() =>
        Assert.All(["fit", "effect", "evaluate"], verb => Assert.Contains($"  {verb} ", Workbench.Run("causal").Out));

    private static double Number(JsonElement json, string name, string part) => json.GetProperty(name).GetProperty(part).GetDouble();

    private static void Refused(string text, Outcome outcome)
    {
        Assert.Contains(text, outcome.Error);
        Assert.Equal(ExitCode.Refused, outcome.Code);
    }

    private void Data(string name) => Workbench.Run("data", "binary-factors", "--n", "40", "--out", bench[name]);

    private Outcome Fit(string data, string model, string treatment, string kind) =>
        Workbench.Run(
            "causal", "fit", "--data", bench[data], "--treatment", treatment, "--outcome", "y", "--treatment-kind", kind,
            "--latent", "1,1,1,2", "--epochs", "2", "--egm-iterations", "3", "--threads", "1", "--out", bench[model]);

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
