using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>How a flow is fitted. What is not set is as published.</summary>
public sealed record FitOptions
{
    /// <summary>The published settings.</summary>
    public FitOptions()
        : this(Core.FitOptionsModule.defaults)
    {
    }

    private FitOptions(Core.FitOptions origin)
    {
        Epochs = origin.Epochs;
        LearningRate = origin.LearningRate;
        BatchSize = origin.BatchSize;
        Schedule = new(origin.Schedule);
        FreezePatience = Plain.Nullable(origin.FreezePatience);
        RestoreBest = origin.RestoreBest;
        MarginalInit = origin.MarginalInit;
        Seed = origin.Seed;
        Threads = origin.Threads;
        InterceptUnits = [.. origin.Units.Intercept];
        ShiftUnits = [.. origin.Units.Shift];
        Activation = new(origin.Units.Activation);
    }

    /// <summary>
    /// The self-stopping recipe: up to 4000 epochs, the rate cut after 30 without improvement, each node frozen after 120.
    /// </summary>
    public static FitOptions Recommended { get; } = new(Core.FitOptionsModule.recommended);

    /// <summary>Passes over the data at most, 1 or more.</summary>
    /// <value>500 unless set.</value>
    public int Epochs { get; init; }

    /// <summary>The step size of Adam at the start, above 0.</summary>
    /// <value>0.01 unless set.</value>
    public double LearningRate { get; init; }

    /// <summary>Rows of a step, 1 or more; all rows if there are fewer.</summary>
    /// <value>512 unless set.</value>
    public int BatchSize { get; init; }

    /// <summary>How the learning rate changes.</summary>
    /// <value>Constant unless set.</value>
    public Schedule Schedule { get; init; }

    /// <summary>
    /// Epochs without improvement, 1 or more, after which a node is done (where the rate falls, only once it fell a
    /// hundredfold); the fit ends when all nodes are. Null: never.
    /// </summary>
    /// <value>Null unless set: every node learns to the last epoch.</value>
    public int? FreezePatience { get; init; }

    /// <summary>Whether each node keeps the weights of its best epoch by validation loss; needs validation data.</summary>
    /// <value>False unless set: the last weights are kept.</value>
    public bool RestoreBest { get; init; }

    /// <summary>
    /// Whether nodes whose transformation or cut points do not depend on parents start near the distribution of their values.
    /// </summary>
    /// <value>False unless set: they start at zero.</value>
    public bool MarginalInit { get; init; }

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; }

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; }

    /// <summary>
    /// Where the fit leaves what it carries from epoch to epoch; broken off and resumed, it gives the bits of an unbroken one.
    /// </summary>
    /// <value>Null unless set: no checkpoints.</value>
    public CheckpointPlan? Checkpoint { get; init; }

    /// <summary>Hidden units of the networks behind intercept terms.</summary>
    /// <value>8 and 8 unless set.</value>
    public IReadOnlyList<int> InterceptUnits { get; init; }

    /// <summary>Hidden units of the networks behind complex shifts.</summary>
    /// <value>64, 128 and 64 unless set.</value>
    public IReadOnlyList<int> ShiftUnits { get; init; }

    /// <summary>What follows each hidden layer of these networks.</summary>
    /// <value>ReLU unless set.</value>
    public Activation Activation { get; init; }

    internal Core.FitOptions ToCore(Action<Core.FitProgress> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(Schedule);
        ArgumentNullException.ThrowIfNull(InterceptUnits);
        ArgumentNullException.ThrowIfNull(ShiftUnits);
        ArgumentNullException.ThrowIfNull(Activation);
        return new(
            Epochs,
            LearningRate,
            BatchSize,
            Schedule.Value,
            Plain.Option(FreezePatience),
            RestoreBest,
            MarginalInit,
            Seed,
            Threads,
            new(ListModule.OfSeq(InterceptUnits), ListModule.OfSeq(ShiftUnits), Activation.Value),
            Plain.Option(Checkpoint),
            cancellation,
            FuncConvert.FromAction(progress));
    }
}
