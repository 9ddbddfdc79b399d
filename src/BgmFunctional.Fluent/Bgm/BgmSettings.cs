using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>
/// A configuration of a <see cref="Bgm"/> and its fit by the published names (<c>z_dim</c>, <c>g_units</c>, <c>lr_theta</c>,
/// <c>use_bnn</c>, <c>epochs</c> …), values as JSON. What is not given is as published. Immutable.
/// </summary>
/// <example>
/// <code>
/// var settings = BgmSettings.Read("config.json").With("epochs", "50");
/// var fitted = Bgm.From(settings).Fit(data);
/// </code>
/// </example>
public sealed class BgmSettings
{
    private readonly string _place;
    private readonly FSharpMap<string, string> _given;

    private BgmSettings(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes)
    {
        _place = place;
        _given = given;
        Notes = notes;
    }

    /// <summary>No setting.</summary>
    public static BgmSettings Empty { get; } = new("settings", new([]), []);

    /// <summary>The names of the presets: settings that go together, <c>preset</c> in a configuration.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. Core.SettingsModule.presets.Select(preset => preset.Item1)];

    /// <summary>The preset <c>recommended</c>, for tables of hundreds or thousands of rows: drawn latents, and a small
    /// generator that begins at a factor analysis and goes on for as many epochs as held-out cells gain by.</summary>
    public static BgmSettings Recommended { get; } = Empty.With("preset", "\"recommended\"");

    /// <summary>The settings in a JSON file.</summary>
    /// <exception cref="OptionException">A setting that is not known, or given twice, or a text that is not JSON.</exception>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public static BgmSettings Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (given, notes) = Core.SettingsModule.read(path).OrThrow();
        return new(path, given, [.. notes]);
    }

    /// <summary>Whether a setting is given.</summary>
    /// <param name="name">Its published name.</param>
    public bool Has(string name) => _given.ContainsKey(name);

    /// <summary>Parameters of the published package that were given and have no meaning here, and what has it instead.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>The same with a setting added or replaced.</summary>
    /// <param name="name">Its published name.</param>
    /// <param name="json">Its value as JSON: <c>true</c>, <c>50</c>, <c>[64, 64]</c>, <c>"fixed-moments"</c>.</param>
    public BgmSettings With(string name, string json)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(json);
        return new(_place, _given.Add(name, json), Notes);
    }

    /// <summary>How a fit goes by these settings.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public BgmFitOptions FitOptions => new(Complete().Options);

    /// <summary>Every setting with its value, defaults included, as JSON.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public string ToJson() => Core.SettingsModule.format(Complete());

    internal Core.Settings Complete() => Core.SettingsModule.complete(_place, _given).OrThrow();
}
