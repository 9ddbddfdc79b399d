using System.Globalization;
using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>
/// BGM: a generative model of a table with holes, which fills them with honest intervals and makes new rows. Every row has a latent that
/// explains its cells through a network. Immutable. Liu and Wong, arXiv:2601.05355.
/// </summary>
/// <example>
/// <code>
/// var model = Bgm.Create(latents: 5).Fit(data, new BgmFitOptions { Seed = 7 });
/// var imputed = model.Impute(data);
/// imputed.Table.ToCsv("filled.csv");
/// </code>
/// </example>
public sealed class Bgm
{
    private readonly BgmSettings _settings;
    private readonly FSharpList<string> _categories;

    private Bgm(BgmSettings settings, FSharpList<string> categories)
    {
        _settings = settings;
        _categories = categories;
    }

    /// <summary>A model as published, with latents of this many numbers.</summary>
    /// <param name="latents">1 or more.</param>
    public static Bgm Create(int latents = 10) => From(BgmSettings.Empty.With("z_dim", Text(latents)));

    /// <summary>A model as a configuration says.</summary>
    public static Bgm From(BgmSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings, FSharpList<string>.Empty);
    }

    /// <summary>The same with a generator whose weights have distributions, so that intervals hold their uncertainty too.</summary>
    public Bgm WithBayesianNetworks() => new(_settings.With("use_bnn", "true"), _categories);

    /// <summary>The same with cells that share noise given the latent: a covariance of this rank beside the diagonal.</summary>
    /// <param name="rank">1 or more.</param>
    public Bgm WithLowRank(int rank) => new(_settings.With("rank", Text(rank)), _categories);

    /// <summary>The same with these columns of numbers as categories; texts are categories anyway.</summary>
    public Bgm WithCategories(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new(_settings, ListModule.OfSeq(_categories.Concat(names)));
    }

    /// <summary>
    /// Refuses, without any work, rows that <see cref="Fit"/> would refuse, and what <see cref="FittedBgm.Impute"/> would refuse after it.
    /// </summary>
    /// <param name="learned">Rows for the fit.</param>
    /// <param name="filled">Rows whose holes are to be filled then.</param>
    /// <param name="options">How to fill them; null: as published.</param>
    /// <exception cref="DataException">Rows that cannot be learned from, or do not fit those that are learned from.</exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    public void Check(Columns learned, Columns filled, ImputeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(learned);
        ArgumentNullException.ThrowIfNull(filled);
        var encoding = Core.TableEncodingModule.learn(_categories, learned.Frame).OrThrow();
        Core.Impute.check((options ?? new()).ToCore((_, _) => { }, default), _settings.Complete().Config, encoding, filled.Frame).OrThrow();
    }

    /// <summary>Fits the model to a table with or without holes: the warm start, then iterative updating.</summary>
    /// <param name="data">Rows; <c>NaN</c> and empty texts are holes.</param>
    /// <param name="options">How to fit; null: as the configuration says, or as published.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <exception cref="DataException">Nothing is seen of a column, or a value is infinite, or a text stands among numbers.</exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="CheckpointException">The checkpoint cannot be written, or is of another fit.</exception>
    /// <exception cref="FitException">A loss is not finite any more.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public FittedBgm Fit(
        Columns data,
        BgmFitOptions? options = null,
        IProgress<BgmFitProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        var settings = _settings.Complete();
        var core = (options ?? new(settings.Options)).ToCore(step => progress?.Report(BgmFitProgress.Of(step)), cancellation);
        return new(Core.Fit.run(settings.Config, core, Core.DatasetModule.ofFrame(_categories, data.Frame).OrThrow()).OrThrow());
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
