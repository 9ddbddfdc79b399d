using System.CommandLine;
using System.Text.Json.Nodes;

namespace BgmFunctional.Cli;

/// <summary>How strictly a model is checked, and where what was found goes.</summary>
/// <param name="level">What the level is of.</param>
/// <param name="alpha">The level unless given.</param>
/// <param name="bound">The bound of overlap unless given.</param>
/// <param name="report">Takes a page, if it is given.</param>
internal sealed class CheckingOptions(string level, double alpha, double bound, OutputPath report)
{
    private readonly Option<double> _alpha = CommonOptions.Alpha(level).WithDefault(alpha);

    private readonly Option<double> _bound =
        new Option<double>("--bound") { Description = "A propensity below it is scarce, for two arms; for K arms 2/K of it." }
            .Numeric("B", "above 0 and below 0.5", value => value is > 0 and < 0.5)
            .WithDefault(bound);

    private readonly Option<long> _seed = CommonOptions.Seed();
    private readonly Option<int> _threads = CommonOptions.Threads();
    private readonly Option<bool> _strict = CommonOptions.Flag("--strict", $"End with exit code {ExitCode.Doubtful} if there is a warning.");
    private readonly Option<bool> _json = CommonOptions.Json();

    public IEnumerable<Option> All => [_alpha, _bound, _seed, _threads, report, _strict, _json];

    public double Alpha(ParseResult parsed) => parsed.GetValue(_alpha);

    public double Bound(ParseResult parsed) => parsed.GetValue(_bound);

    public long Seed(ParseResult parsed) => parsed.GetValue(_seed);

    public int? Threads(ParseResult parsed) => parsed.Optional(_threads);

    /// <summary>Where the page goes, once it is known that it can be written there, or null if none is asked for.</summary>
    public string? Report(ParseResult parsed) => report.TryRead(parsed);

    /// <summary>Writes what was found as it is asked for; the exit code.</summary>
    public int Tell(
        ParseResult parsed,
        Session session,
        IReadOnlyList<string> warnings,
        string? page,
        Action<string> save,
        Func<JsonObject> toJson,
        Action show)
    {
        session.Cancellation.ThrowIfCancellationRequested();
        if (page is not null) save(page);
        if (parsed.GetValue(_json))
        {
            Json.Write(session.Out, toJson());
        }
        else
        {
            show();
            if (page is not null) session.Out.WriteLine($"-> {page}");
        }

        return parsed.GetValue(_strict) && warnings.Count > 0 ? ExitCode.Doubtful : ExitCode.Done;
    }
}
