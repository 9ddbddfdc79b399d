using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>A statistic of an outcome under one value of a treatment.</summary>
/// <param name="Number">The value, or the code of a level; null for a level that was given by name.</param>
/// <param name="Level">The level that was given by name; null for a number.</param>
/// <param name="Estimate">The statistic.</param>
/// <param name="MonteCarloError">Standard error of the draws; 0 where the answer is exact.</param>
/// <param name="Low">Lower end of an interval, where a bootstrap has made one; else null.</param>
/// <param name="High">Its upper end.</param>
public sealed record ValueEstimate(
    double? Number, string? Level, double Estimate, double MonteCarloError, double? Low, double? High)
{
    internal static ValueEstimate Of(Core.ValueEstimate value) =>
        new(
            (value.Value as Core.Setting.To)?.value,
            (value.Value as Core.Setting.ToLevel)?.name,
            value.Estimate,
            value.MonteCarloError,
            Plain.Nullable(value.Low),
            Plain.Nullable(value.High));
}
