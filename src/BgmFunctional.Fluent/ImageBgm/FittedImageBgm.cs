using BgmFunctional.Kernels;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>A fitted <see cref="ImageBgm"/>. Immutable.</summary>
public sealed class FittedImageBgm
{
    private readonly Core.ImageBgmModel _model;

    internal FittedImageBgm(Core.ImageBgmModel model) => _model = model;

    /// <summary>The model in a file.</summary>
    /// <exception cref="ModelFileException">The file is missing, damaged or of another kind.</exception>
    public static FittedImageBgm Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(Core.ImageModelFile.load(path).OrThrowModelFile());
    }

    /// <summary>Rows of an image.</summary>
    public int Height => _model.Height;

    /// <summary>Columns of an image.</summary>
    public int Width => _model.Width;

    /// <summary>Images of the fit.</summary>
    public int Images => _model.Provenance.Rows;

    /// <summary>Mean square of what was left of the pixels of the fit at its end.</summary>
    public double Mse => _model.History.Last().Mse;

    /// <summary>Every setting of the fit by its published name, as JSON.</summary>
    public string Settings => Core.ImageSettingsModule.format(new(_model.Config, _model.Options));

    /// <summary>Fills in the missing pixels of images from their posterior given those that are seen.</summary>
    /// <param name="images">Of the model's size, NaN where a pixel is missing; one without a pixel that is seen is answered from the prior.</param>
    /// <param name="options">How to predict; null: as recommended.</param>
    /// <param name="progress">Told the share of the chains that have ended.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="DataException">Images of another size, or no pixel is missing.</exception>
    /// <exception cref="OptionException">A setting outside its range.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public ImageImputation Impute(
        ImageSet images,
        ImageImputationOptions? options = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var core = (options ?? new()).ToCore(Plain.Share(progress), cancellation);
        return new(_model, images.Value, Core.ImagePredict.run(core, _model, images.Value).OrThrow());
    }

    /// <summary>New images.</summary>
    /// <param name="count">1 or more.</param>
    /// <param name="seed">Names the random numbers.</param>
    /// <param name="prior">Where latents are drawn from.</param>
    /// <param name="isDrawn">Whether logits of pixels are drawn with their noise, as published; else their means are used, which look smooth.</param>
    /// <param name="threads">1 or more; null: all processors.</param>
    /// <exception cref="OptionException">A count below 1.</exception>
    public ImageSet Generate(int count, long seed = 0, LatentPrior prior = LatentPrior.Fitted, bool isDrawn = false, int? threads = null)
    {
        var choice = isDrawn ? Core.LogitChoice.Drawn : Core.LogitChoice.Mean;
        return new(Core.ImageQueries.generate(threads ?? Environment.ProcessorCount, Key.OfSeed(seed), prior.ToCore(), choice, count, _model).OrThrow());
    }

    /// <summary>Mean square of the difference between whole images and what the model makes of their codes.</summary>
    /// <param name="images">Of the model's size.</param>
    /// <param name="threads">1 or more; null: all processors.</param>
    /// <exception cref="DataException">Images of another size, or a pixel is missing.</exception>
    public double Evaluate(ImageSet images, int? threads = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Core.ImageQueries.evaluate(threads ?? Environment.ProcessorCount, null, _model, images.Value).OrThrow();
    }

    /// <summary>Writes the model as a safetensors file, as a whole or not at all.</summary>
    /// <exception cref="ModelFileException">The folder does not exist, or the file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Core.ImageModelFile.save(path, _model).OrThrowModelFile();
    }
}
