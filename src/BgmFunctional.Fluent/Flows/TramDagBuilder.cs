using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// A graph in the making. Immutable: every call returns a new builder and leaves the old one as it was. Nodes may be added in any order.
/// </summary>
public sealed class TramDagBuilder
{
    private readonly FSharpList<Core.Node> _nodes;

    internal TramDagBuilder(FSharpList<Core.Node> nodes) => _nodes = nodes;

    /// <summary>Adds a node of real numbers.</summary>
    /// <param name="name">Name of the node and of its column.</param>
    /// <param name="node">Its parents and its transformation; a Bernstein polynomial without parents if nothing is said.</param>
    public TramDagBuilder AddContinuous(string name, Func<ContinuousNodeBuilder, ContinuousNodeBuilder>? node = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = new ContinuousNodeBuilder(Core.NodeModule.continuous(name));
        return Add(node is null ? plain : node(plain));
    }

    /// <summary>Adds a node of ordered levels that are coded 0, 1, … in its column.</summary>
    /// <param name="name">Name of the node and of its column.</param>
    /// <param name="levels">How many, 2 or more.</param>
    /// <param name="node">Its parents; none if nothing is said.</param>
    public TramDagBuilder AddOrdinal(string name, int levels, Func<OrdinalNodeBuilder, OrdinalNodeBuilder>? node = null) =>
        AddOrdinal(name, Core.Levels.NewCodes(levels), node);

    /// <summary>Adds a node of ordered levels that stand by name in its column.</summary>
    /// <param name="name">Name of the node and of its column.</param>
    /// <param name="levels">Their names, lowest first, 2 or more.</param>
    /// <param name="node">Its parents; none if nothing is said.</param>
    public TramDagBuilder AddOrdinal(string name, IReadOnlyList<string> levels, Func<OrdinalNodeBuilder, OrdinalNodeBuilder>? node = null)
    {
        ArgumentNullException.ThrowIfNull(levels);
        return AddOrdinal(name, Core.Levels.NewNames(ListModule.OfSeq(levels)), node);
    }

    /// <summary>The graph, checked and ready to fit.</summary>
    /// <exception cref="GraphException">
    /// Every problem that it has: an unknown parent, one that enters twice, names or levels that repeat, a cycle, …
    /// </exception>
    public TramDag Build() => new(Core.DagModule.create(_nodes).OrThrow());

    private TramDagBuilder AddOrdinal(string name, Core.Levels levels, Func<OrdinalNodeBuilder, OrdinalNodeBuilder>? node)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = new OrdinalNodeBuilder(new(name, Core.NodeKind.NewOrdinal(levels), FSharpList<Core.Term>.Empty));
        return Add(node is null ? plain : node(plain));
    }

    private TramDagBuilder Add<T>(NodeBuilder<T> node)
        where T : NodeBuilder<T> => new(ListModule.Append(_nodes, ListModule.OfArray([node.Node])));
}
