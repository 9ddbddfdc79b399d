using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>A complex shift as it truly is. Fits find it up to a constant.</summary>
/// <param name="Node">The node whose latent moves.</param>
/// <param name="Parent">The parent that moves it.</param>
/// <param name="Given">What the other parents of the same term are set to; empty for a term of one parent.</param>
/// <param name="Shift">
/// The shift at a value of the parent, log-odds: added to the latent of a continuous node, subtracted from the cut points of an ordinal
/// one.
/// </param>
/// <param name="Low">The least value of the parent at which the curve is worth a look.</param>
/// <param name="High">The largest such value.</param>
public sealed record TrueCurve(
    string Node, string Parent, IReadOnlyDictionary<string, double> Given, Func<double, double> Shift, double Low, double High)
{
    internal static TrueCurve Of(Core.TrueCurve curve) =>
        new(curve.Node, curve.Parent, Plain.ByName(curve.Given), curve.Shift.Invoke, curve.Low, curve.High);
}
