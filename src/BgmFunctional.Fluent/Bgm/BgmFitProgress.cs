using Microsoft.FSharp.Core;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>How far a fit of a <see cref="Bgm"/> has come.</summary>
/// <param name="IsWarmStart">Whether steps are iterations of the warm start; else epochs of iterative updating.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Evaluation">How well the model fits, where an evaluation followed.</param>
/// <param name="HeldOut">
/// Of a first fit that looks for the number of epochs: mean log density of the cells that it does without, nats; null of the fit to all cells.
/// </param>
public sealed record BgmFitProgress(bool IsWarmStart, int Step, int Steps, BgmEvaluation? Evaluation, double? HeldOut = null)
    : StagedFitProgress(IsWarmStart, Step, Steps)
{
    internal static BgmFitProgress Of(Core.FitProgress progress) =>
        progress switch
        {
            Core.FitProgress.WarmStart warm => new(true, warm.iteration, warm.iterations, null),
            Core.FitProgress.Updated updated => new(
                false, updated.epoch, updated.epochs, OptionModule.ToObj(updated.evaluation) is { } found ? BgmEvaluation.Of(found) : null),
            Core.FitProgress.HeldOut held => new(false, held.epoch, held.epochs, null, held.logDensity),
            _ => throw new InvalidOperationException(progress.ToString()),
        };
}

/// <summary>How well a <see cref="Bgm"/> fits the cells that are seen.</summary>
/// <param name="Mse">Mean square of what is left of standardised cells.</param>
/// <param name="LogDensity">Mean log density of a row given its latent, nats.</param>
public sealed record BgmEvaluation(double Mse, double LogDensity)
{
    internal static BgmEvaluation Of(Core.Evaluation evaluation) => new(evaluation.Mse, evaluation.LogDensity);
}
