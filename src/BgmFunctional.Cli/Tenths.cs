using System.Diagnostics;

namespace BgmFunctional.Cli;

/// <summary>How far long work has come: ten lines on standard error, and one after a minute, with the time that is left where it is long.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="work">What it is.</param>
internal sealed class Tenths(TextWriter output, string work) : IProgress<double>
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private int _tenth;
    private bool _isSilent = true;

    public void Report(double value)
    {
        var tenth = (int)(10 * value);
        if (tenth == _tenth && !(_isSilent && value > 0 && _watch.Elapsed > Long)) return;
        (_tenth, _isSilent) = (tenth, false);
        output.WriteLine($"{(tenth > 0 ? 10 * tenth : 100 * value):0.#} % of {work}{Left(_watch.Elapsed * ((1 - value) / value))}");
    }

    private static string Left(TimeSpan time) =>
        time < Long ? ""
        : time < TimeSpan.FromHours(2) ? $", about {time.TotalMinutes:0} min to go"
        : $", about {time.TotalHours:0} h to go";
}
