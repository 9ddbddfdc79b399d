using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>What a treatment does, with posterior intervals, and whether the chains behind it can be believed.</summary>
public sealed class EffectPrediction
{
    private readonly Core.CausalModel _model;
    private readonly Core.Prediction _prediction;

    internal EffectPrediction(Core.CausalModel model, Core.Prediction prediction)
    {
        _model = model;
        _prediction = prediction;
        if (prediction.Effect is Core.PredictedEffect.Effects effects)
        {
            Average = PosteriorInterval.Of(effects.ate);
            AverageOfTreated = effects.att is { } att ? PosteriorInterval.Of(att.Value) : null;
            Rows = [.. effects.rows.Select(PosteriorInterval.Of)];
        }
        else if (prediction.Effect is Core.PredictedEffect.Curve curve)
        {
            Curve = [.. curve.Item.Select(point => new DosePosterior(point.X, PosteriorInterval.Of(point.Outcome)))];
        }
    }

    /// <summary>The average effect of a binary treatment (ATE); null of a continuous one.</summary>
    public PosteriorInterval? Average { get; }

    /// <summary>The same over the treated rows (ATT); null where there are none.</summary>
    public PosteriorInterval? AverageOfTreated { get; }

    /// <summary>The effect of a binary treatment on each row; null of a continuous one.</summary>
    public IReadOnlyList<PosteriorInterval>? Rows { get; }

    /// <summary>The average dose-response function of a continuous treatment; null of a binary one.</summary>
    public IReadOnlyList<DosePosterior>? Curve { get; }

    /// <summary>Fits behind it; more than one are pooled.</summary>
    public int Fits => _prediction.Fits;

    /// <summary>Whether intervals are predictive ones, of outcomes with their noise; else credible ones, of mean outcomes.</summary>
    public bool IsPredictive => _prediction.IntervalOf.IsDrawnOutcome;

    /// <summary>Intervals have level 1 − alpha.</summary>
    public double Alpha => _prediction.Alpha;

    /// <summary>Mean acceptance of all chains.</summary>
    public double Acceptance => _prediction.Acceptance;

    /// <summary>Of the average effect, or the point of the curve where it is largest; above 1.01 chains disagree.</summary>
    public double RHat => _prediction.RHat;

    /// <summary>Effective draws of the average effect, or at the point of the curve where they are fewest.</summary>
    public double Ess => _prediction.Ess;

    /// <summary>Share of the rows whose own chains agree.</summary>
    public double RowsConverged => _prediction.RowsConverged;

    /// <summary>What speaks against the answer, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. _prediction.Warnings];

    /// <summary>
    /// The effect as a table: <c>row</c>, <c>mean</c>, <c>low</c>, <c>high</c> of a binary treatment, <c>x</c>, <c>mean</c>, <c>low</c>,
    /// <c>high</c> of a continuous one.
    /// </summary>
    public Columns ToColumns() => new(Core.PredictionModule.toFrame(_prediction));

    /// <summary>Writes the effect as a page with a figure that needs no network, as a whole or not at all.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveReport(string path, string title = "Effect of a treatment")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(title);
        Charts.ReportModule.save(path, Core.EffectReport.create(title, _model, _prediction)).OrThrow();
    }
}
