using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using System.Text.Json.Nodes;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>bgm impute</summary>
internal sealed class ImputeVerb : Verb
{
    private const string Hmc = "hmc";
    private const string Nuts = "nuts";

    private static readonly string[] Samplers = [Hmc, Nuts];
    private static readonly ImputeOptions Defaults = new();

    private readonly InputFile _data = InputFile.Data("Rows with holes to fill.");
    private readonly MissingMarks _missing = new();

    private readonly InputFile _train = new("--train", "FILE.csv", "Rows to learn from, with or without holes; those of --data if not given.") { Required = false };

    private readonly InputFile _model = new("--model", "MODEL.safetensors", "A model that `bgm impute --save` has written, instead of learning one.") { Required = false };

    private readonly TableModelOptions _settings = new();

    private readonly Option<double> _alpha = CommonOptions.IntervalAlpha().WithDefault(Defaults.Alpha);

    private readonly Option<int> _imputations = CommonOptions.Count(
        "--imputations", "Completed tables with a posterior draw in every hole, for pooling, written as FILLED-1.csv to FILLED-M.csv beside --out.");

    private readonly Option<string> _sampler =
        new Option<string>("--sampler")
        {
            HelpName = string.Join('|', Samplers),
            Description = "Trajectories of fixed length, as published, or as long as is worthwhile.",
        }.WithDefault(Hmc);

    private readonly Option<bool> _quick = CommonOptions.Flag(
        "--quick",
        "No-U-turn chains from each row's code: 4 of 300 transitions that tune and 250 draws, about as good in half the time, with --chains 1 in a fifth; what is given beside it wins.");

    private readonly Option<int> _draws =
        CommonOptions.Count("--draws", "Transitions of a chain after burn-in, of which a thousand are kept at most.").WithDefault(Defaults.Draws);

    private readonly Option<int> _burnIn =
        CommonOptions.CountFromZero("--burn-in", "Transitions of a chain that tune the sampler.").WithDefault(Defaults.BurnIn);

    private readonly Option<int> _chains = CommonOptions.Count(
        "--chains", "Chains of each row; 1 if not given, of a Bayesian network 4, each under a draw of its weights.");

    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly OutputPath _out = new("FILLED.csv", "Takes the table; what is seen comes back as it stands in --data.");
    private readonly OutputPath _intervals = new("INTERVALS.csv", "Takes row,column,mean,low,high of every hole.", "--intervals");
    private readonly OutputPath _save = new("MODEL.safetensors", "Takes the model that was learned, as soon as it is.", "--save");
    private readonly Option<bool> _json = CommonOptions.Json();

    public ImputeVerb(Session session)
        : base(session, "impute", "Fills the holes of a table, with intervals, by a generative model of its rows (BGM).")
    {
        foreach (var option in (IEnumerable<Option>)
            [_data, _missing, _train, _model, .. _settings.All, _alpha, _imputations, _sampler, _quick, _draws, _burnIn, _chains, _threads, _out, _intervals,
             _save, _json])
        {
            Add(option);
        }

        _sampler.Validators.Add(result => CommonOptions.CheckWord(result, Samplers));
        Validators.Add(CheckTogether);
    }

    public override string Examples =>
        """
        bgm impute --data holes.csv --out filled.csv --intervals intervals.csv
        bgm impute --data holes.csv --latent 5 --imputations 20 --save model.safetensors --seed 7 --out filled.csv --json
        bgm impute --data new.csv --model model.safetensors --sampler nuts --draws 1000 --burn-in 500 --out filled.csv
        bgm impute --data breast.csv --missing '?' --out filled.csv
        bgm impute --data large.csv --quick --chains 1 --out filled.csv

        A configuration has settings by their published names; --show-config prints them all.
        { "z_dim": 5, "use_bnn": true, "g_units": [64, 64], "lr_theta": 1e-3, "epochs": 50 }
        """;

    protected override int Run(ParseResult parsed)
    {
        var watch = Stopwatch.StartNew();
        var settings = _settings.Settings(parsed, Session.Error);
        if (_settings.IsShown(parsed))
        {
            Session.Out.Write(settings.ToJson());
            return ExitCode.Done;
        }

        var (path, intervals, save) = (_out.Read(parsed), _intervals.TryRead(parsed), _save.TryRead(parsed));
        var completed = Completed(path, parsed.Optional(_imputations) ?? 0);
        var file = parsed.GetRequiredValue(_data);
        var data = _missing.Read(parsed, file);
        var plan = _settings.Checkpoints.Plan(parsed, Session.Error);
        var imputed = _settings.Checkpoints.OrSayHowToGoOn(plan, Session.Error, () =>
        {
            var (model, chains) = parsed.GetValue(_model) is { } known
                ? (FittedBgm.Load(known), plan)
                : (Learn(parsed, settings, plan, file, data), plan is null ? null : new(Path.Combine(plan.Folder, "chains")) { Resume = plan.Resume });
            if (save is not null) model.Save(save); // before the chains, which may take longer than the fit and be given up
            var options = OptionsOf(parsed) with { Checkpoint = chains };
            return InputFile.Naming(_ => file, () => model.Impute(data, options, new Tenths(Session.Error, "the chains"), Session.Cancellation));
        });
        if (imputed is null) return ExitCode.Cancelled;
        Session.Cancellation.ThrowIfCancellationRequested();
        if (intervals is not null) imputed.IntervalsToColumns().ToCsv(intervals);
        foreach (var (target, table) in completed.Zip(imputed.Completed)) table.ToCsv(target);
        imputed.Table.ToCsv(path);
        if (!OutputFile.IsStandardOutput(path)) Show(parsed, imputed, watch.Elapsed.TotalSeconds, path);
        return ExitCode.Done;
    }

    /// <summary>The files of completed tables, once it is known that they can be written.</summary>
    private static string[] Completed(string path, int count)
    {
        var (folder, name, kind) = (Path.GetDirectoryName(path), Path.GetFileNameWithoutExtension(path), Path.GetExtension(path));
        string[] files = [.. Enumerable.Range(1, count).Select(m => Path.Combine(folder ?? "", $"{name}-{m}{kind}"))];
        foreach (var file in files) OutputFile.Check(file);
        return files;
    }

    private void CheckTogether(CommandResult result)
    {
        bool Has(Option option) => result.GetResult(option) is { Implicit: false };
        IEnumerable<Option> ofLearning = [_train, _save, .. _settings.OfLearning];
        if (Has(_model) && ofLearning.FirstOrDefault(Has) is { } surplus)
        {
            result.AddError($"{surplus.Name}: the model is there already and nothing is learned; leave out {surplus.Name}, or {_model.Name}.");
        }

        if (Has(_imputations) && result.GetResult(_out)?.Text() == "-")
        {
            result.AddError($"{_imputations.Name}: completed tables are written beside {_out.Name}; name a file there.");
        }

        if (Has(_quick) && Has(_sampler))
        {
            result.AddError($"{_sampler.Name}: {_quick.Name} takes the no-U-turn sampler; leave out one of them.");
        }

        _settings.Checkpoints.Check(result);
    }

    private FittedBgm Learn(ParseResult parsed, BgmSettings settings, CheckpointPlan? plan, string file, Columns data)
    {
        var source = parsed.GetValue(_train) ?? file;
        var rows = source == file ? data : _missing.Read(parsed, source);
        var options = settings.FitOptions with { Checkpoint = plan, Threads = Threads(parsed) };
        var model = _settings.Model(parsed, settings);
        Check(source, rows);
        Check(file, data);
        return InputFile.Naming(_ => source, () => model.Fit(rows, options, new TableFitDisplay(Session.Error), Session.Cancellation));

        void Check(string path, Columns filled) => InputFile.Naming(_ => path, () =>
        {
            model.Check(rows, filled, OptionsOf(parsed));
            return true;
        });
    }

    private int Threads(ParseResult parsed) => parsed.Optional(_threads) ?? Defaults.Threads;

    private ImputeOptions OptionsOf(ParseResult parsed)
    {
        var options = parsed.GetValue(_quick) ? ImputeOptions.Quick : parsed.GetValue(_sampler) == Nuts ? ImputeOptions.Nuts : Defaults;
        return options with
        {
            Chains = parsed.Optional(_chains) ?? options.Chains,
            BurnIn = parsed.IsGiven(_burnIn) ? parsed.GetValue(_burnIn) : options.BurnIn,
            Draws = parsed.IsGiven(_draws) ? parsed.GetValue(_draws) : options.Draws,
            Alpha = parsed.GetValue(_alpha),
            Imputations = parsed.Optional(_imputations) ?? 0,
            Seed = _settings.Seed(parsed) ?? Defaults.Seed,
            Threads = Threads(parsed),
        };
    }

    private void Show(ParseResult parsed, ImputedTable imputed, double seconds, string path)
    {
        if (parsed.GetValue(_json))
        {
            Json.Write(Session.Out, new()
            {
                ["rows"] = imputed.Table.Rows,
                ["rowsWithHoles"] = imputed.Rows,
                ["cells"] = imputed.Cells,
                ["acceptance"] = Json.Of(imputed.Acceptance),
                ["divergences"] = imputed.Divergences,
                ["rHat"] = Json.Of(imputed.RHat),
                ["ess"] = Json.Of(imputed.Ess),
                ["rowsConverged"] = Json.Of(imputed.RowsConverged),
                ["warnings"] = new JsonArray([.. imputed.Warnings.Select(warning => JsonValue.Create(warning))]),
                ["seconds"] = seconds,
            });
            return;
        }

        foreach (var warning in imputed.Warnings) Session.Out.WriteLine($"warning: {warning}");
        var chains = imputed.Cells == 0
            ? ""
            : $", acceptance {imputed.Acceptance:0.00}, R-hat {imputed.RHat:0.000}, {imputed.Ess:0} effective draws, {100 * imputed.RowsConverged:0.#} % of rows converged";
        Session.Out.WriteLine($"{imputed.Cells} cells of {imputed.Rows} rows filled{chains}, in {seconds:0.0} s -> {path}");
    }
}
