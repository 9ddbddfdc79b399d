using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>How far a fit of an <see cref="ImageBgm"/> has come.</summary>
/// <param name="IsWarmStart">Whether steps are iterations of the warm start; else epochs of iterative updating.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Mse">Mean square of what is left of the pixels, where it is known.</param>
public sealed record ImageFitProgress(bool IsWarmStart, int Step, int Steps, double? Mse) : StagedFitProgress(IsWarmStart, Step, Steps)
{
    internal static ImageFitProgress Of(Core.ImageFitProgress progress) =>
        progress switch
        {
            Core.ImageFitProgress.WarmStart warm => new(true, warm.iteration, warm.iterations, warm.losses.X),
            Core.ImageFitProgress.Updated updated => new(false, updated.epoch, updated.epochs, Plain.Nullable(updated.mse)),
            _ => throw new InvalidOperationException(progress.ToString()),
        };
}
