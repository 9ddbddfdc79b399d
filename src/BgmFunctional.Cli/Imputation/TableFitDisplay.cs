using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a fit of a table shows on standard error: ten lines a stage.</summary>
/// <param name="output">Takes the lines.</param>
internal sealed class TableFitDisplay(TextWriter output) : IProgress<BgmFitProgress>
{
    private const int Lines = 10;
    private (bool IsWarmStart, int Tenth) _last = (true, 0);

    public void Report(BgmFitProgress value)
    {
        if (value.HeldOut is { } logDensity)
        {
            output.WriteLine($"epoch {value.Step} of a first fit: log density of a cell that it does without {Tables.Number(logDensity)}");
            return;
        }

        var now = (value.IsWarmStart, (int)((long)value.Step * Lines / value.Steps));
        if (now == _last) return;
        _last = now;
        var error = value.Evaluation is { } found
            ? $", mean square of what is left {Tables.Number(found.Mse)}, log density of a row {Tables.Number(found.LogDensity)}"
            : "";
        output.WriteLine($"{(value.IsWarmStart ? "warm start" : "epoch")} {value.Step} of {value.Steps}{error}");
    }
}
