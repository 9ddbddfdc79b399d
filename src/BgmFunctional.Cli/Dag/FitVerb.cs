using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm dag fit</summary>
internal sealed class FitVerb : Verb
{
    private const string Constant = "constant";
    private const string Plateau = "plateau";
    private const string OneCycle = "one-cycle";
    private const string Cosine = "cosine";

    private static readonly string[] Schedules = [Constant, Plateau, OneCycle, Cosine];

    private static readonly FitOptions Defaults = new();

    private readonly InputFile _data = InputFile.Data("Training rows, with exactly the graph's nodes as columns.");
    private readonly InputFile _graph = new("--graph", "GRAPH.json", "The graph: node -> kind, levels, parents or terms, transform.");
    private readonly OutputPath _out = new("MODEL.safetensors", "Takes the fitted model.");

    private readonly Option<double> _validation =
        new Option<double>("--validation") { Description = "Share of the rows to hold back at random and judge progress by." }
            .Numeric("SHARE", "a number between 0 and 1", share => share is > 0 and < 1);

    private readonly InputFile _validationData =
        new("--validation-data", "FILE.csv", "Other rows to judge progress by.") { Required = false };

    private readonly Option<int> _epochs =
        CommonOptions.Count("--epochs", "Passes over the data at most.").WithDefault(Defaults.Epochs);

    private readonly Option<double> _learningRate =
        new Option<double>("--learning-rate") { Description = "Step size of Adam at the start." }
            .Numeric("RATE", "a positive number", rate => rate > 0 && double.IsFinite(rate))
            .WithDefault(Defaults.LearningRate);

    private readonly Option<int> _batchSize =
        CommonOptions.Count("--batch-size", "Rows of a step; all rows if there are fewer.").WithDefault(Defaults.BatchSize);

    private readonly Option<string> _schedule =
        new Option<string>("--schedule")
        {
            HelpName = string.Join('|', Schedules),
            Description = "The rate stays, is cut when a node's loss stalls, rises and falls, or falls.",
        }.WithDefault(Constant);

    private readonly Option<int> _plateauPatience =
        CommonOptions.Count(
            "--plateau-patience",
            "With plateau: epochs without improvement before a cut; the recommended 30 if not given.");

    private readonly Option<int> _freezePatience =
        CommonOptions.Count("--freeze-patience", "Epochs without improvement after which a node is done; the fit ends when all are.");

    private readonly Option<bool> _restoreBest =
        CommonOptions.Flag("--restore-best", "Keep each node's weights of its best epoch on the validation rows.");

    private readonly Option<bool> _marginalInit =
        CommonOptions.Flag("--marginal-init", "Start nodes with free intercepts near the distribution of their values.");

    private readonly NetworkOptions _networks = new();

    private readonly Option<bool> _classical =
        CommonOptions.Flag("--classical", "Linear shifts only: the exact maximum of the likelihood, with standard errors.");

    private readonly CheckpointOptions _checkpoints = new("Epochs");
    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json();

    public FitVerb(Session session)
        : base(session, "fit", "Fit a causal flow to data by maximum likelihood.")
    {
        foreach (var option in (IEnumerable<Option>)
            [_data, _graph, _out, _validation, _validationData, _epochs, _learningRate, _batchSize, _schedule,
             _plateauPatience, _freezePatience, _restoreBest, _marginalInit, .. _networks.All, _classical,
             .. _checkpoints.All, _seed, _threads, _json])
        {
            Add(option);
        }

        _schedule.Validators.Add(result => CommonOptions.CheckWord(result, Schedules));
        Validators.Add(CheckTogether);
    }

    public override string Examples =>
        """
        bgm dag fit --data cohort.csv --graph graph.json --out model.safetensors
        bgm dag fit --data cohort.csv --graph graph.json --out model.safetensors \
            --validation 0.1 --epochs 4000 --schedule plateau --freeze-patience 120 --restore-best
        bgm dag fit --data cohort.csv --graph graph.json --out model.safetensors --checkpoint run1 --resume
        bgm dag fit --data cohort.csv --graph linear.json --out model.safetensors --classical

        A graph names each node's parents and how they act: ls a coefficient, cs a curve, ci on the whole distribution.
        {
          "age": { "kind": "continuous" },
          "T": { "kind": "ordinal", "levels": ["no", "yes"], "parents": { "age": "cs" } },
          "outcome": { "kind": "ordinal", "levels": 7, "terms": ["CS(age)", "LS(T)"] }
        }
        """;

    protected override int Run(ParseResult parsed)
    {
        var path = _out.Read(parsed);
        var graph = TramDag.FromFile(parsed.GetRequiredValue(_graph));
        return parsed.GetValue(_classical) ? RunClassical(parsed, graph, path) : RunTraining(parsed, graph, path);
    }

    private int RunClassical(ParseResult parsed, TramDag graph, string path)
    {
        var fitted = _data.Use(parsed, data => graph.FitClassical(data, parsed.Optional(_threads)));
        Session.Cancellation.ThrowIfCancellationRequested();
        fitted.Save(path, FilesOf(parsed));

        var nodes = fitted.Inference();
        var warnings = nodes.SelectMany(node => node.Warnings).ToList();
        if (parsed.GetValue(_json))
        {
            var answer = ToJson(fitted.Summary!);
            answer["logLikelihood"] = Json.Of(nodes.ToDictionary(node => node.Node, node => node.LogLikelihood));
            answer["warnings"] = new JsonArray([.. warnings.Select(warning => JsonValue.Create(warning))]);
            Json.Write(Session.Out, answer);
        }
        else
        {
            Session.ConsoleOn(Session.Out).Write(FitDisplay.Table(fitted.Summary!.Nll, []));
            warnings.ForEach(warning => Session.Out.WriteLine($"warning: {warning}"));
            Session.Out.WriteLine(
                $"{fitted.Rows} rows, {fitted.Summary.Epochs} Newton steps in {fitted.Summary.Seconds:0.00} s -> {path}; see bgm dag summary");
        }

        return ExitCode.Done;
    }

    private int RunTraining(ParseResult parsed, TramDag graph, string path)
    {
        var (training, validation) = Rows(parsed, graph);
        var options = OptionsOf(parsed);
        var isJson = parsed.GetValue(_json);
        var fitted = _checkpoints.OrSayHowToGoOn(options.Checkpoint, Session.Error, () =>
        {
            var fitted = InputFile.Naming(
                refusal => (refusal.IsOfValidation ? parsed.GetValue(_validationData) : null) ?? parsed.GetRequiredValue(_data),
                () => FitDisplay.Show(
                    Session,
                    progress => graph.Fit(training, validation, options, progress, Session.Cancellation)));
            Session.Cancellation.ThrowIfCancellationRequested();
            return fitted;
        });
        if (fitted is null) return ExitCode.Cancelled;
        fitted.Save(path, FilesOf(parsed));

        if (isJson)
        {
            Json.Write(Session.Out, ToJson(fitted.Summary!));
        }
        else
        {
            Session.ConsoleOn(Session.Out).Write(FitDisplay.Table(fitted.Summary!.Nll, []));
            Session.Out.WriteLine(
                $"{training.Rows} rows, {fitted.Summary.Epochs} epochs in {fitted.Summary.Seconds:0.00} s -> {path}");
        }

        return ExitCode.Done;
    }

    private static JsonObject ToJson(FitSummary summary) =>
        new()
        {
            ["nll"] = Json.Of(summary.Nll.Training),
            ["validationNll"] = summary.Nll.Validation is { } validation ? Json.Of(validation) : null,
            ["epochs"] = summary.Epochs,
            ["seconds"] = summary.Seconds,
        };

    private void CheckTogether(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };

        IEnumerable<Option> training =
            [_validation, _validationData, _epochs, _learningRate, _batchSize, _schedule, _plateauPatience, _freezePatience, _restoreBest,
             _marginalInit, .. _networks.All, .. _checkpoints.All, _seed];
        if (Has(_classical) && training.FirstOrDefault(Has) is { } idle)
        {
            result.AddError($"{_classical.Name} takes no {idle.Name}: it has no epochs, rates or random numbers.");
        }

        if (Has(_validation) && Has(_validationData))
        {
            result.AddError($"{_validation.Name} and {_validationData.Name} are given; one of the two will do.");
        }

        if (Has(_restoreBest) && !Has(_validation) && !Has(_validationData))
        {
            result.AddError($"{_restoreBest.Name}: there are no validation rows; add {_validation.Name} or {_validationData.Name}.");
        }

        _checkpoints.Check(result);

        if (Has(_plateauPatience) && result.GetResult(_schedule)?.Text() != Plateau)
        {
            result.AddError($"{_plateauPatience.Name}: it is for another schedule; add {_schedule.Name} {Plateau}.");
        }
    }

    private TrainingFiles FilesOf(ParseResult parsed) =>
        new(parsed.GetRequiredValue(_data), parsed.Optional(_validation), parsed.GetValue(_validationData));

    private (Columns Training, Columns? Validation) Rows(ParseResult parsed, TramDag graph)
    {
        var data = _data.Use(parsed, rows =>
        {
            graph.Check(rows);
            return rows;
        });
        if (parsed.Optional(_validation) is { } share)
        {
            var split = data.Split(share, parsed.GetValue(_seed));
            return (split.Training, split.Validation);
        }

        return (data, parsed.GetValue(_validationData) is { } path ? InputFile.Use(path, rows => rows) : null);
    }

    private FitOptions OptionsOf(ParseResult parsed)
    {
        var options = new FitOptions
        {
            Epochs = parsed.GetValue(_epochs),
            LearningRate = parsed.GetValue(_learningRate),
            BatchSize = parsed.GetValue(_batchSize),
            Schedule = ScheduleOf(parsed),
            FreezePatience = parsed.Optional(_freezePatience),
            RestoreBest = parsed.GetValue(_restoreBest),
            MarginalInit = parsed.GetValue(_marginalInit),
            Seed = parsed.GetValue(_seed),
            Threads = parsed.Optional(_threads) ?? Defaults.Threads,
            Checkpoint = _checkpoints.Plan(parsed, Session.Error),
        };
        return _networks.AddTo(options, parsed);
    }

    private Schedule ScheduleOf(ParseResult parsed) =>
        (parsed.GetValue(_schedule), parsed.Optional(_plateauPatience)) switch
        {
            (Plateau, { } patience) => Schedule.Plateau(patience),
            (Plateau, null) => FitOptions.Recommended.Schedule,
            (OneCycle, _) => Schedule.OneCycle,
            (Cosine, _) => Schedule.Cosine,
            _ => Schedule.Constant,
        };
}
