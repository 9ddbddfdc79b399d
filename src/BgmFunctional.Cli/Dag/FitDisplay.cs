using System.Diagnostics;
using BgmFunctional.Fluent;
using Spectre.Console;

namespace BgmFunctional.Cli;

/// <summary>What a fit shows on standard error: a live table on a terminal, ten quiet lines in a file.</summary>
internal static class FitDisplay
{
    private const int Lines = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs a fit and shows how far it has come.</summary>
    public static FittedFlow Show(Session session, Func<IProgress<FitProgress>, FittedFlow> fit)
    {
        var console = Session.ConsoleOn(session.Error);
        return console.Profile.Out.IsTerminal && console.Profile.Capabilities.Ansi
            ? Live(console, fit)
            : fit(new Reporter(progress => WriteLine(session.Error, progress)));
    }

    /// <summary>Losses by node; those that are still learning are marked.</summary>
    public static Table Table(Losses losses, IReadOnlyCollection<string> active) =>
        Tables.Of(
            [Tables.Names("node"), Tables.Numbers("nll"), Tables.Numbers("validation nll"), Tables.Names("")],
            [.. losses.Training.Keys.Select(node => Row(node, losses, active))]);

    private static string[] Row(string node, Losses losses, IReadOnlyCollection<string> active) =>
        [
            node,
            Tables.Number(losses.Training[node]),
            losses.Validation is { } validation ? Tables.Number(validation[node]) : "",
            active.Contains(node) ? "learning" : "",
        ];

    private static FittedFlow Live(IAnsiConsole console, Func<IProgress<FitProgress>, FittedFlow> fit) =>
        console.Live(Text.Empty).AutoClear(true).Start(live =>
        {
            var watch = Stopwatch.StartNew();
            var shown = -Pause;
            return fit(new Reporter(progress =>
            {
                if (watch.Elapsed - shown >= Pause)
                {
                    shown = watch.Elapsed;
                    live.UpdateTarget(View(progress));
                }
            }));
        });

    private static Rows View(FitProgress progress) =>
        new(
            Table(progress.Losses, progress.Active),
            new Text($"epoch {progress.Epoch} of at most {progress.Epochs}"));

    private static void WriteLine(TextWriter output, FitProgress progress)
    {
        if (progress.Epoch * Lines / progress.Epochs > (progress.Epoch - 1) * Lines / progress.Epochs)
        {
            var losses = progress.Losses.Validation ?? progress.Losses.Training;
            output.WriteLine($"epoch {progress.Epoch} of at most {progress.Epochs}, nll {losses.Values.Sum():0.0000}");
        }
    }

    private sealed class Reporter(Action<FitProgress> report) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => report(value);
    }
}
