using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>bgm dag curve</summary>
internal sealed class CurveVerb : Verb
{
    private readonly EffectOptions _effect = new();
    private readonly Option<string> _values = NumberList.Create("--values", "What the treatment, a continuous node, is set to");
    private readonly OutputPath _out = new("CURVE.csv", "Takes value,estimate,low,high,monteCarloError; low and high of --bootstrap.");
    private readonly OutputPath _report = new("OUT.html", "Takes a page with the curve.", "--report");
    private readonly Option<bool> _json = CommonOptions.Json();

    public CurveVerb(Session session)
        : base(session, "curve", "What an outcome would be if a continuous treatment were set to each of many values, on average over a population.")
    {
        _values.Required = true;
        foreach (var option in (IEnumerable<Option>)[.. _effect.Around(_values), _out, _report, _json])
        {
            Add(option);
        }

        Validators.Add(_effect.Check);
    }

    public override string Examples =>
        """
        bgm dag curve --model model.safetensors --treatment dose --values 0:3:20 --outcome cost --statistic mean --out curve.csv --report curve.html
        bgm dag curve --model model.safetensors --treatment age --values 60,70,80 --outcome arm --statistic level=treated --data cohort.csv --bootstrap 200 --out curve.csv
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var (path, report) = (_out.Read(parsed), _report.TryRead(parsed));
        var flow = _effect.Flow(parsed);
        var values = NumberList.Read(parsed.GetRequiredValue(_values))!;
        var query = _effect.Query(parsed, (treatment, outcome, statistic) => new(treatment, values, outcome, statistic), flow.CheckEffectCurve);
        var seed = _effect.Seed(parsed);
        var refits = _effect.Refits(parsed, flow, Session);
        var curve = _effect.Ask(parsed, () => refits is null ? flow.EffectCurve(query, seed) : flow.EffectCurve(query, refits, seed: seed));
        Session.Cancellation.ThrowIfCancellationRequested();
        curve.ToColumns().ToCsv(path);
        if (report is not null) curve.SaveReport(report);
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["curve"] = new JsonArray([.. curve.Points.Select(EffectVerb.ToJson)]),
                ["draws"] = curve.Draws,
                ["out"] = path,
                ["report"] = report,
                ["seconds"] = watch.Elapsed.TotalSeconds,
            });
        }
        else if (!OutputFile.IsStandardOutput(path))
        {
            Show(query, curve, $"in {watch.Elapsed.TotalSeconds:0.00} s -> {path}{(report is null ? "" : $", {report}")}");
        }

        return ExitCode.Done;
    }

    private void Show(EffectQuery query, EffectCurve curve, string end)
    {
        Session.ConsoleOn(Session.Out).Write(EffectVerb.TableOf(query, [.. curve.Points.Select(point => EffectVerb.Row(query, point))]));
        Session.Out.WriteLine($"{EffectVerb.Drawn(curve.Draws)}, {end}");
    }
}
