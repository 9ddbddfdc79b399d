using Core = BgmFunctional.LatentVariables;

namespace BgmFunctional.Fluent;

/// <summary>An estimate from several completed tables, by Rubin's rules.</summary>
/// <param name="Term">What is estimated.</param>
/// <param name="Estimate">The mean of the tables' estimates.</param>
/// <param name="StandardError">The square root of the total variance.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="DegreesOfFreedom">Of the t distribution behind the interval, after Barnard and Rubin.</param>
/// <param name="WithinVariance">The mean of the tables' variances: what would be left if nothing were missing.</param>
/// <param name="BetweenVariance">The variance of the tables' estimates: what the holes add, but for a factor of 1 + 1/m.</param>
/// <param name="MissingInformation">The share of the information about the term that is missing, 0 to 1.</param>
public sealed record PooledEstimate(
    string Term,
    double Estimate,
    double StandardError,
    double Low,
    double High,
    double DegreesOfFreedom,
    double WithinVariance,
    double BetweenVariance,
    double MissingInformation)
{
    internal static PooledEstimate Of(Core.PooledEstimate pooled) =>
        new(
            pooled.Term,
            pooled.Estimate,
            pooled.StandardError,
            pooled.Low,
            pooled.High,
            pooled.DegreesOfFreedom,
            pooled.WithinVariance,
            pooled.BetweenVariance,
            pooled.MissingInformation);
}
