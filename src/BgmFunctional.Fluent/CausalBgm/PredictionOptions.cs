using Microsoft.FSharp.Collections;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How an effect is predicted. What is not set is as recommended: Hamiltonian Monte Carlo that begins at each row's code.</summary>
public sealed record PredictionOptions : SamplingOptions
{
    private readonly Core.PredictOptions _origin;

    /// <summary>The recommended settings.</summary>
    public PredictionOptions()
        : this(Core.PredictOptionsModule.defaults)
    {
    }

    internal PredictionOptions(Core.PredictOptions origin)
        : base(origin.Sampling)
    {
        _origin = origin;
        Chains = origin.Chains;
        WeightDraws = origin.WeightDraws;
        Settle = origin.Settle;
    }

    /// <summary>The published sampler: a random walk from N(0, I), burn-in 5000, 3000 draws.</summary>
    public static PredictionOptions Published { get; } = new(Core.PredictOptionsModule.published);

    /// <summary>As recommended, by the no-U-turn sampler with a burn-in of 300.</summary>
    public static PredictionOptions Nuts { get; } = new(Core.PredictOptionsModule.nuts);

    /// <summary>A random walk of this standard deviation; 0 or below: adapted in burn-in. Otherwise as published.</summary>
    public static PredictionOptions RandomWalk(double sd) => new(Core.PredictOptionsModule.randomWalk(sd));

    /// <summary>Chains of each row, 1 or more, which R-hat compares.</summary>
    /// <value>2 unless set.</value>
    public int Chains { get; init; }

    /// <summary>
    /// Draws of the weights of Bayesian networks through which each chain passes; it has its own, and holds each fixed for as many of its
    /// transitions. At most as many as Draws.
    /// </summary>
    /// <value>400 unless set, 50 as published.</value>
    public int WeightDraws { get; init; }

    /// <summary>Transitions after each further change of the weights that are not kept.</summary>
    /// <value>2 unless set, 20 as published.</value>
    public int Settle { get; init; }

    /// <summary>Whether intervals are of outcomes that are drawn with their noise; else of mean outcomes.</summary>
    /// <value>False unless set.</value>
    public bool DrawsOutcomes { get; init; }

    /// <summary>The doses of a continuous treatment whose mean outcome is asked for.</summary>
    /// <value>None unless set.</value>
    public IReadOnlyList<double> Doses { get; init; } = [];

    internal Core.PredictOptions ToCore(Action<int, int> progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(Doses);
        return new(
            Sampling(progress, cancellation),
            _origin.Start,
            Chains,
            WeightDraws,
            Settle,
            DrawsOutcomes ? Core.IntervalOf.DrawnOutcome : Core.IntervalOf.MeanOutcome,
            ListModule.OfSeq(Doses));
    }
}
