using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>What a classical fit infers about a node.</summary>
/// <param name="Node">Name of the node.</param>
/// <param name="Effects">The coefficients of its linear shifts, in the order of terms and levels.</param>
/// <param name="CutPoints">Of an ordinal node, lowest first, at the lowest levels of its ordinal parents; else empty.</param>
/// <param name="LogLikelihood">Maximum of the node's log-likelihood, nats.</param>
/// <param name="Parameters">Numbers that the data have determined.</param>
/// <param name="Aic">2·parameters − 2·log-likelihood.</param>
/// <param name="Warnings">What is wrong, one line each: separation, flat directions, levels without rows.</param>
public sealed record NodeInference(
    string Node,
    IReadOnlyList<LinearEffect> Effects,
    IReadOnlyList<CutPoint> CutPoints,
    double LogLikelihood,
    int Parameters,
    double Aic,
    IReadOnlyList<string> Warnings)
{
    internal static NodeInference Of(Core.NodeSummary summary) =>
        new(
            summary.Node,
            [.. summary.Effects.Select(LinearEffect.Of)],
            [.. summary.CutPoints.Select(cut => new CutPoint(cut.Below, cut.Above, cut.Estimate, cut.StandardError))],
            summary.LogLikelihood,
            summary.Parameters,
            summary.Aic,
            [.. summary.Warnings]);
}
