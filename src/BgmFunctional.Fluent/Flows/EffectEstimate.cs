using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>An average effect.</summary>
/// <param name="Estimate">The statistic under the last value of the treatment less that under the first.</param>
/// <param name="MonteCarloError">
/// Standard error of the draws, which the values share; 0 where the answer is exact. It says nothing about what the data leave open.
/// </param>
/// <param name="Low">Lower end of an interval, where a bootstrap has made one; else null.</param>
/// <param name="High">Its upper end.</param>
/// <param name="PerValue">By value of the treatment, in the order of the query.</param>
/// <param name="Draws">Draws for each value; 0 where nothing was drawn.</param>
public sealed record EffectEstimate(
    double Estimate, double MonteCarloError, double? Low, double? High, IReadOnlyList<ValueEstimate> PerValue, int Draws)
{
    internal static EffectEstimate Of(Core.EffectEstimate effect) =>
        new(
            effect.Estimate,
            effect.MonteCarloError,
            Plain.Nullable(effect.Low),
            Plain.Nullable(effect.High),
            [.. effect.PerValue.Select(ValueEstimate.Of)],
            effect.Draws);
}
