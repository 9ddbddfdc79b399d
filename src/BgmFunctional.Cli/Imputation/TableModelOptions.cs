using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a model of a table is and how it is fitted: a configuration file, and options that win over it.</summary>
internal sealed class TableModelOptions
{
    private readonly Option<int> _latent = CommonOptions.Count("--latent", "Numbers of a row's latent.").WithDefault(10);

    private readonly Option<int> _rank =
        CommonOptions.Count("--rank", "Rank of the covariance that cells share given the latent; diagonal if not given.");

    private readonly Option<string> _categorical =
        new("--categorical") { HelpName = "C1,C2", Description = "Columns of numbers that are categories; texts are anyway." };

    private readonly ConfigurationOptions<BgmSettings> _configuration = new(
        BgmSettings.Empty,
        BgmSettings.Read,
        BgmSettings.Presets,
        "ours, which begin at a factor analysis and leave it where held-out cells say so",
        "Passes of iterative updating over the rows, at most, where cells that are held out tell when to stop.",
        settings => settings.FitOptions);

    private readonly Option<long> _seed =
        new Option<long>("--seed") { Description = "Names the random numbers: the same seed gives the same bits. 0 of the fit and 42 of the chains if not given." }
            .Numeric("N", "a whole number", _ => true);

    /// <summary>Options that mean nothing where no model is learned.</summary>
    public IEnumerable<Option> OfLearning =>
        [_latent, _rank, _categorical, .. _configuration.All];

    public IEnumerable<Option> All => [.. OfLearning, .. Checkpoints.All, _seed];

    /// <summary>Where the fit leaves what it carries, and the chains the rows that are done.</summary>
    public CheckpointOptions Checkpoints { get; } =
        new("Reports of the warm start and then epochs", "what the fit carries, and then the chains a thousand rows at a time");

    /// <summary>Whether the configuration is asked for, and no fit.</summary>
    public bool IsShown(ParseResult parsed) => _configuration.IsShown(parsed);

    /// <summary>The seed, if one is given.</summary>
    public long? Seed(ParseResult parsed) => parsed.Optional(_seed);

    /// <summary>The configuration in effect.</summary>
    public BgmSettings Settings(ParseResult parsed, TextWriter notes) => _configuration.Settings(parsed, Given(parsed), notes);

    /// <summary>The model of a configuration.</summary>
    public Fluent.Bgm Model(ParseResult parsed, BgmSettings settings) =>
        Fluent.Bgm.From(settings).WithCategories(CommonOptions.Words(parsed.GetValue(_categorical)));

    /// <summary>Options of the model's own that are given, as settings.</summary>
    private IEnumerable<(string Name, string Json)> Given(ParseResult parsed)
    {
        if (parsed.IsGiven(_latent)) yield return ("z_dim", parsed.Number(_latent));
        if (parsed.IsGiven(_rank)) yield return ("rank", parsed.Number(_rank));
        if (parsed.IsGiven(_seed)) yield return ("random_seed", parsed.Number(_seed));
    }
}
