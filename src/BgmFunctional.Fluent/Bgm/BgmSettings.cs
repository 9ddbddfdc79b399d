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
public sealed class BgmSettings : ModelSettings<BgmSettings>
{
    private BgmSettings(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes)
        : base(place, given, notes)
    {
    }

    /// <summary>No setting.</summary>
    public static BgmSettings Empty { get; } = new("settings", new([]), []);

    /// <summary>The names of the presets: settings that go together, <c>preset</c> in a configuration.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. Core.SettingsModule.presets.Select(preset => preset.Item1)];

    /// <summary>The preset <c>recommended</c>: a generator that begins at a factor analysis and leaves it for as many epochs as held-out cells gain by,
    /// latents that are drawn, and columns that count alike, however little their noise.</summary>
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

    /// <summary>How a fit goes by these settings.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public BgmFitOptions FitOptions => new(Complete().Options);

    /// <summary>Every setting with its value, defaults included, as JSON.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public string ToJson() => Core.SettingsModule.format(Complete());

    internal Core.Settings Complete() => Core.SettingsModule.complete(Place, Given).OrThrow();

    private protected override BgmSettings Create(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes) => new(place, given, notes);
}
