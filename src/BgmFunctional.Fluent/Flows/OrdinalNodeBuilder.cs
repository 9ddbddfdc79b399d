using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>A node with ordered levels; a binary one has two. Immutable.</summary>
public sealed class OrdinalNodeBuilder : NodeBuilder<OrdinalNodeBuilder>
{
    internal OrdinalNodeBuilder(Core.Node node) : base(node) { }

    private protected override OrdinalNodeBuilder With(Core.Node node) => new(node);
}
