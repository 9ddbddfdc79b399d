using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Checks;

namespace BgmFunctional.Fluent;

/// <summary>How a model is checked.</summary>
public sealed record CheckOptions
{
    private static readonly Core.CheckOptions Defaults = Core.CheckOptionsModule.defaults;

    /// <summary>Nodes whose overlap is looked at.</summary>
    /// <value>None unless set.</value>
    public IReadOnlyList<string> Treatments { get; init; } = [];

    /// <summary>
    /// The level, between 0 and 1, of the tests of fit together, and of the independences together: the probability of any warning from
    /// them if all is right.
    /// </summary>
    /// <value>0.05 unless set.</value>
    public double Alpha { get; init; } = Defaults.Alpha;

    /// <summary>
    /// A propensity below it is scarce, for a treatment of two arms; for K arms it is 2/K of it. Above 0 and below 0.5.
    /// </summary>
    /// <value>0.05 unless set.</value>
    public double Bound { get; init; } = Defaults.Bound;

    /// <summary>Names the random places of ordinal residuals within their levels' intervals.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; } = Defaults.Seed;

    internal Core.CheckOptions ToCore() => new(ListModule.OfSeq(Treatments), Alpha, Bound, Seed);
}
