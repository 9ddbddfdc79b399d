using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace BgmFunctional.Cli;

/// <summary>Options that several verbs have.</summary>
internal static class CommonOptions
{
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    public static Option<bool> Json() => Flag("--json", "Print one JSON object on standard output, and nothing else there.");

    public static Option<long> Seed() =>
        new Option<long>("--seed") { Description = "Names the random numbers: the same seed gives the same bits." }
            .Numeric("N", "a whole number", _ => true)
            .WithDefault(0);

    public static Option<int> Threads() =>
        Count("--threads", "Threads that share the work; results do not depend on it. All processors if not given.");

    /// <summary>A whole number, 1 or more.</summary>
    public static Option<int> Count(string name, string description) =>
        new Option<int>(name) { Description = description }.Numeric("N", "a whole number, at least 1", value => value >= 1);

    /// <summary>A whole number, 0 or more.</summary>
    public static Option<int> CountFromZero(string name, string description) =>
        new Option<int>(name) { Description = description }.Numeric("N", "a whole number, 0 or more", value => value >= 0);

    /// <summary>A level of intervals or tests.</summary>
    public static Option<double> Alpha(string description) =>
        new Option<double>("--alpha") { Description = description }.Numeric("A", "above 0 and below 1", alpha => alpha is > 0 and < 1);

    /// <summary>Of intervals.</summary>
    public static Option<double> IntervalAlpha() => Alpha("Intervals have level 1 - A.");

    /// <summary>The word that was given for an option, in a validator, when its value may not be there yet.</summary>
    public static string? Text(this OptionResult result) => result.Tokens.FirstOrDefault()?.Value;

    /// <summary>The words of a list with commas between them, of which there are none where it is not given.</summary>
    public static string[] Words(string? list) =>
        (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The value of an option, or null where it is not given and has no default.</summary>
    public static T? Optional<T>(this ParseResult parsed, Option<T> option)
        where T : struct => parsed.GetResult(option) is null ? null : parsed.GetValue(option);

    /// <summary>Whether an option stands on the command line.</summary>
    public static bool IsGiven(this ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <summary>The number that an option has, as JSON.</summary>
    public static string Number<T>(this ParseResult parsed, Option<T> option) => string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(option)}");

    /// <summary>Refuses a word that is none of these.</summary>
    public static void CheckWord(OptionResult result, IReadOnlyList<string> words)
    {
        if (result.Text() is { } word && !words.Contains(word))
        {
            result.AddError($"{result.Option.Name}: found '{word}'; it must be {string.Join(" or ", words)}.");
        }
    }
}
