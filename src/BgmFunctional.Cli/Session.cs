using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>What a run of the command talks to.</summary>
/// <param name="Out">Answers.</param>
/// <param name="Error">Refusals and progress.</param>
/// <param name="Cancellation">Asks for an orderly end.</param>
public sealed record Session(TextWriter Out, TextWriter Error, CancellationToken Cancellation)
{
    private const int WidthOfFiles = 120;

    /// <summary>Tables and colours on a writer; plain text where it is no terminal.</summary>
    internal static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        if (output.IsTerminal)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = output });
        }

        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Out = output, Ansi = AnsiSupport.No });
        plain.Profile.Width = WidthOfFiles;
        return plain;
    }
}
