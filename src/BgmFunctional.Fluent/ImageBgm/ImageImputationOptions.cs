using Microsoft.FSharp.Core;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>How missing pixels are filled in. What is not set is as recommended: Hamiltonian Monte Carlo from latents that fit the pixels seen.</summary>
public sealed record ImageImputationOptions
{
    private readonly Core.ImagePredictOptions _origin;

    /// <summary>The recommended settings.</summary>
    public ImageImputationOptions()
        : this(Core.ImagePredictOptionsModule.defaults)
    {
    }

    private ImageImputationOptions(Core.ImagePredictOptions origin)
    {
        _origin = origin;
        Chains = origin.Chains;
        BurnIn = origin.BurnIn;
        Draws = origin.Draws;
        Alpha = origin.Alpha;
        Seed = origin.Seed;
        Threads = origin.Threads;
    }

    /// <summary>The published sampler: one chain from N(0, I), burn-in 5000, 5000 draws.</summary>
    public static ImageImputationOptions Published { get; } = new(Core.ImagePredictOptionsModule.published);

    /// <summary>As recommended, by the no-U-turn sampler.</summary>
    public static ImageImputationOptions Nuts { get; } = new(Core.ImagePredictOptionsModule.nuts);

    /// <summary>Chains of each image, 1 or more; under a Bayesian generator each has a draw of the weights of its own.</summary>
    /// <value>2 unless set.</value>
    public int Chains { get; init; }

    /// <summary>Transitions of each chain that tune the sampler and are not kept.</summary>
    /// <value>200 unless set.</value>
    public int BurnIn { get; init; }

    /// <summary>Transitions of each chain after that, 4 or more; 500 draws of each are kept at most.</summary>
    /// <value>300 unless set.</value>
    public int Draws { get; init; }

    /// <summary>Intervals have level 1 − alpha.</summary>
    /// <value>0.05 unless set.</value>
    public double Alpha { get; init; }

    /// <summary>Names the random numbers: the same seed gives the same bits.</summary>
    /// <value>42 unless set.</value>
    public long Seed { get; init; }

    /// <summary>Threads that share the work, 1 or more; the result does not depend on it.</summary>
    /// <value>All processors unless set.</value>
    public int Threads { get; init; }

    internal Core.ImagePredictOptions ToCore(Action<int, int> progress, CancellationToken cancellation) =>
        new(
            _origin.Sampler,
            _origin.Start,
            Chains,
            BurnIn,
            Draws,
            Alpha,
            false,
            Seed,
            Threads,
            cancellation,
            FuncConvert.FromAction(progress));
}
