using Microsoft.FSharp.Core;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>How a <see cref="Bgm"/> is fitted. What is not set is as published.</summary>
public sealed record BgmFitOptions
{
    private readonly Core.FitOptions _origin;

    /// <summary>The published settings.</summary>
    public BgmFitOptions()
        : this(Core.FitOptionsModule.defaults)
    {
    }

    internal BgmFitOptions(Core.FitOptions origin)
    {
        _origin = origin;
        Epochs = origin.Epochs;
        EpochsPerEvaluation = origin.EpochsPerEvaluation;
        EgmIterations = origin.EgmIterations;
        BatchSize = origin.BatchSize;
        HoldOut = origin.HoldOut;
        Seed = origin.Seed;
        Threads = origin.Threads;
    }

    /// <summary>Passes of iterative updating over the rows, 1 or more.</summary>
    /// <value>100 unless set.</value>
    public int Epochs { get; init; }

    /// <summary>Epochs from one evaluation to the next, 1 or more.</summary>
    /// <value>5 unless set.</value>
    public int EpochsPerEvaluation { get; init; }

    /// <summary>Iterations of the warm start; 0: none.</summary>
    /// <value>20 000 unless set.</value>
    public int EgmIterations { get; init; }

    /// <summary>Rows of a step, 2 or more; all rows if there are fewer.</summary>
    /// <value>32 unless set.</value>
    public int BatchSize { get; init; }

    /// <summary>
    /// Share of the seen cells that a first fit does without, to find after how many epochs it fills them best, from 0 to 0.5; 0: no such fit, all epochs.
    /// </summary>
    /// <value>0 unless set.</value>
    public double HoldOut { get; init; }

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; }

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; }

    /// <summary>
    /// Where the fit leaves what it carries, if anywhere; one that is broken off and resumed gives the bits of an unbroken one. Its rounds
    /// are epochs, and reports of the warm start.
    /// </summary>
    /// <value>Null unless set.</value>
    public CheckpointPlan? Checkpoint { get; init; }

    internal Core.FitOptions ToCore(Action<Core.FitProgress> progress, CancellationToken cancellation) =>
        new(
            Epochs,
            EpochsPerEvaluation,
            BatchSize,
            EgmIterations,
            _origin.EgmIterationsPerReport,
            HoldOut,
            Seed,
            Threads,
            Checkpoint is null ? null : FSharpOption<Data.CheckpointPlan>.Some(Checkpoint.ToCore()),
            cancellation,
            FuncConvert.FromAction(progress));
}
