using Core = BgmFunctional.Checks;

namespace BgmFunctional.Fluent;

/// <summary>
/// How well a node's model fits rows: its residuals F(x | parents) are uniform, and independent of its parents, if it is right.
/// </summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Residuals">F(x | parents) of each row; an ordinal node's lie at random within its level's interval.</param>
/// <param name="Distance">Largest distance of their distribution from the uniform one (Kolmogorov and Smirnov).</param>
/// <param name="P">The probability of such a distance if the model is right; too large on rows that the model was fitted to.</param>
/// <param name="AdjustedP">p for comparison with the level, all tests of fit taken together (Holm).</param>
/// <param name="Parents">Whether the residuals depend on each parent.</param>
public sealed record NodeCheck(
    string Node, IReadOnlyList<double> Residuals, double Distance, double P, double AdjustedP, IReadOnlyList<ResidualCheck> Parents)
{
    internal static NodeCheck Of(Core.NodeCheck check) =>
        new(
            check.Node,
            check.Residuals,
            check.Distance,
            check.P,
            check.AdjustedP,
            [.. check.Parents.Select(parent => new ResidualCheck(
                parent.Parent, parent.Dependence.Correlation, parent.Dependence.P, parent.AdjustedP))]);
}

/// <summary>Whether the residuals of a node depend on one of its parents: in trend or bend of their ranks.</summary>
/// <param name="Parent">Name of the parent.</param>
/// <param name="Correlation">Correlation of the ranks.</param>
/// <param name="P">The probability of so much dependence if there were none; <c>NaN</c> where it cannot be tested.</param>
/// <param name="AdjustedP">p for comparison with the level, all tests of fit taken together (Holm).</param>
public sealed record ResidualCheck(string Parent, double Correlation, double P, double AdjustedP);
