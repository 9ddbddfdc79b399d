using System.CommandLine;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>bgm dag coefficients</summary>
internal sealed class CoefficientsVerb : Verb
{
    private readonly InputFile _model = InputFile.Model();
    private readonly Option<bool> _json = CommonOptions.Json();

    public CoefficientsVerb(Session session)
        : base(session, "coefficients", "Coefficients and odds ratios of all linear shifts.")
    {
        Add(_model);
        Add(_json);
    }

    public override string Examples =>
        """
        bgm dag coefficients --model model.safetensors
        bgm dag coefficients --model model.safetensors --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var coefficients = TramDag.Load(parsed.GetRequiredValue(_model)).Coefficients;
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new() { ["coefficients"] = new JsonArray([.. coefficients.Select(ToJson)]) });
        }
        else if (coefficients.Count == 0)
        {
            Session.Out.WriteLine("The model has no linear shifts, hence no coefficients.");
        }
        else
        {
            Session.ConsoleOn(Session.Out).Write(ToTable(coefficients));
        }

        return ExitCode.Done;
    }

    private static JsonObject ToJson(Coefficient coefficient) =>
        new()
        {
            ["node"] = coefficient.Node,
            ["parent"] = coefficient.Parent,
            ["level"] = coefficient.Level,
            ["estimate"] = Json.Of(coefficient.Estimate),
            ["oddsRatio"] = Json.Of(coefficient.OddsRatio),
        };

    private static Table ToTable(IEnumerable<Coefficient> coefficients) =>
        Tables.Of(
            [
                Tables.Names("node"),
                Tables.Names("parent"),
                Tables.Names("level"),
                Tables.Numbers("estimate"),
                Tables.Numbers("odds ratio"),
            ],
            [.. coefficients.Select(ToRow)]);

    private static string[] ToRow(Coefficient coefficient) =>
        [
            coefficient.Node,
            coefficient.Parent,
            coefficient.Level ?? "",
            Tables.Number(coefficient.Estimate),
            Tables.Number(coefficient.OddsRatio),
        ];
}
