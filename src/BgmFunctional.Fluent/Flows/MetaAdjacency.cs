using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>How each node of a graph acts on each, as a matrix. Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 3.</summary>
public sealed class MetaAdjacency
{
    private readonly Core.MetaAdjacency _matrix;

    internal MetaAdjacency(Core.Dag dag) => _matrix = Core.MetaAdjacencyModule.ofDag(dag);

    /// <summary>The nodes, in the order of the graph.</summary>
    public IReadOnlyList<string> Nodes => [.. _matrix.Nodes];

    /// <summary>
    /// How a node acts on another: <c>LS</c>, <c>CS</c>, <c>CI</c>, or <c>0</c> for not at all. Of a node with itself: <c>SI</c> where its
    /// intercept is free, <c>0</c> where parents make it.
    /// </summary>
    /// <param name="parent">Position of the parent in <see cref="Nodes"/>.</param>
    /// <param name="child">Position of the child.</param>
    public string this[int parent, int child] => Core.MetaAdjacencyModule.label(_matrix.Edges[parent][child]);

    /// <summary>The matrix as a text: a line of children's names, then a line for each parent.</summary>
    public override string ToString() => Core.MetaAdjacencyModule.format(_matrix);
}
