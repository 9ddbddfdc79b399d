using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>The effect of a parent on the log-odds scale of a node, with its Wald test; <c>NaN</c> where the data leave it open.</summary>
/// <param name="Node">The node whose latent moves.</param>
/// <param name="Term">The parent that moves it.</param>
/// <param name="Level">The level of an ordinal parent; null for a continuous one.</param>
/// <param name="Reference">The level that it is compared with; null for a continuous parent.</param>
/// <param name="Estimate">
/// β, for one more unit of the parent or for this level: added to the latent of a continuous node, subtracted from the cut points of an
/// ordinal one, so that a positive β moves an ordinal node up.
/// </param>
/// <param name="StandardError">From the inverse of the observed information.</param>
/// <param name="Z">Estimate over standard error.</param>
/// <param name="P">Two-sided.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="OddsRatio">exp(β).</param>
/// <param name="OddsRatioLow">exp of the lower end.</param>
/// <param name="OddsRatioHigh">exp of the upper end.</param>
public sealed record LinearEffect(
    string Node,
    string Term,
    string? Level,
    string? Reference,
    double Estimate,
    double StandardError,
    double Z,
    double P,
    double Low,
    double High,
    double OddsRatio,
    double OddsRatioLow,
    double OddsRatioHigh)
{
    internal static LinearEffect Of(Core.LinearEffect effect) =>
        new(
            effect.Node,
            effect.Term,
            effect.Level?.Value,
            effect.Reference?.Value,
            effect.Estimate,
            effect.StandardError,
            effect.Z,
            effect.P,
            effect.Low,
            effect.High,
            effect.OddsRatio,
            effect.OddsRatioLow,
            effect.OddsRatioHigh);
}
