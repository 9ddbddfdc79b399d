using System.CommandLine;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>bgm causal check</summary>
internal sealed class CausalCheckVerb : Verb
{
    /// <summary>Covariates, and tests on them, that a terminal has room for.</summary>
    private const int Shown = 5;

    private static readonly CausalCheckOptions Defaults = new();

    private readonly InputFile _model = InputFile.Model("bgm causal fit");
    private readonly InputFile _data = InputFile.Data("Rows to check on, best held-out ones, with the model's columns; others are not looked at.");

    private readonly Option<int> _rows =
        new Option<int>("--rows") { Description = "Rows that are looked at; of more, so many are drawn at random." }
            .Numeric("N", "a whole number, at least 50", rows => rows >= 50)
            .WithDefault(Defaults.MostRows);

    private readonly CheckingOptions _checking = new(
        "Level of all tests together.",
        Defaults.Alpha,
        Defaults.Bound,
        new OutputPath("REPORT.html", "Takes a page with tables and figures that needs no network.", "--out"));

    public CausalCheckVerb(Session session)
        : base(session, "check", "What to look at before an effect is believed: overlap, balance, predictions, latents. Doubts are warnings.")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _data, _rows, .. _checking.All])
        {
            Add(option);
        }
    }

    public override string Examples =>
        """
        bgm causal check --model model.safetensors --data heldout.csv --out check.html
        bgm causal check --model model.safetensors --data heldout.csv --strict --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var report = _checking.Report(parsed);
        var model = FittedCausalBgm.Load(parsed.GetRequiredValue(_model));
        var options = new CausalCheckOptions
        {
            Alpha = _checking.Alpha(parsed),
            Bound = _checking.Bound(parsed),
            MostRows = parsed.GetValue(_rows),
            Latents = Defaults.Latents with
            {
                Seed = _checking.Seed(parsed),
                Threads = _checking.Threads(parsed) ?? Defaults.Latents.Threads,
            },
        };
        var check = _data.Use(parsed, rows => model.CheckAgainst(rows, options, Session.Cancellation));
        return _checking.Tell(
            parsed, Session, check.Warnings, report, page => check.SaveReport(page), () => ToJson(check), () => Show(check, options.Alpha));
    }

    private static JsonObject ToJson(CausalCheck check) =>
        new()
        {
            ["rows"] = check.Rows,
            ["overlap"] = CheckVerb.ToJson(check.Overlap),
            ["balance"] = CheckVerb.List(check.Balance, item => new()
            {
                ["latent"] = item.Latent,
                ["before"] = Json.Of(item.LargestBefore),
                ["after"] = Json.Of(item.LargestAfter),
            }),
            ["treatment"] = ToJson(check.OfTreatment),
            ["outcome"] = ToJson(check.OfOutcome),
            ["calibration"] = CheckVerb.List(check.Calibration, group => new()
            {
                ["rows"] = group.Rows,
                ["predicted"] = Json.Of(group.Predicted),
                ["seen"] = Json.Of(group.Seen),
            }),
            ["latents"] = CheckVerb.List(check.Latents, latent => new()
            {
                ["latent"] = latent.Latent,
                ["moves"] = latent.Moves,
                ["learned"] = Json.Of(latent.Learned),
                ["divergence"] = Json.Of(latent.Divergence),
                ["mean"] = Json.Of(latent.Mean),
                ["sd"] = Json.Of(latent.Sd),
            }),
            ["covariates"] = CheckVerb.List(check.Covariates, item => new()
            {
                ["covariate"] = item.Covariate,
                ["explained"] = Json.Of(item.Explained),
                ["noiseRatio"] = Json.Of(item.NoiseRatio),
            }),
            ["warnings"] = new JsonArray([.. check.Warnings.Select(warning => JsonValue.Create(warning))]),
        };

    private static JsonObject ToJson(PredictiveCheck check)
    {
        var json = CheckVerb.ToJson(check.Fit);
        json["logScore"] = Json.Of(check.LogScore);
        json["coverage"] = CheckVerb.List(check.Coverage, pair => new()
        {
            ["level"] = Json.Of(pair.Key),
            ["share"] = Json.Of(pair.Value),
        });
        json["discrepancies"] = CheckVerb.List(check.Discrepancies, item => new()
        {
            ["statistic"] = item.Statistic,
            ["seen"] = Json.Of(item.Seen),
            ["drawn"] = Json.Of(item.Drawn.Average()),
            ["p"] = Json.Of(item.P),
        });
        return json;
    }

    private static Table Balance(CausalCheck check) =>
        Tables.Of(
            [Tables.Names("largest difference between arms"), Tables.Numbers("as they are"), Tables.Numbers("weighted")],
            [.. check.Balance.Select(item => new[]
            {
                item.Latent, Tables.Number(item.LargestBefore), Tables.Number(item.LargestAfter),
            })]);

    private static Table Predictions(CausalCheck check, double alpha) =>
        Tables.Of(
            [
                Tables.Names("prediction of"), Tables.Names("residuals"), Tables.Numbers("p"), Tables.Numbers("adjusted p"),
                Tables.Names("verdict"),
            ],
            [.. new[] { check.OfTreatment.Fit, check.OfOutcome.Fit }.SelectMany(fit => fit.Parents
                .OrderBy(test => test.P)
                .Take(Shown)
                .Select(test => CheckVerb.Test(fit.Node, $"independent of {test.Parent}", test.P, test.AdjustedP, alpha))
                .Prepend(CheckVerb.Test(fit.Node, "uniform", fit.P, fit.AdjustedP, alpha)))]);

    private static Table Latents(CausalCheck check) =>
        Tables.Of(
            [
                Tables.Names("latent"), Tables.Names("moves"), Tables.Numbers("learned"), Tables.Numbers("divergence, nats"),
                Tables.Numbers("mean"), Tables.Numbers("sd"),
            ],
            [.. check.Latents.Select(latent => new[]
            {
                latent.Latent, latent.Moves, Tables.Number(latent.Learned), Tables.Number(latent.Divergence),
                Tables.Number(latent.Mean), Tables.Number(latent.Sd),
            })]);

    private static string Coverage(PredictiveCheck check) =>
        string.Join(", ", check.Coverage.Select(pair => $"{100 * pair.Value:0.#} % of the rows in {100 * pair.Key:0.#} % intervals"));

    private void Show(CausalCheck check, double alpha)
    {
        var console = Session.ConsoleOn(Session.Out);
        console.Write(CheckVerb.Overlap(check.Overlap));
        console.Write(Balance(check));
        console.Write(Predictions(check, alpha));
        Session.Out.WriteLine($"coverage of {check.OfOutcome.Fit.Node}: {Coverage(check.OfOutcome)}");
        Session.Out.WriteLine("On rows that the model was fitted to, it looks better than it is.");
        console.Write(Latents(check));
        var least = check.Covariates.OrderBy(item => item.Explained).Take(Shown).Select(item => $"{item.Covariate} {100 * item.Explained:0} %");
        Session.Out.WriteLine(
            $"the latents explain {100 * check.Covariates.Average(item => item.Explained):0} % of the covariates; least: {string.Join(", ", least)}");
        foreach (var warning in check.Warnings)
        {
            Session.Out.WriteLine($"warning: {warning}");
        }
    }
}
