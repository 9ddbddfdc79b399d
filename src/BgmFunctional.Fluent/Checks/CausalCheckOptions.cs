using Core = BgmFunctional.CausalChecks;

namespace BgmFunctional.Fluent;

/// <summary>How a <see cref="FittedCausalBgm"/> is checked.</summary>
public sealed record CausalCheckOptions
{
    private static readonly Core.CausalCheckOptions Defaults = Core.CausalCheckOptionsModule.defaults;

    /// <summary>The level of the tests together, between 0 and 1: the probability of any warning from them if the model is right.</summary>
    /// <value>0.05 unless set.</value>
    public double Alpha { get; init; } = Defaults.Alpha;

    /// <summary>A propensity below it is scarce, for two arms; for K arms it is 2/K of it. Above 0 and below 0.5.</summary>
    /// <value>0.05 unless set.</value>
    public double Bound { get; init; } = Defaults.Bound;

    /// <summary>Rows that are looked at, 50 or more; of more, so many are drawn at random.</summary>
    /// <value>5000 unless set.</value>
    public int MostRows { get; init; } = Defaults.MostRows;

    /// <summary>How latents are drawn; also seed and threads. Level and doses do not matter here.</summary>
    /// <value>Few draws that depend little on each other, unless set.</value>
    public PredictionOptions Latents { get; init; } = new(Defaults.Predict);

    internal Core.CausalCheckOptions ToCore(CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(Latents);
        return new((Latents with { Doses = [] }).ToCore((_, _) => { }, cancellation), Alpha, Bound, MostRows);
    }
}
