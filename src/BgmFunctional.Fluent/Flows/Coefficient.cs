using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>What a parent does to a node through a linear shift, on the scale of log-odds.</summary>
/// <param name="Node">The node whose latent moves.</param>
/// <param name="Parent">The parent that moves it.</param>
/// <param name="Level">The level of an ordinal parent, compared with its lowest; null for a continuous parent.</param>
/// <param name="Estimate">
/// β, for one more unit of the parent or for this level: added to the latent of a continuous node, subtracted from the cut points of an
/// ordinal one, so that a positive β moves an ordinal node up.
/// </param>
/// <param name="OddsRatio">exp(β).</param>
public sealed record Coefficient(string Node, string Parent, string? Level, double Estimate, double OddsRatio)
{
    internal static Coefficient Of(Core.Coefficient coefficient) =>
        new(
            coefficient.Node,
            coefficient.Parent,
            coefficient.Level?.Value,
            coefficient.Estimate,
            coefficient.OddsRatio);
}
