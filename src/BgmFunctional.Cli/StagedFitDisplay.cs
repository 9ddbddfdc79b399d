using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a fit with a warm start shows on standard error: ten lines a stage.</summary>
/// <typeparam name="TProgress">What the fit reports.</typeparam>
/// <param name="output">Takes the lines.</param>
/// <param name="found">What an evaluation found, in words; null where there was none.</param>
internal sealed class StagedFitDisplay<TProgress>(TextWriter output, Func<TProgress, string?> found) : IProgress<TProgress>
    where TProgress : StagedFitProgress
{
    private const int Lines = 10;
    private (bool IsWarmStart, int Tenth) _last = (true, 0);

    public void Report(TProgress value)
    {
        var now = (value.IsWarmStart, (int)((long)value.Step * Lines / value.Steps));
        if (now == _last) return;
        _last = now;
        var evaluation = found(value) is { } words ? $", {words}" : "";
        output.WriteLine($"{(value.IsWarmStart ? "warm start" : "epoch")} {value.Step} of {value.Steps}{evaluation}");
    }
}
