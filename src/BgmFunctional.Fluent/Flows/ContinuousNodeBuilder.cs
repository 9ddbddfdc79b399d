using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>A node of real numbers and its monotone transformation. Immutable.</summary>
public sealed class ContinuousNodeBuilder : NodeBuilder<ContinuousNodeBuilder>
{
    internal ContinuousNodeBuilder(Core.Node node) : base(node) { }

    /// <summary>Transforms by a Bernstein polynomial, which is what a node does if nothing is said.</summary>
    /// <param name="parameters">How many unconstrained numbers it has, 3 or more; 20 if nothing is said.</param>
    public ContinuousNodeBuilder Bernstein(int parameters) => Transform(Core.Transform.NewBernstein(parameters));

    /// <summary>
    /// Transforms by a monotone rational-quadratic spline between the 5 % and 95 % quantiles of the values, and by lines beyond.
    /// Durkan et al., Neural Spline Flows, NeurIPS 2019, arXiv:1906.04032.
    /// </summary>
    /// <param name="bins">How many bins it has, 2 to 100; 8 if nothing is said.</param>
    /// <param name="fixedTails">Whether its ends and the slopes beyond are as published, the same whatever the data; learned if nothing is said.</param>
    public ContinuousNodeBuilder Spline(int bins = Core.NodeModule.defaultBins, bool fixedTails = false) =>
        Transform(Core.Transform.NewSpline(bins, fixedTails ? Core.Tails.Fixed : Core.Tails.Learned));

    /// <summary>Transforms by a line, so that the node is logistic given its parents.</summary>
    public ContinuousNodeBuilder Affine() => Transform(Core.Transform.Affine);

    private protected override ContinuousNodeBuilder With(Core.Node node) => new(node);

    private ContinuousNodeBuilder Transform(Core.Transform transform) =>
        new(new(Node.Name, Core.NodeKind.NewContinuous(transform), Node.Terms));
}
