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
    private readonly EffectOptions _effect = new();

    private readonly Option<string> _values = EffectOptions.Required(
        "--values", "V,V", "What it is set to, numbers or levels, separated by commas; the last is compared with the first.");

    private readonly OutputPath _individual = new(
        "OUT.csv", "Takes the effect in each row of the population, with the statistic under each value.", "--individual");

    private readonly Option<bool> _json = CommonOptions.Json();

    public EffectVerb(Session session)
        : base(session, "effect", "What a treatment does to an outcome, on average over a population and row by row.")
    {
        foreach (var option in (IEnumerable<Option>)[.. _effect.Around(_values), _individual, _json])
        {
            Add(option);
        }

        Validators.Add(CheckIndividual);
        Validators.Add(_effect.Check);
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
        var flow = _effect.Flow(parsed);
        var query = _effect.Query(parsed, (treatment, outcome, statistic) => Query(parsed, flow, treatment, outcome, statistic), flow.Check);
        var seed = _effect.Seed(parsed);
        var refits = _effect.Refits(parsed, flow, Session);
        var effect = _effect.Ask(parsed, () => refits is null ? flow.Effect(query, seed) : flow.Effect(query, refits, seed: seed));
        Session.Cancellation.ThrowIfCancellationRequested();
        if (individual is not null)
        {
            var effects = _effect.Ask(parsed, () => flow.IndividualEffects(query, seed));
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

    /// <summary>What the verbs about effects print of the statistic under a value.</summary>
    public static JsonObject ToJson(ValueEstimate value) =>
        new()
        {
            ["value"] = Number(TextOf(value)) is { } number ? Json.Of(number) : TextOf(value),
            ["estimate"] = Json.Of(value.Estimate),
            ["low"] = Json.Of(value.Low ?? double.NaN),
            ["high"] = Json.Of(value.High ?? double.NaN),
        };

    /// <summary>A row of <see cref="TableOf"/>.</summary>
    public static string[] Row(EffectQuery query, ValueEstimate value) =>
        Row($"do({query.Treatment}={TextOf(value)})", value.Estimate, value.Low, value.High, value.MonteCarloError);

    /// <summary>The statistic under each value, as a table.</summary>
    public static Table TableOf(EffectQuery query, IReadOnlyList<string[]> rows) =>
        Tables.Of(
            [Tables.Names(query.Treatment), Tables.Numbers($"{query.Statistic} of {query.Outcome}"), Tables.Numbers("95 % interval"), Tables.Numbers("Monte Carlo error")],
            rows);

    /// <summary>How often anything was drawn, in words.</summary>
    public static string Drawn(int draws) => draws > 0 ? $"{draws} draws for each value" : "exact: nothing was drawn";

    private void CheckIndividual(CommandResult command)
    {
        if (command.GetResult(_individual) is not null && command.GetResult(_effect.Data) is null)
        {
            command.AddError($"{_individual.Name}: it needs {_effect.Data.Name}, whose rows have the effects.");
        }
    }

    private EffectQuery Query(ParseResult parsed, FittedFlow flow, string treatment, string outcome, Statistic statistic)
    {
        var words = CommonOptions.Words(parsed.GetRequiredValue(_values));
        var isContinuous = flow.Nodes.Any(node => node.Name == treatment && node.Levels is null);
        if (isContinuous && words.FirstOrDefault(word => Number(word) is null) is { } odd)
        {
            throw new OptionException($"{_values.Name}: found '{odd}'; '{treatment}' is continuous and takes finite numbers.");
        }

        return isContinuous
            ? new(treatment, words.Select(word => Number(word)!.Value).ToList(), outcome, statistic)
            : new(treatment, words, outcome, statistic);
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
            .Select(value => Row(query, value))
            .Append(Row($"{last} against {first}", effect.Estimate, effect.Low, effect.High, effect.MonteCarloError));
        Session.ConsoleOn(Session.Out).Write(TableOf(query, [.. rows]));
        Session.Out.WriteLine(Drawn(effect.Draws));
    }
}
