using BgmFunctional.Charts;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>Images with their missing pixels filled in, with intervals, and whether the chains behind them can be believed.</summary>
public sealed class ImageImputation
{
    private readonly Core.ImageBgmModel _model;
    private readonly Core.ImageSet _given;
    private readonly Core.ImagePrediction _prediction;

    internal ImageImputation(Core.ImageBgmModel model, Core.ImageSet given, Core.ImagePrediction prediction)
    {
        _model = model;
        _given = given;
        _prediction = prediction;
    }

    /// <summary>Pixels that were seen as they were, missing ones their posterior mean.</summary>
    public ImageSet Images => new(_prediction.Images);

    /// <summary>The alpha/2 quantile of each missing pixel, and the pixel itself where it was seen.</summary>
    public ImageSet Low => new(new(_given.Height, _given.Width, _prediction.Low));

    /// <summary>The 1 − alpha/2 quantile likewise.</summary>
    public ImageSet High => new(new(_given.Height, _given.Width, _prediction.High));

    /// <summary>Intervals have level 1 − alpha.</summary>
    public double Alpha => _prediction.Alpha;

    /// <summary>Pixels that were filled in, of all images.</summary>
    public int Filled => _prediction.Missing.Sum(missing => missing.Count(isMissing => isMissing));

    /// <summary>Mean acceptance of all chains.</summary>
    public double Acceptance => _prediction.Acceptance;

    /// <summary>Transitions whose energy error was too large.</summary>
    public int Divergences => _prediction.Divergences;

    /// <summary>Median over the images of R-hat of the log density.</summary>
    public double RHat => _prediction.RHat;

    /// <summary>Median over the images of the effective draws of the log density.</summary>
    public double Ess => _prediction.Ess;

    /// <summary>Share of the images whose R-hat is at most 1.1.</summary>
    public double Converged => _prediction.Converged;

    /// <summary>What speaks against the answer, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. _prediction.Warnings];

    /// <summary>Writes the intervals as an NPZ archive: low, high and missing, (n, height, width) each.</summary>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveIntervals(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Core.ImagePredictionModule.writeIntervals(path, _prediction).OrThrow();
    }

    /// <summary>Writes a page with the images as given, filled in, and the widths of the intervals; it needs no network.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SavePage(string path, string title = "Missing pixels, filled in")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(title);
        ReportModule.save(path, Core.ImagePage.ofPrediction(title, _given, _model, _prediction)).OrThrow();
    }
}
