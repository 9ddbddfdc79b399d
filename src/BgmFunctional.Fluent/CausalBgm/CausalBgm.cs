using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>
/// CausalBGM: the effect of one treatment on one outcome given many covariates, with posterior intervals, from latents of which a part
/// confounds, a part moves the outcome, a part the treatment, and the rest the covariates alone. Immutable. Liu and Wong, arXiv:2501.00755.
/// </summary>
/// <example>
/// <code>
/// var model = CausalBgm.Binary("treated", "outcome", new LatentSizes(1, 1, 1, 3)).Fit(data, new CausalFitOptions { Seed = 7 });
/// var effect = model.Predict(data);
/// Console.WriteLine($"{effect.Average!.Mean} ({effect.Average.Low} to {effect.Average.High})");
/// </code>
/// </example>
public sealed class CausalBgm
{
    private readonly Core.Settings _settings;
    private readonly Core.Roles _roles;

    private CausalBgm(Core.Settings settings, Core.Roles roles)
    {
        _settings = settings;
        _roles = roles;
    }

    /// <summary>A model of a treatment that is 0 or 1.</summary>
    /// <param name="treatment">Name of its column.</param>
    /// <param name="outcome">Name of the outcome's column.</param>
    /// <param name="latents">Sizes of the latent's parts.</param>
    public static CausalBgm Binary(string treatment, string outcome, LatentSizes latents) =>
        Create(Core.TreatmentKind.Binary, treatment, outcome, latents);

    /// <summary>A model of a treatment that is any number.</summary>
    /// <param name="treatment">Name of its column.</param>
    /// <param name="outcome">Name of the outcome's column.</param>
    /// <param name="latents">Sizes of the latent's parts.</param>
    public static CausalBgm Continuous(string treatment, string outcome, LatentSizes latents) =>
        Create(Core.TreatmentKind.Continuous, treatment, outcome, latents);

    /// <summary>A model as a configuration says.</summary>
    /// <param name="settings">With the latent's sizes and the kind of treatment at least.</param>
    /// <param name="treatment">Name of the treatment's column.</param>
    /// <param name="outcome">Name of the outcome's column.</param>
    /// <exception cref="OptionException">A setting is missing, of another type, or outside its range.</exception>
    public static CausalBgm From(CausalSettings settings, string treatment, string outcome)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Create(settings.Complete(), treatment, outcome);
    }

    /// <summary>The same with a latent of these sizes.</summary>
    public CausalBgm WithLatents(LatentSizes latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        return new(Core.SettingsModule.withConfig(Core.ConfigModule.withLatents(latents.ToCore(), _settings.Config), _settings), _roles);
    }

    /// <summary>
    /// Sizes of the latent that the data suggest: of what moves the outcome and of what moves the treatment by sliced inverse regression, in
    /// all by principal components, three for what confounds.
    /// </summary>
    /// <param name="data">Rows with the model's columns.</param>
    /// <exception cref="DataException">The data cannot be used, as of <see cref="Fit"/>.</exception>
    public LatentChoice ChooseLatents(Columns data)
    {
        ArgumentNullException.ThrowIfNull(data);
        return LatentChoice.Of(Core.Fit.chooseLatents(_settings.Config.Treatment, _roles, data.Frame).OrThrow());
    }

    /// <summary>The same with these columns as covariates, instead of all that have no other part.</summary>
    public CausalBgm WithCovariates(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var covariates = FSharpOption<FSharpList<string>>.Some(ListModule.OfSeq(names));
        return new(_settings, new(_roles.Treatment, _roles.Outcome, covariates, _roles.Auxiliary));
    }

    /// <summary>
    /// IdentifiableCausalBGM: the prior of the latent is given an auxiliary variable of these columns, such as site, period or batch.
    /// Numbers stay numbers, texts are categories.
    /// </summary>
    public CausalBgm WithAuxiliary(params IReadOnlyList<string> names) => WithAuxiliary(names, Core.AuxiliaryRequest.NewByContent);

    /// <summary>The same, every value of the columns a category, also where values are numbers.</summary>
    public CausalBgm WithAuxiliaryCategories(params IReadOnlyList<string> names) =>
        WithAuxiliary(names, Core.AuxiliaryRequest.NewCategorical);

    /// <summary>
    /// IdentifiableCausalBGM as published: the prior of the latent is given segments that are drawn at random. They say nothing about the
    /// rows, so that they identify nothing; <see cref="WithAuxiliary(IReadOnlyList{string})"/> can.
    /// </summary>
    /// <param name="count">2 or more.</param>
    public CausalBgm WithRandomSegments(int count = 10) =>
        new(Core.SettingsModule.withRandomSegments(count, _settings), _roles);

    /// <summary>Fits the model: the warm start, then iterative updating.</summary>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="options">How to fit; null: as the configuration says, or as published.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <exception cref="DataException">
    /// A column is missing, constant or no number, a value is missing, or a binary treatment has another value than 0 and 1.
    /// </exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="FitException">A loss is not finite any more.</exception>
    /// <exception cref="CheckpointException">A checkpoint cannot be written, or is not one of this fit.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled; a checkpoint, if any is wanted, has what was done.</exception>
    public FittedCausalBgm Fit(
        Columns data,
        CausalFitOptions? options = null,
        IProgress<CausalFitProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var core = (options ?? new(_settings.Options)).ToCore(step => progress?.Report(CausalFitProgress.Of(step)), cancellation);
        return new(Core.Fit.ofFrame(Core.SettingsModule.withOptions(core, _settings), _roles, data.Frame).OrThrow());
    }

    private static CausalBgm Create(Core.TreatmentKind kind, string treatment, string outcome, LatentSizes latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        return Create(Core.SettingsModule.ofConfig(Core.ConfigModule.defaults(kind, latents.ToCore())), treatment, outcome);
    }

    private static CausalBgm Create(Core.Settings settings, string treatment, string outcome)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        ArgumentNullException.ThrowIfNull(outcome);
        return new(settings, new(treatment, outcome, null, FSharpList<Core.AuxiliaryRequest>.Empty));
    }

    private CausalBgm WithAuxiliary(IReadOnlyList<string> names, Func<string, Core.AuxiliaryRequest> request)
    {
        ArgumentNullException.ThrowIfNull(names);
        var auxiliary = ListModule.OfSeq(_roles.Auxiliary.Concat(names.Select(request)));
        return new(
            Core.SettingsModule.withConfig(Core.ConfigModule.givenU(_settings.Config), _settings),
            new(_roles.Treatment, _roles.Outcome, _roles.Covariates, auxiliary));
    }
}
