using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>A node of real numbers and its monotone transformation. Immutable.</summary>
public sealed class ContinuousNodeBuilder : NodeBuilder<ContinuousNodeBuilder>
{
    internal ContinuousNodeBuilder(Core.Node node) : base(node) { }

    /// <summary>Transforms by a Bernstein polynomial, which is what a node does if nothing is said.</summary>
    /// <param name="parameters">How many unconstrained numbers it has, 3 or more; 20 if nothing is said.</param>
    public ContinuousNodeBuilder Bernstein(int parameters) => Transform(Core.Transform.NewBernstein(parameters));

    /// <summary>Transforms by a line, so that the node is logistic given its parents.</summary>
    public ContinuousNodeBuilder Affine() => Transform(Core.Transform.Affine);

    private protected override ContinuousNodeBuilder With(Core.Node node) => new(node);

    private ContinuousNodeBuilder Transform(Core.Transform transform) =>
        new(new(Node.Name, Core.NodeKind.NewContinuous(transform), Node.Terms));
}
