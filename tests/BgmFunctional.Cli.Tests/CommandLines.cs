using System.Text.RegularExpressions;

namespace BgmFunctional.Cli.Tests;

/// <summary>Command lines in a text for people, as a shell would take them.</summary>
internal static partial class CommandLines
{
    /// <summary>The lines that begin with bgm, those that go on below joined.</summary>
    public static IEnumerable<string> In(string text) =>
        GoesOn().Replace(text, " ").Split('\n', StringSplitOptions.TrimEntries).Where(line => line.StartsWith("bgm ", StringComparison.Ordinal));

    /// <summary>The words after bgm, out of their quotes.</summary>
    public static string[] Words(string line) => [.. Word().Matches(line).Select(word => word.Value.Trim('\'', '"')).Skip(1)];

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex GoesOn();

    [GeneratedRegex("""'[^']*'|"[^"]*"|[^\s'"]+""")]
    private static partial Regex Word();
}
