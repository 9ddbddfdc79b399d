using BgmFunctional.Kernels;
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
    private readonly Core.Config _config;
    private readonly string _treatment;
    private readonly string _outcome;
    private readonly IReadOnlyList<string>? _covariates;

    private CausalBgm(Core.Config config, string treatment, string outcome, IReadOnlyList<string>? covariates)
    {
        _config = config;
        _treatment = treatment;
        _outcome = outcome;
        _covariates = covariates;
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

    /// <summary>The same with these columns as covariates, instead of all besides treatment and outcome.</summary>
    public CausalBgm WithCovariates(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new(_config, _treatment, _outcome, [.. names]);
    }

    /// <summary>Fits the model: the warm start, then iterative updating.</summary>
    /// <param name="data">Rows with the model's columns.</param>
    /// <param name="options">How to fit; null: as published.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <exception cref="DataException">
    /// A column is missing, constant or no number, a value is missing, or a binary treatment has another value than 0 and 1.
    /// </exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="FitException">A loss is not finite any more.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public FittedCausalBgm Fit(
        Columns data,
        CausalFitOptions? options = null,
        IProgress<CausalFitProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var covariates = _covariates is null ? null : FSharpOption<FSharpList<string>>.Some(ListModule.OfSeq(_covariates));
        var dataset = Core.DatasetModule.ofFrame(_config.Treatment, _treatment, _outcome, covariates, data.Frame).OrThrow();
        var core = (options ?? new()).ToCore(step => progress?.Report(CausalFitProgress.Of(step)), cancellation);
        return new(Core.Fit.run(_config, core, dataset).OrThrow());
    }

    private static CausalBgm Create(Core.TreatmentKind kind, string treatment, string outcome, LatentSizes latents)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(latents);
        return new(Core.ConfigModule.defaults(kind, latents.ToCore()), treatment, outcome, null);
    }
}
