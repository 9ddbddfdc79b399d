using System.CommandLine;
using System.CommandLine.Parsing;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>Which effect is asked for, of which model and whom, and how: options of the verbs about effects.</summary>
internal sealed class EffectOptions
{
    private readonly InputFile _model = InputFile.Model();
    private readonly Option<string> _treatment = Required("--treatment", "T", "The node that is set.");
    private readonly Option<string> _outcome = Required("--outcome", "Y", "The node that is looked at.");

    private readonly Option<string> _statistic = Required(
        "--statistic",
        "S",
        "What is asked of it: mean, level<=k, level>=k or level=k of an ordinal node (k a level or its code), mean or quantile:p of a continuous one.");

    private readonly Option<int> _draws = CommonOptions.Count(
        "--draws", "Draws, where the answer is not exact; of a population each row as often as it takes, and twice at least. 100000 if not given.");

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly RefitOptions _refits = new();
    private readonly Option<int> _threads = CommonOptions.Threads();

    /// <summary>Whom it is about.</summary>
    public InputFile Data { get; } = new(
        "--data",
        "POPULATION.csv",
        "Whom it is about: rows of the columns that the treatment does not act on; others are not looked at. The model's own population if not given.")
    {
        Required = false,
    };

    /// <summary>An option that says how often, or of what.</summary>
    public static Option<string> Required(string name, string letter, string description) =>
        new(name) { HelpName = letter, Description = description, Required = true };

    /// <summary>All of them, around what the treatment is set to.</summary>
    public IEnumerable<Option> Around(Option values) =>
        [_model, _treatment, values, _outcome, _statistic, Data, _draws, _seed, .. _refits.All, _threads];

    /// <summary>Refuses options that mean nothing without others.</summary>
    public void Check(CommandResult command) => _refits.Check(command);

    /// <summary>The model.</summary>
    public FittedFlow Flow(ParseResult parsed)
    {
        var model = TramDag.Load(parsed.GetRequiredValue(_model));
        return parsed.Optional(_threads) is { } threads ? model.WithThreads(threads) : model;
    }

    /// <summary>The query, once it is known that the model can answer it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="make">Of treatment, outcome and statistic.</param>
    /// <param name="check">Refuses what cannot be answered.</param>
    public EffectQuery Query(ParseResult parsed, Func<string, string, Statistic, EffectQuery> make, Action<EffectQuery> check)
    {
        var statistic = Statistic.Parse(parsed.GetRequiredValue(_statistic));
        var query = make(parsed.GetRequiredValue(_treatment), parsed.GetRequiredValue(_outcome), statistic);
        query = parsed.Optional(_draws) is { } draws ? query with { Draws = draws } : query;
        check(query);
        return parsed.GetValue(Data) is { } path ? query with { Population = InputFile.Use(path, rows => rows) } : query;
    }

    /// <summary>Names the draws.</summary>
    public long Seed(ParseResult parsed) => parsed.GetValue(_seed);

    /// <summary>The refits for intervals, or null if none are asked for.</summary>
    public FlowBootstrap? Refits(ParseResult parsed, FittedFlow flow, Session session) =>
        _refits.Run(parsed, flow, parsed.GetRequiredValue(_model), session);

    /// <summary>An answer; where the population is refused, or the model, the message names its file.</summary>
    public T Ask<T>(ParseResult parsed, Func<T> work) =>
        InputFile.Naming(_ => parsed.GetValue(Data) ?? parsed.GetRequiredValue(_model), work);
}
