using Core = BgmFunctional.Checks;

namespace BgmFunctional.Fluent;

/// <summary>An independence that the graph implies, tested on data; no fitted model has a part in it.</summary>
/// <param name="Earlier">The node that comes first in the order of the graph.</param>
/// <param name="Later">The node that comes after it and does not hear it directly.</param>
/// <param name="Given">The parents of the later one.</param>
/// <param name="Correlation">Correlation of the ranks, the given ones taken out; positive: they rise together.</param>
/// <param name="P">The probability of so much dependence if there were none; <c>NaN</c> where it cannot be tested.</param>
/// <param name="AdjustedP">p for comparison with the level, all independences taken together (Holm).</param>
public sealed record IndependenceCheck(
    string Earlier, string Later, IReadOnlyList<string> Given, double Correlation, double P, double AdjustedP)
{
    internal static IndependenceCheck Of(Core.IndependenceCheck check) =>
        new(
            check.Claim.Earlier,
            check.Claim.Later,
            [.. check.Claim.Given],
            check.Dependence.Correlation,
            check.Dependence.P,
            check.AdjustedP);
}
