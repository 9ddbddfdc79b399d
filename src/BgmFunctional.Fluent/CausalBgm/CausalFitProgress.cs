using Microsoft.FSharp.Core;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How far a fit of a <see cref="CausalBgm"/> has come.</summary>
/// <param name="IsWarmStart">Whether steps are iterations of the warm start; else epochs of iterative updating.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="MseY">Mean square of what is left of the outcome, where an evaluation followed.</param>
public sealed record CausalFitProgress(bool IsWarmStart, int Step, int Steps, double? MseY) : StagedFitProgress(IsWarmStart, Step, Steps)
{
    internal static CausalFitProgress Of(Core.FitProgress progress) =>
        progress switch
        {
            Core.FitProgress.WarmStart warm => new(true, warm.iteration, warm.iterations, null),
            Core.FitProgress.Updated updated => new(
                false, updated.epoch, updated.epochs, OptionModule.ToObj(updated.evaluation)?.MseY),
            _ => throw new InvalidOperationException(progress.ToString()),
        };
}
