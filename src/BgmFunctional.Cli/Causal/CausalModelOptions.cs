using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using BgmFunctional.Fluent;

namespace BgmFunctional.Cli;

/// <summary>What a model of the CausalBGM family is and how it is fitted: a configuration file, and options that win over it.</summary>
internal sealed class CausalModelOptions
{
    private const string Causal = "causal";
    private const string Identifiable = "identifiable";
    private const string FullMcmc = "full-mcmc";
    private const string Binary = "binary";
    private const string Continuous = "continuous";
    private const string Recommended = "recommended";
    private const string Published = "published";
    private const string Auto = "auto";
    private const string LatentSetting = "z_dims";
    private const string KindSetting = "binary_treatment";

    /// <summary>Behind a column of the auxiliary variable: every value is a category.</summary>
    private const string Categories = ":categories";

    private static readonly string[] Kinds = [Binary, Continuous];
    private static readonly string[] Models = [Causal, Identifiable, FullMcmc];
    private static readonly CausalFitOptions Defaults = OfPreset(Recommended);
    private static readonly WeightOptions WeightDefaults = new();

    private readonly Option<string> _treatment = Column("--treatment", "X", "The treatment's column.");
    private readonly Option<string> _outcome = Column("--outcome", "Y", "The outcome's column.");

    private readonly Option<string> _covariates =
        new("--covariates") { HelpName = "V1,V2", Description = "The covariates' columns, separated by commas; all others if not given." };

    private readonly Option<string> _kind =
        new("--treatment-kind") { HelpName = string.Join('|', Kinds), Description = "Whether the treatment is 0 or 1, or any number." };

    private readonly Option<string> _model =
        new("--model")
        {
            HelpName = string.Join('|', Models),
            Description = $"{Causal} if not given; {Identifiable}: the latent's prior is given an auxiliary variable; {FullMcmc}: after the fit, weights are drawn by Hamiltonian Monte Carlo.",
        };

    private readonly Option<string> _auxiliary =
        new("--auxiliary")
        {
            HelpName = "U1,U2",
            Description = $"With {Identifiable}: columns known to tell rows apart, such as site or period. Texts are categories; so are numbers with {Categories} behind the name. Random segments if not given.",
        };

    private readonly Option<string> _latent =
        new("--latent")
        {
            HelpName = $"Z0,Z1,Z2,Z3|{Auto}",
            Description = $"Sizes of the latent's parts: what confounds, what moves the outcome, what moves the treatment, the rest; {Auto}, from the data, if not given.",
        };

    private readonly Option<string> _config =
        new("--config") { HelpName = "CONFIG.json", Description = "Settings by their published names (lr_theta, g_units …); options win over it." };

    private readonly Option<string> _preset =
        new Option<string>("--preset")
        {
            HelpName = string.Join('|', CausalSettings.Presets),
            Description = "Settings that go together: as the authors' package has them, or those that chains agree by and that take half the time; "
                + "what is given beside it wins.",
        }.WithDefault(Recommended);

    private readonly Option<bool> _show =
        CommonOptions.Flag("--show-config", "Print every setting with its value, as a configuration that can be given again, and do no more.");

    private readonly Option<int> _epochs =
        CommonOptions.Count("--epochs", "Passes of iterative updating over the rows. " + OfPresets(options => options.Epochs));

    private readonly Option<int> _egmIterations =
        CommonOptions.CountFromZero("--egm-iterations", "Iterations of the warm start; 0: none. " + OfPresets(options => options.EgmIterations));

    private readonly Option<int> _batchSize =
        CommonOptions.Count("--batch-size", "Rows of a step; all rows if there are fewer.").WithDefault(Defaults.BatchSize);

    private readonly Option<int> _mcmcBurnIn =
        CommonOptions.CountFromZero("--mcmc-burn-in", $"With {FullMcmc}: transitions of the weights' chains that are not kept.")
            .WithDefault(WeightDefaults.BurnIn);

    private readonly Option<int> _mcmcDraws =
        new Option<int>("--mcmc-draws") { Description = $"With {FullMcmc}: transitions after that, of which a hundred are kept at most." }
            .Numeric("N", "a whole number, at least 4", value => value >= 4)
            .WithDefault(WeightDefaults.Draws);

    private readonly Option<long> _seed = CommonOptions.Seed();

    public CausalModelOptions()
    {
        _kind.Validators.Add(result => CommonOptions.CheckWord(result, Kinds));
        _model.Validators.Add(result => CommonOptions.CheckWord(result, Models));
        _preset.Validators.Add(result => CommonOptions.CheckWord(result, CausalSettings.Presets));
        _latent.Validators.Add(CheckLatent);
    }

    public IEnumerable<Option> All =>
        [_treatment, _outcome, _covariates, _kind, _model, _auxiliary, _latent, _preset, _config, _show, _epochs, _egmIterations, _batchSize, _mcmcBurnIn, _mcmcDraws, _seed];

    /// <summary>Whether the configuration is asked for, and no fit.</summary>
    public bool IsShown(ParseResult parsed) => parsed.GetValue(_show);

    /// <summary>How weights are drawn after the fit, or null if they are not.</summary>
    public WeightOptions? Weights(ParseResult parsed, CausalSettings settings) =>
        settings.DrawsWeights
            ? new WeightOptions
            {
                BurnIn = parsed.GetValue(_mcmcBurnIn),
                Draws = parsed.GetValue(_mcmcDraws),
                Kept = Math.Min(WeightDefaults.Kept, parsed.GetValue(_mcmcDraws)),
            }
            : null;

    /// <summary>The configuration in effect.</summary>
    public CausalSettings Settings(ParseResult parsed, TextWriter notes)
    {
        var settings = parsed.GetValue(_config) is { } path ? CausalSettings.Read(path) : CausalSettings.Empty;
        foreach (var note in settings.Notes) notes.WriteLine(note);
        if (parsed.GetResult(_preset) is { Implicit: false } || settings["preset"] is null) settings = settings.With("preset", Quoted(parsed.GetRequiredValue(_preset)));
        foreach (var (name, json) in Given(parsed)) settings = settings.With(name, json);
        if (settings[KindSetting] is null) throw new OptionException($"{_kind.Name}: it is missing; add it, or {KindSetting} in a configuration.");
        return settings;
    }

    /// <summary>The configuration with the latent's sizes chosen from the data, if it leaves them open.</summary>
    public CausalSettings WithLatents(ParseResult parsed, CausalSettings settings, Func<Columns> data, TextWriter notes)
    {
        if (settings[LatentSetting] is { } sizes && sizes != Quoted(Auto)) return settings;
        var choice = Model(parsed, settings.With(LatentSetting, "[1, 1, 1, 1]")).ChooseLatents(data());
        notes.WriteLine(choice.Reason);
        return settings.With(LatentSetting, choice.Sizes.ToJson());
    }

    /// <summary>The model of a configuration on the columns that are named.</summary>
    public Fluent.CausalBgm Model(ParseResult parsed, CausalSettings settings)
    {
        var model = Fluent.CausalBgm.From(settings, parsed.GetRequiredValue(_treatment), parsed.GetRequiredValue(_outcome));
        if (parsed.GetValue(_covariates) is { } covariates) model = model.WithCovariates(Names(covariates));
        if (parsed.GetValue(_auxiliary) is not { } auxiliary) return model;
        if (settings["model"] != Quoted(Identifiable))
        {
            throw new OptionException($"{_auxiliary.Name}: only the identifiable model has it; add {_model.Name} {Identifiable}.");
        }

        return Names(auxiliary).Aggregate(model, (model, name) =>
            name.EndsWith(Categories, StringComparison.Ordinal)
                ? model.WithAuxiliaryCategories(name[..^Categories.Length])
                : model.WithAuxiliary(name));
    }

    /// <summary>How a fit goes by a preset; sizes do not matter to it.</summary>
    private static CausalFitOptions OfPreset(string name) =>
        CausalSettings.Empty.With(LatentSetting, "[1, 1, 1, 1]").With(KindSetting, "true").With("preset", Quoted(name)).FitOptions;

    /// <summary>What a setting is that presets differ in.</summary>
    private static string OfPresets(Func<CausalFitOptions, int> setting) =>
        $"{setting(Defaults)} if not given, {setting(OfPreset(Published))} with --preset {Published}.";

    private static Option<string> Column(string name, string letter, string description) =>
        new(name) { HelpName = letter, Description = description, Required = true };

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static string Quoted(string word) => $"\"{word}\"";

    private static void CheckLatent(OptionResult result)
    {
        if (result.Text() is { } text && text != Auto && !IsSizes(text))
        {
            result.AddError($"{result.Option.Name}: found '{text}'; it must be four whole numbers, at least 1, such as 1,1,1,7, or {Auto}.");
        }
    }

    private static bool IsSizes(string text)
    {
        var words = text.Split(',');
        return words.Length == 4 && words.All(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size >= 1);
    }

    /// <summary>The options that are given, as settings.</summary>
    private IEnumerable<(string Name, string Json)> Given(ParseResult parsed)
    {
        bool Has(Option option) => parsed.GetResult(option) is { Implicit: false };
        string Number<T>(Option<T> option) => string.Create(CultureInfo.InvariantCulture, $"{parsed.GetValue(option)}");

        if (Has(_model)) yield return ("model", Quoted(parsed.GetRequiredValue(_model)));
        if (Has(_kind)) yield return (KindSetting, parsed.GetValue(_kind) == Binary ? "true" : "false");
        if (Has(_latent)) yield return (LatentSetting, parsed.GetRequiredValue(_latent) is Auto ? Quoted(Auto) : $"[{parsed.GetValue(_latent)}]");
        if (Has(_epochs)) yield return ("epochs", Number(_epochs));
        if (Has(_batchSize)) yield return ("batch_size", Number(_batchSize));
        if (Has(_seed)) yield return ("random_seed", Number(_seed));
        if (Has(_egmIterations))
        {
            yield return ("egm_n_iter", Number(_egmIterations));
            yield return ("use_egm_init", parsed.GetValue(_egmIterations) > 0 ? "true" : "false");
        }
    }
}
