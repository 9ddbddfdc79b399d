using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;
using Spectre.Console;
using Columns = BgmFunctional.Fluent.Columns;

namespace BgmFunctional.Cli;

/// <summary>bgm dag effect</summary>
internal sealed class EffectVerb : Verb
{
    private readonly InputFile _model = InputFile.Model();
    private readonly Option<string> _treatment = Required("--treatment", "T", "The node that is set.");

    private readonly Option<string> _values = Required(
        "--values", "V,V", "What it is set to, numbers or levels, separated by commas; the last is compared with the first.");

    private readonly Option<string> _outcome = Required("--outcome", "Y", "The node that is looked at.");

    private readonly Option<string> _statistic = Required(
        "--statistic",
        "S",
        "What is asked of it: mean, level<=k, level>=k or level=k of an ordinal node (k a level or its code), quantile:p of a continuous one.");

    private readonly InputFile _data = new(
        "--data",
        "POPULATION.csv",
        "Whom it is about: rows of the columns that the treatment does not act on; others are not looked at. The model's own population if not given.")
    {
        Required = false,
    };

    private readonly Option<int> _draws = CommonOptions.Count(
        "--draws", "Draws, where the answer is not exact; of a population each row as often as it takes, and twice at least. 100000 if not given.");

    private readonly Option<long> _seed = CommonOptions.Seed();

    private readonly RefitOptions _refits = new();

    private readonly OutputPath _individual = new(
        "OUT.csv", "Takes the effect in each row of the population, with the statistic under each value.", "--individual");

    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();

    public EffectVerb(Session session)
        : base(session, "effect", "What a treatment does to an outcome, on average over a population and row by row.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_model, _treatment, _values, _outcome, _statistic, _data, _draws, _seed, .. _refits.All, _individual, _threads, _json])
        {
            Add(option);
        }

        Validators.Add(CheckIndividual);
        Validators.Add(_refits.Check);
    }

    public override string Examples =>
        """
        bgm dag effect --model model.safetensors --treatment T --values 0,1 --outcome mRS_3m --statistic "level<=2" --data trial.csv
        bgm dag effect --model model.safetensors --treatment T --values 0,1 --outcome mRS_3m --statistic "level<=2" --data trial.csv --bootstrap 1000
        bgm dag effect --model model.safetensors --treatment arm --values low,high --outcome cost --statistic quantile:0.5 --json
        """;

    protected override int Run(ParseResult parsed)
    {
        var individual = _individual.TryRead(parsed);
        var path = parsed.GetRequiredValue(_model);
        var model = TramDag.Load(path);
        var flow = parsed.Optional(_threads) is { } threads ? model.WithThreads(threads) : model;
        var query = Query(parsed, flow);
        var seed = parsed.GetValue(_seed);
        var bootstrap = _refits.Run(parsed, flow, path, Session);
        var effect = InputFile.Naming(
            _ => parsed.GetValue(_data) ?? path,
            () => bootstrap is null ? flow.Effect(query, seed) : flow.Effect(query, bootstrap, seed: seed));
        Session.Cancellation.ThrowIfCancellationRequested();
        if (individual is not null)
        {
            var effects = InputFile.Naming(_ => parsed.GetValue(_data) ?? path, () => flow.IndividualEffects(query, seed));
            ToColumns(query.Treatment, effect, effects).ToCsv(individual);
        }

        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, ToJson(effect));
        }
        else
        {
            Show(query, effect);
        }

        return ExitCode.Done;
    }

    private static Option<string> Required(string name, string letter, string description) =>
        new(name) { HelpName = letter, Description = description, Required = true };

    private void CheckIndividual(CommandResult command)
    {
        if (command.GetResult(_individual) is not null && command.GetResult(_data) is null)
        {
            command.AddError($"{_individual.Name}: it needs {_data.Name}, whose rows have the effects.");
        }
    }

    /// <summary>The query, once it is known that the model can answer it.</summary>
    private EffectQuery Query(ParseResult parsed, FittedFlow flow)
    {
        var treatment = parsed.GetRequiredValue(_treatment);
        var outcome = parsed.GetRequiredValue(_outcome);
        var statistic = Statistic.Parse(parsed.GetRequiredValue(_statistic));
        var words = CommonOptions.Words(parsed.GetRequiredValue(_values));
        var isContinuous = flow.Nodes.Any(node => node.Name == treatment && node.Levels is null);
        if (isContinuous && words.FirstOrDefault(word => Number(word) is null) is { } odd)
        {
            throw new OptionException($"{_values.Name}: found '{odd}'; '{treatment}' is continuous and takes finite numbers.");
        }

        var query = isContinuous
            ? new EffectQuery(treatment, words.Select(word => Number(word)!.Value).ToList(), outcome, statistic)
            : new EffectQuery(treatment, words, outcome, statistic);
        query = parsed.Optional(_draws) is { } draws ? query with { Draws = draws } : query;
        flow.Check(query);
        return parsed.GetValue(_data) is { } path ? query with { Population = InputFile.Use(path, rows => rows) } : query;
    }

    private static double? Number(string word) =>
        double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string TextOf(ValueEstimate value) =>
        value.Level ?? value.Number?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    private static Columns ToColumns(string treatment, EffectEstimate effect, IndividualEffects individual) =>
        effect.PerValue.Zip(individual.PerValue).Aggregate(
            Columns.Empty.With("effect", individual.Effects).With("monteCarloError", individual.MonteCarloErrors),
            (columns, pair) => columns.With($"do({treatment}={TextOf(pair.First)})", pair.Second));

    private static JsonObject ToJson(EffectEstimate effect) =>
        new()
        {
            ["estimate"] = Json.Of(effect.Estimate),
            ["low"] = Json.Of(effect.Low ?? double.NaN),
            ["high"] = Json.Of(effect.High ?? double.NaN),
            ["monteCarloError"] = Json.Of(effect.MonteCarloError),
            ["draws"] = effect.Draws,
            ["perValue"] = new JsonArray([.. effect.PerValue.Select(ToJson)]),
        };

    private static JsonObject ToJson(ValueEstimate value) =>
        new()
        {
            ["value"] = Number(TextOf(value)) is { } number ? Json.Of(number) : TextOf(value),
            ["estimate"] = Json.Of(value.Estimate),
            ["low"] = Json.Of(value.Low ?? double.NaN),
            ["high"] = Json.Of(value.High ?? double.NaN),
        };

    private static string[] Row(string name, double estimate, double? low, double? high, double error) =>
        [
            name,
            Tables.Number(estimate),
            low is { } from && high is { } to ? $"{Tables.Number(from)} to {Tables.Number(to)}" : "",
            error > 0 ? Tables.Number(error) : "",
        ];

    private void Show(EffectQuery query, EffectEstimate effect)
    {
        var (first, last) = (TextOf(effect.PerValue[0]), TextOf(effect.PerValue[^1]));
        var rows = effect.PerValue
            .Select(value => Row($"do({query.Treatment}={TextOf(value)})", value.Estimate, value.Low, value.High, value.MonteCarloError))
            .Append(Row($"{last} against {first}", effect.Estimate, effect.Low, effect.High, effect.MonteCarloError));
        Session.ConsoleOn(Session.Out).Write(Tables.Of(
            [Tables.Names(query.Treatment), Tables.Numbers($"{query.Statistic} of {query.Outcome}"), Tables.Numbers("95 % interval"), Tables.Numbers("Monte Carlo error")],
            [.. rows]));
        Session.Out.WriteLine(effect.Draws > 0 ? $"{effect.Draws} draws for each value" : "exact: nothing was drawn");
    }
}
