using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>bgm causal effect</summary>
internal sealed class CausalEffectVerb : Verb
{
    private const string Metropolis = "metropolis";
    private const string Hmc = "hmc";
    private const string Nuts = "nuts";

    private static readonly string[] Samplers = [Metropolis, Hmc, Nuts];
    private static readonly PredictionOptions Defaults = new();

    private readonly InputFiles _model = new(
        "--model",
        "MODEL.safetensors",
        "A model that `bgm causal fit` has written, or several of other seeds, named one by one or by a pattern: their answers are pooled.");

    private readonly InputFile _data = InputFile.Data("Rows whose effect is asked for, with the model's columns; others are not looked at.");

    private readonly Option<string> _xValues = NumberList.Create("--x-values", "Doses of a continuous treatment");

    private readonly Option<double> _alpha = CommonOptions.IntervalAlpha().WithDefault(Defaults.Alpha);

    private readonly Option<string> _sampler =
        new Option<string>("--sampler")
        {
            HelpName = string.Join('|', Samplers),
            Description = "Trajectories from e(V), of fixed length or as long as is worthwhile, or the published random walk from N(0, I).",
        }.WithDefault(Hmc);

    private readonly Option<double> _qSd =
        new Option<double>("--q-sd") { Description = "With metropolis: standard deviation of a proposal; 0 or below: adapted. 1 if not given." }
            .Numeric("SD", "a number", double.IsFinite);

    private readonly Option<int> _draws = CommonOptions.Count(
        "--draws", "Transitions of a chain after burn-in, of which two thousand are kept at most; 400 if not given, 3000 of metropolis.");

    private readonly Option<int> _burnIn = CommonOptions.CountFromZero(
        "--burn-in", "Transitions of a chain that tune the sampler; 100 if not given, 300 of nuts, 5000 of metropolis.");

    private readonly Option<int> _chains =
        CommonOptions.Count("--chains", "Chains of each row, which R-hat compares.").WithDefault(Defaults.Chains);

    private readonly Option<int> _weightDraws = CommonOptions.Count(
        "--weight-draws", "Draws of the networks' weights through which a chain passes, others for each chain, at most as many as its draws; 400 if not given, 50 of metropolis.");

    private readonly Option<bool> _drawn = CommonOptions.Flag(
        "--sample-outcome", "Intervals of outcomes that are drawn with their noise (predictive) instead of mean outcomes (credible).");

    private readonly Option<bool> _mean = CommonOptions.Flag(
        "--mean-outcome", "Intervals of mean outcomes (credible), as without this option.");

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly OutputPath _out = new("EFFECT.csv", "Takes row,mean,low,high of a binary treatment, x,mean,low,high of a continuous one.");
    private readonly OutputPath _report = new("OUT.html", "Takes a page with the curve, or the distribution of effects.", "--report");
    private readonly Option<bool> _json = CommonOptions.Json();

    public CausalEffectVerb(Session session)
        : base(session, "effect", "What the treatment does to the outcome, on average and row by row, with posterior intervals.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_model, _data, _xValues, _alpha, _sampler, _qSd, _draws, _burnIn, _chains, _weightDraws, _drawn, _mean, _seed, _threads, _out, _report, _json])
        {
            Add(option);
        }

        _sampler.Validators.Add(result => CommonOptions.CheckWord(result, Samplers));
        Validators.Add(CheckTogether);
    }

    public override string Examples =>
        """
        bgm causal effect --model model.safetensors --data rows.csv --x-values 0:3:20 --out effect.csv --report effect.html
        bgm causal effect --model model.safetensors --data trial.csv --alpha 0.05 --sampler nuts --out effect.csv --json
        bgm causal effect --model 'fit-*.safetensors' --data trial.csv --out effect.csv
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var (path, report) = (_out.Read(parsed), _report.TryRead(parsed));
        FittedCausalBgm[] models = [.. _model.Read(parsed).Select(FittedCausalBgm.Load)];
        var progress = new Tenths(Session.Error, "the chains");
        var effect = _data.Use(parsed, data => FittedCausalBgm.PredictPooled(models, data, OptionsOf(parsed), progress, Session.Cancellation));
        Session.Cancellation.ThrowIfCancellationRequested();
        effect.ToColumns().ToCsv(path);
        if (report is not null) effect.SaveReport(report);
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, ToJson(effect, watch.Elapsed.TotalSeconds));
        }
        else if (!OutputFile.IsStandardOutput(path))
        {
            Show(effect, models[0], $"in {watch.Elapsed.TotalSeconds:0.0} s -> {path}{(report is null ? "" : $", {report}")}");
        }

        return ExitCode.Done;
    }

    private void CheckTogether(CommandResult result)
    {
        if (result.GetResult(_qSd) is { Implicit: false } && result.GetResult(_sampler)?.Text() != Metropolis)
        {
            result.AddError($"{_qSd.Name}: it is for another sampler; add {_sampler.Name} {Metropolis}.");
        }

        if (result.GetResult(_mean) is { Implicit: false } && result.GetResult(_drawn) is { Implicit: false })
        {
            result.AddError($"{_mean.Name} and {_drawn.Name} are given; one of the two will do.");
        }
    }

    private PredictionOptions OptionsOf(ParseResult parsed)
    {
        var sampler = (parsed.GetValue(_sampler), parsed.Optional(_qSd)) switch
        {
            (Metropolis, { } sd) => PredictionOptions.RandomWalk(sd),
            (Metropolis, null) => PredictionOptions.Published,
            (Nuts, _) => PredictionOptions.Nuts,
            _ => Defaults,
        };
        return sampler with
        {
            Chains = parsed.GetValue(_chains),
            WeightDraws = parsed.Optional(_weightDraws) ?? sampler.WeightDraws,
            BurnIn = parsed.Optional(_burnIn) ?? sampler.BurnIn,
            Draws = parsed.Optional(_draws) ?? sampler.Draws,
            Alpha = parsed.GetValue(_alpha),
            DrawsOutcomes = parsed.GetValue(_drawn),
            Doses = parsed.GetValue(_xValues) is { } text ? NumberList.Read(text)! : [],
            Seed = parsed.GetValue(_seed),
            Threads = parsed.Optional(_threads) ?? Defaults.Threads,
        };
    }

    private static string IntervalOf(EffectPrediction effect) => effect.IsPredictive ? "predictive" : "credible";

    private static JsonObject ToJson(EffectPrediction effect, double seconds)
    {
        var json = new JsonObject();
        if (effect.Average is { } average) json["ate"] = ToJson(average);
        if (effect.AverageOfTreated is { } treated) json["att"] = ToJson(treated);
        if (effect.Curve is { } curve)
        {
            json["adrf"] = new JsonArray([.. curve.Select(point =>
            {
                var item = ToJson(point.Outcome);
                item.Insert(0, "x", Json.Of(point.X));
                return item;
            })]);
        }

        json["interval"] = IntervalOf(effect);
        json["fits"] = effect.Fits;
        json["acceptance"] = Json.Of(effect.Acceptance);
        json["rHat"] = Json.Of(effect.RHat);
        json["ess"] = Json.Of(effect.Ess);
        json["rowsConverged"] = Json.Of(effect.RowsConverged);
        json["warnings"] = new JsonArray([.. effect.Warnings.Select(warning => JsonValue.Create(warning))]);
        json["seconds"] = seconds;
        return json;
    }

    private static JsonObject ToJson(PosteriorInterval interval) =>
        new() { ["mean"] = Json.Of(interval.Mean), ["low"] = Json.Of(interval.Low), ["high"] = Json.Of(interval.High) };

    private void Show(EffectPrediction effect, FittedCausalBgm model, string end)
    {
        var ends = $"{100 * (1 - effect.Alpha):0.##} % {IntervalOf(effect)} interval";
        string[] Row(string name, PosteriorInterval interval) =>
            [name, Tables.Number(interval.Mean), Tables.Number(interval.Low), Tables.Number(interval.High)];

        var rows = effect.Curve is { } curve
            ? curve.Select(point => Row(Tables.Number(point.X), point.Outcome))
            : new[] { ("ATE", effect.Average), ("ATT", effect.AverageOfTreated) }
                .Where(item => item.Item2 is not null)
                .Select(item => Row(item.Item1, item.Item2!));
        var head = effect.Curve is null ? Tables.Names($"{model.Treatment} on {model.Outcome}") : Tables.Numbers(model.Treatment);
        Session.ConsoleOn(Session.Out).Write(
            Tables.Of([head, Tables.Numbers("mean"), Tables.Numbers($"{ends}: low"), Tables.Numbers("high")], [.. rows]));
        foreach (var warning in effect.Warnings) Session.Out.WriteLine($"warning: {warning}");
        Session.Out.WriteLine(
            $"{(effect.Fits == 1 ? "" : $"{effect.Fits} fits, ")}acceptance {effect.Acceptance:0.00}, R-hat {effect.RHat:0.000}, {effect.Ess:0} effective draws, {100 * effect.RowsConverged:0.#} % of rows converged, {end}");
    }
}
