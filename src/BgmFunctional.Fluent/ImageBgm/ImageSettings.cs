using Microsoft.FSharp.Collections;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>
/// A configuration of an <see cref="ImageBgm"/> and its fit by the published names (<c>z_dim</c>, <c>use_bnn</c>, <c>lr_theta</c>, <c>epochs</c> …), and
/// ours beside them (<c>g_filters</c>, <c>pixel_law</c> …), values as JSON. What is not given is as published. Immutable.
/// </summary>
/// <example>
/// <code>
/// var settings = ImageSettings.Recommended.With("z_dim", "20");
/// var fitted = ImageBgm.From(settings).Fit(images);
/// </code>
/// </example>
public sealed class ImageSettings : ModelSettings<ImageSettings>
{
    private ImageSettings(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes)
        : base(place, given, notes)
    {
    }

    /// <summary>No setting.</summary>
    public static ImageSettings Empty { get; } = new("settings", new([]), []);

    /// <summary>The names of the presets: settings that go together, <c>preset</c> in a configuration.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. Core.ImageSettingsModule.presets.Select(preset => preset.Item1)];

    /// <summary>
    /// The preset <c>recommended</c>: narrower networks, which train several times as fast, latents that are drawn from their posterior, and intervals that
    /// hold the pixels.
    /// </summary>
    public static ImageSettings Recommended { get; } = Empty.With("preset", "\"recommended\"");

    /// <summary>The settings in a JSON file.</summary>
    /// <exception cref="OptionException">A setting that is not known, or given twice, or a text that is not JSON.</exception>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public static ImageSettings Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (given, notes) = Core.ImageSettingsModule.read(path).OrThrow();
        return new(path, given, [.. notes]);
    }

    /// <summary>How a fit goes by these settings.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public ImageFitOptions FitOptions => new(Complete().Options);

    /// <summary>Every setting with its value, defaults included, as JSON.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public string ToJson() => Core.ImageSettingsModule.format(Complete());

    internal Core.ImageSettings Complete() => Core.ImageSettingsModule.complete(Place, Given).OrThrow();

    private protected override ImageSettings Create(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes) => new(place, given, notes);
}
