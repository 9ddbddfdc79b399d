using Microsoft.FSharp.Collections;

namespace BgmFunctional.Fluent;

/// <summary>
/// Settings of a model with latent variables and of its fit by the published names, values as JSON, whichever model it is. What is not given is as
/// published. Immutable.
/// </summary>
/// <typeparam name="TSelf">The model's own settings.</typeparam>
public abstract class ModelSettings<TSelf>
    where TSelf : ModelSettings<TSelf>
{
    private protected ModelSettings(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes)
    {
        Place = place;
        Given = given;
        Notes = notes;
    }

    /// <summary>Parameters of the published package that were given and have no meaning here, and what has it instead.</summary>
    public IReadOnlyList<string> Notes { get; }

    private protected string Place { get; }

    private protected FSharpMap<string, string> Given { get; }

    /// <summary>A given setting as JSON text, or null.</summary>
    /// <param name="name">Its published name.</param>
    public string? this[string name] => Given.TryGetValue(name, out var json) ? json : null;

    /// <summary>The same with a setting added or replaced.</summary>
    /// <param name="name">Its published name.</param>
    /// <param name="json">Its value as JSON: <c>true</c>, <c>50</c>, <c>[64, 64]</c>, <c>"learned"</c>.</param>
    public TSelf With(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(json);
        return Create(Place, Given.Add(name, json), Notes);
    }

    private protected abstract TSelf Create(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes);
}
