using Microsoft.FSharp.Core;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>How an <see cref="ImageBgm"/> is fitted; a row is an image. What is not set is as published.</summary>
public sealed record ImageFitOptions : TrainingOptions
{
    /// <summary>The published settings.</summary>
    public ImageFitOptions()
        : this(Core.ImageFitOptionsModule.defaults)
    {
    }

    internal ImageFitOptions(Core.ImageFitOptions origin)
        : base(origin.Training)
    {
    }

    /// <summary>A shorter recipe, for <see cref="ImageBgm.Recommended"/>.</summary>
    public static ImageFitOptions Recommended { get; } = new(Core.ImageFitOptionsModule.recommended);

    internal Core.ImageFitOptions ToCore(Action<Core.ImageFitProgress> progress, CancellationToken cancellation) =>
        new(Training(cancellation), FuncConvert.FromAction(progress));
}
