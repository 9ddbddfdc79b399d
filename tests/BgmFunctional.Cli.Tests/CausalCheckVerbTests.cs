using System.Text.Json;
using BgmFunctional.Fluent;
using Xunit;

namespace BgmFunctional.Cli.Tests;

public sealed class CausalCheckVerbTests : IClassFixture<Workbench>
{
    private readonly Workbench _bench;

    public CausalCheckVerbTests(Workbench bench)
    {
        _bench = bench;
        Workbench.Run("data", "binary-factors", "--n", "60", "--out", bench["rows.csv"]);
        Workbench.Run(
            "causal", "fit", "--data", bench["rows.csv"], "--treatment", "x", "--outcome", "y", "--treatment-kind", "binary",
            "--latent", "1,1,1,2", "--epochs", "2", "--egm-iterations", "3", "--threads", "1", "--out", bench["causal.model"]);
    }

    [Fact]
    public void Check_IsTheFacades_InWordsAsJsonAndAsAPage()
    {
        var shown = Check("--out", _bench["check.html"]);
        var json = JsonDocument.Parse(Check("--json", "--strict").Out).RootElement;
        var check = FittedCausalBgm.Load(_bench["causal.model"]).CheckAgainst(Columns.FromCsv(_bench["rows.csv"]));

        Assert.Equal((ExitCode.Done, ""), (shown.Code, shown.Error));
        Assert.All(
            ["effective rows", "largest difference between arms", "prediction of", "coverage of y", "learned", "the latents explain"],
            words => Assert.Contains(words, shown.Out));
        Assert.All(check.Warnings, warning => Assert.Contains($"warning: {warning}", shown.Out));
        Assert.Equal(check.Warnings, json.GetProperty("warnings").EnumerateArray().Select(item => item.GetString()));
        Assert.Equal(60, json.GetProperty("rows").GetInt32());
        Assert.Equal(
            check.Latents.Select(latent => latent.Learned),
            json.GetProperty("latents").EnumerateArray().Select(item => item.GetProperty("learned").GetDouble()));
        Assert.Equal(check.OfOutcome.LogScore, json.GetProperty("outcome").GetProperty("logScore").GetDouble());
        Assert.Equal(check.Balance[0].LargestAfter, json.GetProperty("balance")[0].GetProperty("after").GetDouble());
        Assert.Contains("Balance of the latent confounders", File.ReadAllText(_bench["check.html"]));
    }

    [Fact]
    public void Strict_EndsDoubtful_WhereThereIsAWarning()
    {
        // Z of so short a fit explains next to nothing.
        Assert.Equal(ExitCode.Doubtful, Check("--strict").Code);
    }

    [Fact]
    public void WhatCannotBeUsed_IsRefused()
    {
        Workbench.Run("data", "binary-factors", "--n", "20", "--out", _bench["few.csv"]);

        Refused("--alpha", Check("--alpha", "1"));
        Refused("--bound", Check("--bound", "0.5"));
        Refused("--rows: found '49'", Check("--rows", "49"));
        Refused("--out", Check("--out", _bench["rows.csv"]));
        Refused("few.csv: data: found 20 rows", Workbench.Run(
            "causal", "check", "--model", _bench["causal.model"], "--data", _bench["few.csv"]));
    }

    private static void Refused(string text, Outcome outcome)
    {
        Assert.Contains(text, outcome.Error);
        Assert.Equal(ExitCode.Refused, outcome.Code);
    }

    private Outcome Check(params string[] own) =>
        Workbench.Run(["causal", "check", "--model", _bench["causal.model"], "--data", _bench["rows.csv"], .. own]);
}
