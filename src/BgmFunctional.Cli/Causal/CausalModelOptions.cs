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
    private const string Auto = "auto";
    private const string LatentSetting = "z_dims";
    private const string KindSetting = "binary_treatment";

    /// <summary>Behind a column of the auxiliary variable: every value is a category.</summary>
    private const string Categories = ":categories";

    private static readonly string[] Kinds = [Binary, Continuous];
    private static readonly string[] Models = [Causal, Identifiable, FullMcmc];
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

    private readonly ConfigurationOptions<CausalSettings> _configuration = new(
        CausalSettings.Empty,
        CausalSettings.Read,
        CausalSettings.Presets,
        "those that chains agree by, in less than half the time",
        "Passes of iterative updating over the rows.",
        settings => settings.With(LatentSetting, "[1, 1, 1, 1]").With(KindSetting, "true").FitOptions);

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
        _latent.Validators.Add(CheckLatent);
    }

    public IEnumerable<Option> All =>
        [_treatment, _outcome, _covariates, _kind, _model, _auxiliary, _latent, .. _configuration.All, _mcmcBurnIn, _mcmcDraws, _seed];

    /// <summary>Whether the configuration is asked for, and no fit.</summary>
    public bool IsShown(ParseResult parsed) => _configuration.IsShown(parsed);

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
        var settings = _configuration.Settings(parsed, Given(parsed), notes);
        if (settings[KindSetting] is null) throw new OptionException($"{_kind.Name}: it is missing; add it with {string.Join(" or ", Kinds)}, or {KindSetting} in a configuration.");
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
        if (parsed.GetValue(_covariates) is { } covariates) model = model.WithCovariates(CommonOptions.Words(covariates));
        if (parsed.GetValue(_auxiliary) is not { } auxiliary) return model;
        if (settings["model"] != Quoted(Identifiable))
        {
            throw new OptionException($"{_auxiliary.Name}: only the identifiable model has it; add {_model.Name} {Identifiable}.");
        }

        return CommonOptions.Words(auxiliary).Aggregate(model, (model, name) =>
            name.EndsWith(Categories, StringComparison.Ordinal)
                ? model.WithAuxiliaryCategories(name[..^Categories.Length])
                : model.WithAuxiliary(name));
    }

    private static Option<string> Column(string name, string letter, string description) =>
        new(name) { HelpName = letter, Description = description, Required = true };

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

    /// <summary>Options of the model's own that are given, as settings.</summary>
    private IEnumerable<(string Name, string Json)> Given(ParseResult parsed)
    {
        if (parsed.IsGiven(_model)) yield return ("model", Quoted(parsed.GetRequiredValue(_model)));
        if (parsed.IsGiven(_kind)) yield return (KindSetting, parsed.GetValue(_kind) == Binary ? "true" : "false");
        if (parsed.IsGiven(_latent)) yield return (LatentSetting, parsed.GetRequiredValue(_latent) is Auto ? Quoted(Auto) : $"[{parsed.GetValue(_latent)}]");
        if (parsed.IsGiven(_seed)) yield return ("random_seed", parsed.Number(_seed));
    }
}
