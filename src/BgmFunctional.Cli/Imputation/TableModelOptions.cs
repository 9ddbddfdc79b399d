using System.CommandLine;
using System.Globalization;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a model of a table is and how it is fitted: a configuration file, and options that win over it.</summary>
internal sealed class TableModelOptions
{
    private const string Recommended = "recommended";

    private static readonly BgmFitOptions Defaults = BgmSettings.Recommended.FitOptions;
    private static readonly BgmFitOptions Published = new();

    private readonly Option<int> _latent = CommonOptions.Count("--latent", "Numbers of a row's latent.").WithDefault(10);

    private readonly Option<int> _rank =
        CommonOptions.Count("--rank", "Rank of the covariance that cells share given the latent; diagonal if not given.");

    private readonly Option<string> _categorical =
        new("--categorical") { HelpName = "C1,C2", Description = "Columns of numbers that are categories; texts are anyway." };

    private readonly Option<string> _preset =
        new Option<string>("--preset")
        {
            HelpName = string.Join('|', BgmSettings.Presets),
            Description = "Settings that go together: as the authors' package has them, or for tables of hundreds or thousands of rows; "
                + "what is given beside it wins.",
        }.WithDefault(Recommended);

    private readonly Option<string> _config =
        new("--config") { HelpName = "CONFIG.json", Description = "Settings by their published names (lr_theta, g_units …); options win over it." };

    private readonly Option<bool> _show =
        CommonOptions.Flag("--show-config", "Print every setting with its value, as a configuration that can be given again, and do no more.");

    private readonly Option<int> _epochs = CommonOptions.Count(
        "--epochs",
        "Passes of iterative updating over the rows, at most, where cells that are held out tell when to stop. "
            + OfPresets(options => options.Epochs));

    private readonly Option<int> _egmIterations =
        CommonOptions.CountFromZero("--egm-iterations", "Iterations of the warm start; 0: none. " + OfPresets(options => options.EgmIterations));

    private readonly Option<int> _batchSize =
        CommonOptions.Count("--batch-size", "Rows of a step; all rows if there are fewer.").WithDefault(Defaults.BatchSize);

    private readonly Option<long> _seed =
        new Option<long>("--seed") { Description = "Names the random numbers: the same seed gives the same bits. 0 of the fit and 42 of the chains if not given." }
            .Numeric("N", "a whole number", _ => true);

    public TableModelOptions() => _preset.Validators.Add(result => CommonOptions.CheckWord(result, BgmSettings.Presets));

    /// <summary>What a setting is that presets differ in.</summary>
    private static string OfPresets(Func<BgmFitOptions, int> setting) =>
        $"{setting(Defaults)} if not given, {setting(Published)} with --preset published.";

    /// <summary>Options that mean nothing where no model is learned.</summary>
    public IEnumerable<Option> OfLearning =>
        [_latent, _rank, _categorical, _preset, _config, _show, _epochs, _egmIterations, _batchSize, .. Checkpoints.All];

    public IEnumerable<Option> All => [.. OfLearning, _seed];

    /// <summary>Where the fit leaves what it carries.</summary>
    public CheckpointOptions Checkpoints { get; } = new("Reports of the warm start and then epochs");

    /// <summary>Whether the configuration is asked for, and no fit.</summary>
    public bool IsShown(ParseResult parsed) => parsed.GetValue(_show);

    /// <summary>The seed, if one is given.</summary>
    public long? Seed(ParseResult parsed) => parsed.Optional(_seed);

    /// <summary>The configuration in effect.</summary>
    public BgmSettings Settings(ParseResult parsed, TextWriter notes)
    {
        var settings = parsed.GetValue(_config) is { } path ? BgmSettings.Read(path) : BgmSettings.Empty;
        foreach (var note in settings.Notes) notes.WriteLine(note);
        if (parsed.GetResult(_preset) is { Implicit: false } || !settings.Has("preset")) settings = settings.With("preset", $"\"{parsed.GetValue(_preset)}\"");
        return Given(parsed).Aggregate(settings, (settings, given) => settings.With(given.Name, given.Json));
    }

    /// <summary>The model of a configuration.</summary>
    public Fluent.Bgm Model(ParseResult parsed, BgmSettings settings) =>
        Fluent.Bgm.From(settings).WithCategories(
            (parsed.GetValue(_categorical) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The options that are given, as settings.</summary>
    private IEnumerable<(string Name, string Json)> Given(ParseResult parsed)
    {
        bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };
        string Number<T>(Option<T> option) => string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(option)}");

        if (Has(_latent)) yield return ("z_dim", Number(_latent));
        if (Has(_rank)) yield return ("rank", Number(_rank));
        if (Has(_epochs)) yield return ("epochs", Number(_epochs));
        if (Has(_batchSize)) yield return ("batch_size", Number(_batchSize));
        if (Has(_seed)) yield return ("random_seed", Number(_seed));
        if (Has(_egmIterations))
        {
            yield return ("egm_n_iter", Number(_egmIterations));
            yield return ("use_egm_init", parsed.GetValue(_egmIterations) > 0 ? "true" : "false");
        }
    }
}
