using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a fit of a CausalBGM shows on standard error: ten lines a stage.</summary>
/// <param name="output">Takes the lines.</param>
internal sealed class CausalFitDisplay(TextWriter output) : IProgress<CausalFitProgress>
{
    private const int Lines = 10;
    private (bool IsWarmStart, int Tenth) _last = (true, 0);

    public void Report(CausalFitProgress value)
    {
        var now = (value.IsWarmStart, (int)((long)value.Step * Lines / value.Steps));
        if (now == _last) return;
        _last = now;
        var error = value.MseY is { } mse ? $", mean square of y {Tables.Number(mse)}" : "";
        output.WriteLine($"{(value.IsWarmStart ? "warm start" : "epoch")} {value.Step} of {value.Steps}{error}");
    }
}
