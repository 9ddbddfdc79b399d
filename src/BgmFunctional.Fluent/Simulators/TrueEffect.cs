using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>A number about interventions or counterfactuals that a good model finds.</summary>
/// <param name="Quantity">What it is, in words and symbols.</param>
/// <param name="Do">The nodes that are set, with what they are set to; empty where the quantity itself says it.</param>
/// <param name="Value">What it truly is.</param>
public sealed record TrueEffect(string Quantity, IReadOnlyDictionary<string, double> Do, double Value)
{
    internal static TrueEffect Of(Core.TrueEffect effect) => new(effect.Quantity, Plain.ByName(effect.Do), effect.Value);
}
