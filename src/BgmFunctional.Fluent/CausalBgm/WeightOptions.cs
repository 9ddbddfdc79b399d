using Microsoft.FSharp.Core;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How weights are drawn by Hamiltonian Monte Carlo. What is not set is as published.</summary>
public sealed record WeightOptions
{
    private static readonly Core.WeightOptions Origin = Core.WeightOptionsModule.defaults;

    /// <summary>Leapfrog steps of a transition, 1 or more.</summary>
    /// <value>3 unless set.</value>
    public int LeapfrogSteps { get; init; } = Origin.LeapfrogSteps;

    /// <summary>The step at the start.</summary>
    /// <value>0.01 unless set.</value>
    public double StepSize { get; init; } = Origin.StepSize;

    /// <summary>The acceptance that the step is adapted toward over 80 % of burn-in, between 0 and 1.</summary>
    /// <value>0.75 unless set.</value>
    public double Acceptance { get; init; } = Origin.Acceptance;

    /// <summary>Transitions that are not kept.</summary>
    /// <value>1000 unless set.</value>
    public int BurnIn { get; init; } = Origin.BurnIn;

    /// <summary>Transitions after that, 4 or more.</summary>
    /// <value>2000 unless set.</value>
    public int Draws { get; init; } = Origin.Draws;

    /// <summary>Draws that are kept at most, evenly spaced, 1 to all; predictions pass through them.</summary>
    /// <value>100 unless set.</value>
    public int Kept { get; init; } = Origin.Kept;

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; } = Origin.Seed;

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; } = Origin.Threads;

    internal Core.WeightOptions ToCore(Action<int, int> progress, CancellationToken cancellation) =>
        new(LeapfrogSteps, StepSize, Acceptance, BurnIn, Draws, Kept, Seed, Threads, cancellation, FuncConvert.FromAction(progress));
}
