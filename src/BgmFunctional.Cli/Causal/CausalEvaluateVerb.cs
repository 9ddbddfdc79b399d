using System.CommandLine;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm causal evaluate</summary>
internal sealed class CausalEvaluateVerb : Verb
{
    private readonly InputFile _model = InputFile.Model("bgm causal fit");
    private readonly InputFile _data = InputFile.Data("Rows with the model's columns; others are not looked at.");
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();

    public CausalEvaluateVerb(Session session)
        : base(session, "evaluate", "How well a model gives rows back, and the effect it estimates at their codes, without uncertainty.")
    {
        foreach (var option in (IEnumerable<Option>)[_model, _data, _threads, _json])
        {
            Add(option);
        }
    }

    public override string Examples => "bgm causal evaluate --model model.safetensors --data heldout.csv";

    protected override int Run(ParseResult parsed)
    {
        var model = FittedCausalBgm.Load(parsed.GetRequiredValue(_model));
        var evaluation = _data.Use(parsed, data => model.Evaluate(data, parsed.Optional(_threads)));
        Session.Cancellation.ThrowIfCancellationRequested();
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, ToJson(evaluation));
        }
        else
        {
            Session.ConsoleOn(Session.Out).Write(Tables.Of(
                [Tables.Names("mean square of"), Tables.Numbers("")],
                [
                    [$"treatment {model.Treatment}", Tables.Number(evaluation.MseX)],
                    [$"outcome {model.Outcome}", Tables.Number(evaluation.MseY)],
                    ["standardised covariates", Tables.Number(evaluation.MseV)],
                ]));
            if (evaluation.Individual is { } effects) Session.Out.WriteLine($"average effect at e(V): {Tables.Number(effects.Average())}");
            if (evaluation.Curve is { } curve)
            {
                Session.Out.WriteLine(
                    $"dose-response at e(V): {Tables.Number(curve[0].Mean)} at {Tables.Number(curve[0].X)} to {Tables.Number(curve[^1].Mean)} at {Tables.Number(curve[^1].X)}");
            }
        }

        return ExitCode.Done;
    }

    private static JsonObject ToJson(CausalEvaluation evaluation)
    {
        var json = new JsonObject
        {
            ["mseX"] = Json.Of(evaluation.MseX),
            ["mseY"] = Json.Of(evaluation.MseY),
            ["mseV"] = Json.Of(evaluation.MseV),
        };
        if (evaluation.Individual is { } effects) json["ate"] = Json.Of(effects.Average());
        if (evaluation.Curve is { } curve)
        {
            json["adrf"] = new JsonArray([.. curve.Select(point =>
                new JsonObject { ["x"] = Json.Of(point.X), ["mean"] = Json.Of(point.Mean) })]);
        }

        return json;
    }
}
