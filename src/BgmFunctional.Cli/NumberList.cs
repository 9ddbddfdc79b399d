using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace BgmFunctional.Cli;

/// <summary>Numbers on a command line: evenly spaced as 0:3:20, or one by one as 0,0.5,2.</summary>
internal static class NumberList
{
    private const int Most = 100_000;

    /// <summary>An option that takes such numbers; of what is neither, the refusal says what would do.</summary>
    public static Option<string> Create(string name, string description)
    {
        var option = new Option<string>(name)
        {
            HelpName = "LOW:HIGH:COUNT",
            Description = $"{description}: evenly spaced as 0:3:20, or one by one as 0,0.5,2.",
        };
        option.Validators.Add(Check);
        return option;
    }

    /// <summary>The numbers that a text says, or null.</summary>
    public static double[]? Read(string text)
    {
        var isRange = text.Contains(':');
        var numbers = text.Split(isRange ? ':' : ',')
            .Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var x) ? x : double.NaN)
            .ToArray();
        if (!numbers.All(double.IsFinite)) return null;
        if (!isRange) return numbers;
        return numbers is [var low, var high, var count] && low < high && count is >= 2 and <= Most && count == Math.Floor(count)
            ? [.. Enumerable.Range(0, (int)count).Select(i => low + (high - low) * i / (count - 1))]
            : null;
    }

    private static void Check(OptionResult result)
    {
        if (result.Text() is { } text && Read(text) is null)
        {
            result.AddError($"{result.Option.Name}: found '{text}'; it must be LOW:HIGH:COUNT with LOW below HIGH and COUNT at least 2, or numbers separated by commas.");
        }
    }
}
