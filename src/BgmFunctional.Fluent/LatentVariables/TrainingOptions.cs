using Microsoft.FSharp.Core;
using Core = BgmFunctional.LatentVariables;

namespace BgmFunctional.Fluent;

/// <summary>How a model with latent variables is trained, whichever it is: how long and in which steps, and how the work is kept and shared.</summary>
public abstract record TrainingOptions
{
    private protected TrainingOptions(Core.TrainingOptions origin)
    {
        Epochs = origin.Epochs;
        EpochsPerEvaluation = origin.EpochsPerEvaluation;
        BatchSize = origin.BatchSize;
        EgmIterations = origin.EgmIterations;
        EgmIterationsPerReport = origin.EgmIterationsPerReport;
        Seed = origin.Seed;
        Threads = origin.Threads;
    }

    /// <summary>Passes of iterative updating over the rows, 1 or more.</summary>
    /// <value>100 unless set.</value>
    public int Epochs { get; init; }

    /// <summary>Epochs from one evaluation to the next, 1 or more.</summary>
    /// <value>5 unless set.</value>
    public int EpochsPerEvaluation { get; init; }

    /// <summary>Rows of a step, 2 or more; all rows if there are fewer.</summary>
    /// <value>32 unless set.</value>
    public int BatchSize { get; init; }

    /// <summary>Iterations of the warm start; 0: none.</summary>
    /// <value>Unless set 20 000 of a table, 30 000 of an effect, 10 000 of images.</value>
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

    /// <summary>
    /// Where the fit leaves what it carries, if anywhere; one that is broken off and resumed gives the bits of an unbroken one. Its rounds are
    /// reports of the warm start, and then epochs.
    /// </summary>
    /// <value>Null unless set.</value>
    public CheckpointPlan? Checkpoint { get; init; }

    private protected Core.TrainingOptions Training(CancellationToken cancellation) =>
        new(
            Epochs,
            EpochsPerEvaluation,
            BatchSize,
            EgmIterations,
            EgmIterationsPerReport,
            Seed,
            Threads,
            Plain.Option(Checkpoint),
            cancellation);
}
