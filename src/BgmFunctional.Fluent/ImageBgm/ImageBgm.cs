using System.Globalization;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>
/// A Bayesian generative model of grey images (MNISTBGM): latents, and convolutional networks that make images of them. Fits to whole images;
/// then fills in missing pixels with intervals, and makes new images. Immutable. Liu and Wong, arXiv:2601.05355.
/// </summary>
/// <example>
/// <code>
/// var digits = ImageSet.FromFile("data/digits/images.idx.gz");
/// var model = ImageBgm.Recommended.Fit(digits);
/// var filled = model.Impute(digits.First(16).WithMask(ImageMask.Hole));
/// filled.Images.SaveSheet("filled.png");
/// </code>
/// </example>
public sealed class ImageBgm
{
    private readonly ImageSettings _settings;

    private ImageBgm(ImageSettings settings) => _settings = settings;

    /// <summary>The published model: plain networks, 10 latents.</summary>
    public static ImageBgm Published { get; } = new(ImageSettings.Empty);

    /// <summary>The published model with a Bayesian generator, whose weights have distributions.</summary>
    public static ImageBgm Bayesian { get; } = new(ImageSettings.Empty.With("use_bnn", "true"));

    /// <summary>
    /// Narrower networks, which train several times as fast, latents that are drawn from their posterior, and intervals that hold the pixels.
    /// </summary>
    public static ImageBgm Recommended { get; } = new(ImageSettings.Recommended);

    /// <summary>A model as a configuration says.</summary>
    public static ImageBgm From(ImageSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new(settings);
    }

    /// <summary>The same with so many latents, 1 or more.</summary>
    public ImageBgm WithLatents(int count) => new(_settings.With("z_dim", count.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Fits the model: the warm start, then iterative updating.</summary>
    /// <param name="images">At least two whole images, whose height and width are divisible by 4.</param>
    /// <param name="options">How to fit; null: as the configuration says.</param>
    /// <param name="progress">Told how far it has come.</param>
    /// <param name="cancellation">Ends the fit.</param>
    /// <exception cref="DataException">A pixel is missing, or the size is not divisible by 4.</exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="CheckpointException">The checkpoint is not one of this fit.</exception>
    /// <exception cref="FitException">A loss is not finite any more.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled.</exception>
    public FittedImageBgm Fit(
        ImageSet images,
        ImageFitOptions? options = null,
        IProgress<ImageFitProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var settings = _settings.Complete();
        var core = (options ?? new(settings.Options)).ToCore(step => progress?.Report(ImageFitProgress.Of(step)), cancellation);
        return new(Core.ImageFit.run(settings.Config, core, images.Value).OrThrow());
    }
}
