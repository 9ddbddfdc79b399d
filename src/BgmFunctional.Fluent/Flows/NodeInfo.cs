using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>A node of a graph as one may ask for it.</summary>
/// <param name="Name">Name of the node and of its column.</param>
/// <param name="Levels">The levels of an ordinal node, lowest first, as they stand in its column; null for a continuous one.</param>
/// <param name="Parents">Names of its parents.</param>
public sealed record NodeInfo(string Name, IReadOnlyList<string>? Levels, IReadOnlyList<string> Parents)
{
    internal static IReadOnlyList<NodeInfo> Of(Core.Dag dag) => [.. Core.DagModule.nodes(dag).Select(Of)];

    private static NodeInfo Of(Core.Node node) =>
        new(
            node.Name,
            node.Kind is Core.NodeKind.Ordinal ordinal ? [.. Core.LevelsModule.names(ordinal.Item)] : null,
            [.. Core.NodeModule.parents(node)]);
}
