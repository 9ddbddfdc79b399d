using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// What nodes are set to by hand: each such node no longer hears its parents. Made by <see cref="Do"/>. Immutable: every call returns a
/// new one. A node that is set again takes the new value.
/// </summary>
public sealed class Intervention
{
    internal Intervention(FSharpList<Tuple<string, Core.Setting>> settings) => Settings = settings;

    internal FSharpList<Tuple<string, Core.Setting>> Settings { get; }

    /// <summary>Sets a node to a number in all rows; for an ordinal node this is the code of a level, 0 the lowest.</summary>
    public Intervention Set(string node, double value) => With(node, Core.Setting.NewTo(value));

    /// <summary>Sets an ordinal node to a level by its name in all rows.</summary>
    public Intervention Set(string node, string level)
    {
        ArgumentNullException.ThrowIfNull(level);
        return With(node, Core.Setting.NewToLevel(level));
    }

    /// <summary>Sets a node to a number in each row, such as its own value plus one.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="values">One a row; they are copied.</param>
    public Intervention SetEach(string node, params double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return With(node, Core.Setting.NewToEach([.. values]));
    }

    private Intervention With(string node, Core.Setting setting)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new(ListModule.Append(Settings, ListModule.OfArray([Tuple.Create(node, setting)])));
    }
}
