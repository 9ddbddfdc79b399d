using System.CommandLine;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>A preset, a configuration file, and the options of a fit that every model with latent variables has and that win over both.</summary>
/// <typeparam name="TSettings">The model's settings.</typeparam>
internal sealed class ConfigurationOptions<TSettings>
    where TSettings : ModelSettings<TSettings>
{
    private const string Recommended = "recommended";
    private const string Published = "published";
    private const string PresetSetting = "preset";

    private readonly TSettings _empty;
    private readonly Func<string, TSettings> _read;
    private readonly Option<string> _preset;

    private readonly Option<string> _config =
        new("--config") { HelpName = "CONFIG.json", Description = "Settings by their published names (lr_theta, epochs …); options win over it." };

    private readonly Option<bool> _show =
        CommonOptions.Flag("--show-config", "Print every setting with its value, as a configuration that can be given again, and do no more.");

    private readonly Option<int> _epochs;
    private readonly Option<int> _egmIterations;
    private readonly Option<int> _batchSize;

    /// <param name="empty">No setting.</param>
    /// <param name="read">The settings in a file.</param>
    /// <param name="presets">Their names.</param>
    /// <param name="recommended">What the preset that is in effect unless another is named has to say for itself.</param>
    /// <param name="epochs">What epochs are.</param>
    /// <param name="training">How a fit goes by settings.</param>
    public ConfigurationOptions(
        TSettings empty,
        Func<string, TSettings> read,
        IReadOnlyList<string> presets,
        string recommended,
        string epochs,
        Func<TSettings, TrainingOptions> training)
    {
        _empty = empty;
        _read = read;
        _preset = new Option<string>("--preset")
        {
            HelpName = string.Join('|', presets),
            Description = $"Settings that go together: as the authors' package has them, or {recommended}; what is given beside it wins.",
        }.WithDefault(Recommended);
        _preset.Validators.Add(result => CommonOptions.CheckWord(result, presets));

        string OfPresets(Func<TrainingOptions, int> setting)
        {
            var (ours, theirs) = (setting(training(Preset(empty, Recommended))), setting(training(Preset(empty, Published))));
            return ours == theirs ? $"{ours} if not given." : $"{ours} if not given, {theirs} with {_preset.Name} {Published}.";
        }

        _epochs = CommonOptions.Count("--epochs", $"{epochs} {OfPresets(options => options.Epochs)}");
        _egmIterations = CommonOptions.CountFromZero(
            "--egm-iterations",
            $"Iterations of the warm start; 0: none. {OfPresets(options => options.EgmIterations)}");
        _batchSize = CommonOptions.Count("--batch-size", $"Rows of a step; all rows if there are fewer. {OfPresets(options => options.BatchSize)}");
    }

    public IEnumerable<Option> All => [_preset, _config, _show, _epochs, _egmIterations, _batchSize];

    /// <summary>Whether the configuration is asked for, and no fit.</summary>
    public bool IsShown(ParseResult parsed) => parsed.GetValue(_show);

    /// <summary>The configuration in effect; the verb's own options are settings, too.</summary>
    public TSettings Settings(ParseResult parsed, IEnumerable<(string Name, string Json)> own, TextWriter notes)
    {
        var settings = parsed.GetValue(_config) is { } path ? _read(path) : _empty;
        foreach (var note in settings.Notes) notes.WriteLine(note);
        if (parsed.IsGiven(_preset) || settings[PresetSetting] is null) settings = Preset(settings, parsed.GetRequiredValue(_preset));
        return own.Concat(Given(parsed)).Aggregate(settings, (settings, given) => settings.With(given.Name, given.Json));
    }

    private static TSettings Preset(TSettings settings, string name) => settings.With(PresetSetting, $"\"{name}\"");

    private IEnumerable<(string Name, string Json)> Given(ParseResult parsed)
    {
        if (parsed.IsGiven(_epochs)) yield return ("epochs", parsed.Number(_epochs));
        if (parsed.IsGiven(_batchSize)) yield return ("batch_size", parsed.Number(_batchSize));
        if (parsed.IsGiven(_egmIterations))
        {
            yield return ("egm_n_iter", parsed.Number(_egmIterations));
            yield return ("use_egm_init", parsed.GetValue(_egmIterations) > 0 ? "true" : "false");
        }
    }
}
