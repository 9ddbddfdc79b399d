using System.CommandLine;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>bgm dag check</summary>
internal sealed class CheckVerb : Verb
{
    private static readonly CheckOptions Defaults = new();

    private readonly InputFile _model = InputFile.Model();
    private readonly InputFile _data = InputFile.Data("Rows to check on, best held-out ones, with exactly the model's nodes as columns.");

    private readonly Option<string[]> _treatment = new("--treatment")
    {
        HelpName = "T",
        Description = "Nodes whose overlap is looked at.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly CheckingOptions _checking = new(
        "Level of the tests of fit together, and of the independences together.",
        Defaults.Alpha,
        Defaults.Bound,
        new OutputPath("OUT.html", "Takes a page with tables and figures that needs no network.", "--report"));

    public CheckVerb(Session session)
        : base(session, "check", "What to look at before a causal answer is believed: overlap, fit, implied independences. Doubts are warnings.")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _data, _treatment, .. _checking.All])
        {
            Add(option);
        }
    }

    public override string Examples =>
        """
        bgm dag check --model model.safetensors --data heldout.csv --treatment T --report check.html
        bgm dag check --model model.safetensors --data heldout.csv --alpha 0.01 --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var report = _checking.Report(parsed);
        var model = TramDag.Load(parsed.GetRequiredValue(_model));
        var flow = _checking.Threads(parsed) is { } threads ? model.WithThreads(threads) : model;
        var options = new CheckOptions
        {
            Treatments = parsed.GetValue(_treatment) ?? [],
            Alpha = _checking.Alpha(parsed),
            Bound = _checking.Bound(parsed),
            Seed = _checking.Seed(parsed),
        };
        var check = _data.Use(parsed, rows => flow.CheckAgainst(rows, options));
        return _checking.Tell(
            parsed, Session, check.Warnings, report, page => check.SaveReport(page), () => ToJson(check), () => Show(check, options.Alpha));
    }

    private static JsonObject ToJson(ModelCheck check) =>
        new()
        {
            ["overlap"] = List(check.Overlaps, ToJson),
            ["fit"] = List(check.Nodes, ToJson),
            ["independences"] = List(check.Independences, claim => new()
            {
                ["earlier"] = claim.Earlier,
                ["later"] = claim.Later,
                ["given"] = new JsonArray([.. claim.Given.Select(name => JsonValue.Create(name))]),
                ["correlation"] = Json.Of(claim.Correlation),
                ["p"] = Json.Of(claim.P),
                ["adjustedP"] = Json.Of(claim.AdjustedP),
            }),
            ["warnings"] = new JsonArray([.. check.Warnings.Select(warning => JsonValue.Create(warning))]),
        };

    internal static JsonObject ToJson(TreatmentOverlap overlap) =>
        new()
        {
            ["treatment"] = overlap.Treatment,
            ["bound"] = Json.Of(overlap.Bound),
            ["arms"] = List(overlap.Arms, arm => new()
            {
                ["arm"] = arm.Label,
                ["rows"] = arm.Rows,
                ["least"] = Json.Of(arm.Quantile(0)),
                ["q05"] = Json.Of(arm.Quantile(0.05)),
                ["median"] = Json.Of(arm.Quantile(0.5)),
                ["q95"] = Json.Of(arm.Quantile(0.95)),
                ["greatest"] = Json.Of(arm.Quantile(1)),
                ["scarceRows"] = arm.Scarce,
                ["effectiveRows"] = Json.Of(arm.EffectiveRows),
            }),
        };

    internal static JsonObject ToJson(NodeCheck node) =>
        new()
        {
            ["node"] = node.Node,
            ["distance"] = Json.Of(node.Distance),
            ["p"] = Json.Of(node.P),
            ["adjustedP"] = Json.Of(node.AdjustedP),
            ["parents"] = List(node.Parents, parent => new()
            {
                ["parent"] = parent.Parent,
                ["correlation"] = Json.Of(parent.Correlation),
                ["p"] = Json.Of(parent.P),
                ["adjustedP"] = Json.Of(parent.AdjustedP),
            }),
        };

    internal static JsonArray List<T>(IEnumerable<T> items, Func<T, JsonObject> toJson) => new([.. items.Select(toJson)]);

    internal static Table Overlap(TreatmentOverlap overlap) =>
        Tables.Of(
            [
                Tables.Names(overlap.Treatment), Tables.Numbers("rows"), Tables.Numbers("propensity: least"), Tables.Numbers("5 %"),
                Tables.Numbers("median"), Tables.Numbers("95 %"), Tables.Numbers($"below {Tables.Number(overlap.Bound)}"),
                Tables.Numbers("effective rows"),
            ],
            [.. overlap.Arms.Select(arm => new[]
            {
                arm.Label, $"{arm.Rows}", Tables.Number(arm.Quantile(0)), Tables.Number(arm.Quantile(0.05)), Tables.Number(arm.Quantile(0.5)),
                Tables.Number(arm.Quantile(0.95)), $"{arm.Scarce}", $"{arm.EffectiveRows:0}",
            })]);

    private static Table Fit(IEnumerable<NodeCheck> nodes, double alpha) =>
        Tables.Of(
            [
                Tables.Names("fit of"), Tables.Names("residuals"), Tables.Numbers("p"), Tables.Numbers("adjusted p"), Tables.Names("verdict"),
            ],
            [.. nodes.SelectMany(node => node.Parents
                .Select(parent => Test(node.Node, $"independent of {parent.Parent}", parent.P, parent.AdjustedP, alpha))
                .Prepend(Test(node.Node, "uniform", node.P, node.AdjustedP, alpha)))]);

    private static Table Independences(IEnumerable<IndependenceCheck> claims, double alpha) =>
        Tables.Of(
            [
                Tables.Names("independent"), Tables.Names("given"), Tables.Numbers("p"), Tables.Numbers("adjusted p"), Tables.Names("verdict"),
            ],
            [.. claims.Select(claim => Test(
                $"{claim.Earlier}, {claim.Later}", string.Join(", ", claim.Given), claim.P, claim.AdjustedP, alpha))]);

    internal static string[] Test(string first, string second, double p, double adjusted, double alpha) =>
        double.IsNaN(p)
            ? [first, second, "n/a", "n/a", "not tested"]
            : [first, second, Tables.Number(p), Tables.Number(adjusted), adjusted < alpha ? "doubtful" : "no objection"];

    private void Show(ModelCheck check, double alpha)
    {
        var console = Session.ConsoleOn(Session.Out);
        foreach (var overlap in check.Overlaps) console.Write(Overlap(overlap));
        console.Write(Fit(check.Nodes, alpha));
        Session.Out.WriteLine("On rows that the model was fitted to, it looks better than it is.");
        if (check.Independences.Count > 0)
        {
            console.Write(Independences(check.Independences, alpha));
        }
        else
        {
            Session.Out.WriteLine("Every two nodes are joined by an arrow: the graph implies no independence.");
        }

        foreach (var warning in check.Warnings)
        {
            Session.Out.WriteLine($"warning: {warning}");
        }
    }
}
