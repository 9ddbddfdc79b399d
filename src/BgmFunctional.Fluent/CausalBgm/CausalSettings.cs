using Microsoft.FSharp.Collections;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>
/// A configuration of a <see cref="CausalBgm"/> and its fit by the published names (<c>z_dims</c>, <c>g_units</c>, <c>lr_theta</c>,
/// <c>use_bnn</c>, <c>epochs</c> …), values as JSON. What is not given is as published. Immutable.
/// </summary>
/// <example>
/// <code>
/// var settings = CausalSettings.Read("config.json").With("epochs", "50");
/// var fitted = CausalBgm.From(settings, "treated", "outcome").Fit(data);
/// </code>
/// </example>
public sealed class CausalSettings : ModelSettings<CausalSettings>
{
    private CausalSettings(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes)
        : base(place, given, notes)
    {
    }

    /// <summary>No setting.</summary>
    public static CausalSettings Empty { get; } = new("settings", new([]), []);

    /// <summary>The names of the presets: settings that go together, <c>preset</c> in a configuration.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. Core.PresetModule.names.Select(preset => preset.Item1)];

    /// <summary>The preset <c>recommended</c>: latents that keep to their prior, and networks that settle.</summary>
    public static CausalSettings Recommended { get; } = Empty.With("preset", "\"recommended\"");

    /// <summary>The settings in a JSON file.</summary>
    /// <exception cref="OptionException">A setting that is not known, or given twice, or a text that is not JSON.</exception>
    /// <exception cref="DataException">The file is missing or cannot be read.</exception>
    public static CausalSettings Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var (given, notes) = Core.SettingsModule.read(path).OrThrow();
        return new(path, given, [.. notes]);
    }

    /// <summary>How a fit goes by these settings.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range.</exception>
    public CausalFitOptions FitOptions => new(Complete().Options);

    /// <summary>
    /// Whether weights are to be drawn by Hamiltonian Monte Carlo once the model is fitted, which <see cref="FittedCausalBgm.DrawWeights"/> does:
    /// <c>"model": "full-mcmc"</c>.
    /// </summary>
    /// <exception cref="OptionException">A setting of another type or outside its range, or no latent sizes or kind of treatment.</exception>
    public bool DrawsWeights => Complete().DrawsWeights;

    /// <summary>Every setting with its value, defaults included, as JSON.</summary>
    /// <exception cref="OptionException">A setting of another type or outside its range, or no latent sizes or kind of treatment.</exception>
    public string ToJson() => Core.SettingsModule.format(Core.SettingsModule.list(Complete()));

    internal Core.Settings Complete() => Core.SettingsModule.complete(Place, Given).OrThrow();

    private protected override CausalSettings Create(string place, FSharpMap<string, string> given, IReadOnlyList<string> notes) => new(place, given, notes);
}
