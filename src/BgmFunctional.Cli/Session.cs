using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>What a run of the command talks to.</summary>
/// <param name="Out">Answers.</param>
/// <param name="Error">Refusals and progress.</param>
/// <param name="Cancellation">Asks for an orderly end.</param>
public sealed record Session(TextWriter Out, TextWriter Error, CancellationToken Cancellation)
{
    private const int Width = 120;

    /// <summary>
    /// Tables and colours on a writer; plain text where it is no terminal. A terminal that is too narrow for a table folds its lines: numbers
    /// that are broken in their cells could not be read.
    /// </summary>
    internal static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        var ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No;
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = output, Ansi = ansi });
        console.Profile.Width = output.IsTerminal ? Math.Max(console.Profile.Width, Width) : Width;
        return console;
    }
}
