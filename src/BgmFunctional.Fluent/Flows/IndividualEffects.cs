using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>Effects in each row of a population.</summary>
/// <param name="Effects">
/// The statistic under the last value of the treatment less that under the first, given what a row says and the treatment does not act on.
/// </param>
/// <param name="MonteCarloErrors">Standard errors of the draws, 0 where the answer is exact.</param>
/// <param name="PerValue">The statistic under each value, in the order of the query; a number a row.</param>
public sealed record IndividualEffects(double[] Effects, double[] MonteCarloErrors, IReadOnlyList<double[]> PerValue)
{
    internal static IndividualEffects Of(Core.IndividualEffects effects) =>
        new(effects.Effects, effects.MonteCarloErrors, [.. effects.PerValue]);
}
