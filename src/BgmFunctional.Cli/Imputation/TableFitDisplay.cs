using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a fit of a table shows on standard error: how well a first fit does at each evaluation, then ten lines a stage, or that no stage follows.</summary>
/// <param name="output">Takes the lines.</param>
internal sealed class TableFitDisplay(TextWriter output) : IProgress<BgmFitProgress>
{
    private readonly StagedFitDisplay<BgmFitProgress> _stages = new(output, Found);

    public void Report(BgmFitProgress value)
    {
        if (value.HeldOut is { } logDensity)
        {
            output.WriteLine($"epoch {value.Step} of a first fit: log density of a cell that it does without {Tables.Number(logDensity)}");
        }
        else if (value is { IsWarmStart: false, Steps: 0 })
        {
            output.WriteLine($"no epoch fills such cells clearly better than the start, which stays: {Found(value)}");
        }
        else
        {
            _stages.Report(value);
        }
    }

    private static string? Found(BgmFitProgress value) =>
        value.Evaluation is { } found
            ? $"mean square of what is left {Tables.Number(found.Mse)}, log density of a row {Tables.Number(found.LogDensity)}"
            : null;
}
