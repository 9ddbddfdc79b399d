using Microsoft.FSharp.Core;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>How an <see cref="ImageBgm"/> is fitted. What is not set is as published.</summary>
public sealed record ImageFitOptions
{
    private readonly Core.ImageFitOptions _origin;

    /// <summary>The published settings.</summary>
    public ImageFitOptions()
        : this(Core.ImageFitOptionsModule.defaults)
    {
    }

    private ImageFitOptions(Core.ImageFitOptions origin)
    {
        _origin = origin;
        Epochs = origin.Epochs;
        EpochsPerEvaluation = origin.EpochsPerEvaluation;
        BatchSize = origin.BatchSize;
        EgmIterations = origin.EgmIterations;
        EgmIterationsPerReport = origin.EgmIterationsPerReport;
        Seed = origin.Seed;
        Threads = origin.Threads;
    }

    /// <summary>A shorter recipe, for <see cref="ImageBgm.Recommended"/>.</summary>
    public static ImageFitOptions Recommended { get; } = new(Core.ImageFitOptionsModule.recommended);

    /// <summary>Passes of iterative updating over the images, 1 or more.</summary>
    /// <value>100 unless set.</value>
    public int Epochs { get; init; }

    /// <summary>Epochs from one evaluation to the next, 1 or more.</summary>
    /// <value>5 unless set.</value>
    public int EpochsPerEvaluation { get; init; }

    /// <summary>Images of a step, 2 or more; all images if there are fewer.</summary>
    /// <value>32 unless set.</value>
    public int BatchSize { get; init; }

    /// <summary>Iterations of the warm start; 0: none.</summary>
    /// <value>10 000 unless set.</value>
    public int EgmIterations { get; init; }

    /// <summary>Iterations of the warm start from one report, and perhaps checkpoint, to the next.</summary>
    /// <value>500 unless set.</value>
    public int EgmIterationsPerReport { get; init; }

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; }

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; }

    /// <summary>Where the fit leaves what it carries, if anywhere; its rounds are reports of the warm start, and epochs.</summary>
    /// <value>Null unless set.</value>
    public CheckpointPlan? Checkpoint { get; init; }

    internal Core.ImageFitOptions ToCore(Action<Core.ImageFitProgress> progress, CancellationToken cancellation) =>
        new(
            Epochs,
            EpochsPerEvaluation,
            BatchSize,
            EgmIterations,
            EgmIterationsPerReport,
            Seed,
            Threads,
            cancellation,
            FuncConvert.FromAction(progress),
            Checkpoint is null ? null : FSharpOption<Data.CheckpointPlan>.Some(Checkpoint.ToCore()));
}
