namespace BgmFunctional.Cli;

/// <summary>How far long work has come: ten lines on standard error.</summary>
/// <param name="output">Takes the lines.</param>
/// <param name="work">What it is.</param>
internal sealed class Tenths(TextWriter output, string work) : IProgress<double>
{
    private int _tenth;

    public void Report(double value)
    {
        var tenth = (int)(10 * value);
        if (tenth == _tenth) return;
        _tenth = tenth;
        output.WriteLine($"{10 * tenth} % of {work}");
    }
}
