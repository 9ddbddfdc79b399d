using Microsoft.FSharp.Core;
using Core = BgmFunctional.LatentVariables;

namespace BgmFunctional.Fluent;

/// <summary>How latents are drawn from their posterior, whatever the model.</summary>
public abstract record SamplingOptions
{
    private readonly Mcmc.Sampler _sampler;

    private protected SamplingOptions(Core.SamplingOptions origin)
    {
        _sampler = origin.Sampler;
        BurnIn = origin.BurnIn;
        Draws = origin.Draws;
        Alpha = origin.Alpha;
        Seed = origin.Seed;
        Threads = origin.Threads;
    }

    /// <summary>Transitions of each chain that tune the sampler and are not kept.</summary>
    /// <value>Unless set 5000 of a table, 100 of an effect, 200 of images; of a preset, its own.</value>
    public int BurnIn { get; init; }

    /// <summary>Transitions of each chain after that, 4 or more; of more than an answer needs, evenly spaced ones are kept.</summary>
    /// <value>Unless set 5000 of a table, 400 of an effect, 300 of images; of a preset, its own.</value>
    public int Draws { get; init; }

    /// <summary>Intervals have level 1 − alpha.</summary>
    /// <value>Unless set 0.05, of an effect 0.01.</value>
    public double Alpha { get; init; }

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>Unless set 42, of an effect 0.</value>
    public long Seed { get; init; }

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; }

    private protected Core.SamplingOptions Sampling(Action<int, int> progress, CancellationToken cancellation) =>
        new(_sampler, BurnIn, Draws, Alpha, Seed, Threads, cancellation, FuncConvert.FromAction(progress));
}
