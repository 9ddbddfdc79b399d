using Microsoft.FSharp.Core;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>How holes are filled. What is not set is as published: Hamiltonian Monte Carlo from N(0, I).</summary>
public sealed record ImputeOptions
{
    private readonly Core.PredictOptions _origin;

    /// <summary>The published settings.</summary>
    public ImputeOptions()
        : this(Core.PredictOptionsModule.defaults)
    {
    }

    private ImputeOptions(Core.PredictOptions origin)
    {
        _origin = origin;
        Chains = Plain.Nullable(origin.Chains);
        BurnIn = origin.BurnIn;
        Draws = origin.Draws;
        Alpha = origin.Alpha;
        Imputations = origin.Imputations;
        Seed = origin.Seed;
        Threads = origin.Threads;
    }

    /// <summary>As published, by the no-U-turn sampler.</summary>
    public static ImputeOptions Nuts { get; } = new(Core.PredictOptionsModule.nuts);

    /// <summary>The no-U-turn sampler from each row's code, few transitions: about as good, in a fraction of the time.</summary>
    public static ImputeOptions Quick { get; } = new(Core.PredictOptionsModule.quick);

    /// <summary>Chains of each row, 1 or more; under Bayesian networks each has a draw of the weights of its own.</summary>
    /// <value>Null unless set: one, under Bayesian networks four.</value>
    public int? Chains { get; init; }

    /// <summary>Transitions of each chain that tune the sampler and are not kept.</summary>
    /// <value>5000 unless set.</value>
    public int BurnIn { get; init; }

    /// <summary>Transitions of each chain after that, 4 or more; a thousand draws of a row are kept at most.</summary>
    /// <value>5000 unless set.</value>
    public int Draws { get; init; }

    /// <summary>Intervals have level 1 − alpha.</summary>
    /// <value>0.05 unless set.</value>
    public double Alpha { get; init; }

    /// <summary>Completed tables with a posterior draw in every hole, for pooling.</summary>
    /// <value>0 unless set.</value>
    public int Imputations { get; init; }

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>42 unless set.</value>
    public long Seed { get; init; }

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; }

    internal Core.PredictOptions ToCore(Action<int, int> progress, CancellationToken cancellation) =>
        new(
            _origin.Sampler,
            _origin.Start,
            Plain.Option(Chains),
            BurnIn,
            Draws,
            Alpha,
            Imputations,
            _origin.KeepDraws,
            Seed,
            Threads,
            cancellation,
            FuncConvert.FromAction(progress));
}
