using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>bgm dag summary</summary>
internal sealed class SummaryVerb : Verb
{
    private readonly InputFile _model = InputFile.Model();

    private readonly Option<string[]> _reference = new("--reference")
    {
        HelpName = "parent=level",
        Description = "The level that the others of an ordinal parent are compared with; its lowest if not given.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _json = CommonOptions.Flag("--json", "Print a JSON list of the coefficients, and nothing else.");

    public SummaryVerb(Session session)
        : base(session, "summary", "Coefficients of a classical fit with standard errors, tests and 95 % intervals.")
    {
        Add(_model);
        Add(_reference);
        Add(_json);
        _reference.Validators.Add(CheckReferences);
    }

    public override string Examples =>
        """
        bgm dag summary --model model.safetensors
        bgm dag summary --model model.safetensors --reference arm=control site=north --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var flow = TramDag.Load(parsed.GetRequiredValue(_model));
        var references = (parsed.GetValue(_reference) ?? []).Select(Split).ToDictionary(pair => pair.Parent, pair => pair.Level);
        var nodes = flow.Inference(references);
        if (parsed.GetValue(_json))
        {
            Json.WriteList(Session.Out, new JsonArray([.. nodes.SelectMany(node => node.Effects).Select(ToJson)]));
        }
        else
        {
            Show(nodes);
        }

        return ExitCode.Done;
    }

    private static (string Parent, string Level) Split(string reference)
    {
        var at = reference.IndexOf('=', StringComparison.Ordinal);
        return (reference[..at], reference[(at + 1)..]);
    }

    private static void CheckReferences(OptionResult result)
    {
        var words = result.Tokens.Select(token => token.Value).ToList();
        if (words.Find(word => word.IndexOf('=', StringComparison.Ordinal) <= 0) is { } bad)
        {
            result.AddError($"{result.Option.Name}: found '{bad}'; parent=level is needed.");
        }
        else if (words.CountBy(word => Split(word).Parent).FirstOrDefault(pair => pair.Value > 1) is { Key: { } twice })
        {
            result.AddError($"{result.Option.Name}: '{twice}' is given twice.");
        }
    }

    private static JsonObject ToJson(LinearEffect effect) =>
        new()
        {
            ["node"] = effect.Node,
            ["term"] = effect.Term,
            ["level"] = effect.Level,
            ["estimate"] = Json.Of(effect.Estimate),
            ["standardError"] = Json.Of(effect.StandardError),
            ["z"] = Json.Of(effect.Z),
            ["p"] = Json.Of(effect.P),
            ["low"] = Json.Of(effect.Low),
            ["high"] = Json.Of(effect.High),
        };

    private static Table Effects(IEnumerable<LinearEffect> effects) =>
        Tables.Of(
            [
                Tables.Names("node"), Tables.Names("term"), Tables.Names("level"), Tables.Numbers("estimate"), Tables.Numbers("se"),
                Tables.Numbers("z"), Tables.Numbers("p"), Tables.Numbers("95 % low"), Tables.Numbers("high"),
            ],
            [.. effects.Select(effect => Row(
                effect, effect.Estimate, effect.StandardError, effect.Z, effect.P, effect.Low, effect.High))]);

    private static Table OddsRatios(IEnumerable<LinearEffect> effects) =>
        Tables.Of(
            [
                Tables.Names("node"), Tables.Names("term"), Tables.Names("level"), Tables.Numbers("odds ratio"),
                Tables.Numbers("95 % low"), Tables.Numbers("high"),
            ],
            [.. effects.Select(effect => Row(effect, effect.OddsRatio, effect.OddsRatioLow, effect.OddsRatioHigh))]);

    private static string[] Row(LinearEffect effect, params double[] numbers) =>
        [
            effect.Node,
            effect.Term,
            effect.Level is { } level ? $"{level} / {effect.Reference}" : "",
            .. numbers.Select(Number),
        ];

    private static Table Nodes(IEnumerable<NodeInference> nodes) =>
        Tables.Of(
            [
                Tables.Names("node"), Tables.Numbers("log-likelihood"), Tables.Numbers("parameters"), Tables.Numbers("AIC"),
            ],
            [.. nodes.Select(node => new[]
            {
                node.Node,
                Tables.Number(node.LogLikelihood),
                $"{node.Parameters}",
                Tables.Number(node.Aic),
            })]);

    private static Table CutPoints(IEnumerable<NodeInference> nodes) =>
        Tables.Of(
            [Tables.Names("node"), Tables.Names("cut point"), Tables.Numbers("estimate"), Tables.Numbers("se")],
            [.. nodes.SelectMany(node => node.CutPoints.Select(cut => new[]
            {
                node.Node, $"{cut.Below}|{cut.Above}", Number(cut.Estimate), Number(cut.StandardError),
            }))]);

    private static string Number(double value) => double.IsNaN(value) ? "n/a" : Tables.Number(value);

    private void Show(IReadOnlyList<NodeInference> nodes)
    {
        var console = Session.ConsoleOn(Session.Out);
        var effects = nodes.SelectMany(node => node.Effects).ToList();
        if (effects.Count > 0)
        {
            console.Write(Effects(effects));
            console.Write(OddsRatios(effects));
            Session.Out.WriteLine("Log-odds. Positive moves an ordinal node up (subtracted from its cut points) and a continuous one down (added to its latent).");
        }

        if (nodes.Any(node => node.CutPoints.Count > 0))
        {
            console.Write(CutPoints(nodes));
        }

        console.Write(Nodes(nodes));
        foreach (var warning in nodes.SelectMany(node => node.Warnings))
        {
            Session.Out.WriteLine($"warning: {warning}");
        }
    }
}
