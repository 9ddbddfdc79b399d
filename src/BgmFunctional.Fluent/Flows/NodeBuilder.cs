using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// How the parents of a node act on it: terms that add up on the latent scale, which is one of log-odds. Each parent enters through one
/// term. Immutable: every call returns a new builder.
/// </summary>
/// <typeparam name="TSelf">The builder of this kind of node.</typeparam>
public abstract class NodeBuilder<TSelf>
    where TSelf : NodeBuilder<TSelf>
{
    private protected NodeBuilder(Core.Node node) => Node = node;

    internal Core.Node Node { get; }

    /// <summary>Adds β·x: one coefficient a parent, or one a level of an ordinal parent.</summary>
    public TSelf LinearShift(string parent)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return Add(Core.Term.NewLinearShift(parent));
    }

    /// <summary>Adds g(x), a network of these parents jointly.</summary>
    public TSelf ComplexShift(params string[] parents) => Add(Core.Term.NewComplexShift(Names(parents)));

    /// <summary>Makes the transformation itself, whole distributions, a function of these parents jointly.</summary>
    public TSelf Intercept(params string[] parents) => Add(Core.Term.NewIntercept(Names(parents)));

    private protected abstract TSelf With(Core.Node node);

    private static FSharpList<string> Names(string[] parents)
    {
        ArgumentNullException.ThrowIfNull(parents);
        return ListModule.OfArray(parents);
    }

    private TSelf Add(Core.Term term) =>
        With(new(Node.Name, Node.Kind, ListModule.Append(Node.Terms, ListModule.OfArray([term]))));
}
