using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>How holes are filled. What is not set is as published: Hamiltonian Monte Carlo from N(0, I).</summary>
public sealed record ImputeOptions : SamplingOptions
{
    private readonly Core.PredictOptions _origin;

    /// <summary>The published settings.</summary>
    public ImputeOptions()
        : this(Core.PredictOptionsModule.defaults)
    {
    }

    private ImputeOptions(Core.PredictOptions origin)
        : base(origin.Sampling)
    {
        _origin = origin;
        Chains = Plain.Nullable(origin.Chains);
        Imputations = origin.Imputations;
    }

    /// <summary>As published, by the no-U-turn sampler.</summary>
    public static ImputeOptions Nuts { get; } = new(Core.PredictOptionsModule.nuts);

    /// <summary>The no-U-turn sampler from each row's code, four chains of few transitions: about as good, in half the time, and one such chain in a fifth.</summary>
    public static ImputeOptions Quick { get; } = new(Core.PredictOptionsModule.quick);

    /// <summary>Chains of each row, 1 or more; under Bayesian networks each has a draw of the weights of its own.</summary>
    /// <value>Null unless set: one, under Bayesian networks four.</value>
    public int? Chains { get; init; }

    /// <summary>Completed tables with a posterior draw in every hole, for pooling.</summary>
    /// <value>0 unless set.</value>
    public int Imputations { get; init; }

    /// <summary>
    /// Where the rows that are done are left, a thousand or fewer at a time, so that a table of many goes on from there after any end, with the same bits.
    /// </summary>
    /// <value>Null unless set: nothing is left.</value>
    public CheckpointPlan? Checkpoint { get; init; }

    internal Core.PredictOptions ToCore(Action<int, int> progress, CancellationToken cancellation) =>
        new(Sampling(progress, cancellation), _origin.Start, Plain.Option(Chains), Imputations, _origin.KeepDraws, Plain.Option(Checkpoint));
}
