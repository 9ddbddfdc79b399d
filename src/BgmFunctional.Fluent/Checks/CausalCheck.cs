using Core = BgmFunctional.CausalChecks;

namespace BgmFunctional.Fluent;

/// <summary>
/// What to look at before an effect of a <see cref="FittedCausalBgm"/> is believed: overlap and balance of the latent confounders, predictions
/// of treatment and outcome, what the latents have learned, and how well they give the covariates back.
/// </summary>
public sealed class CausalCheck
{
    private readonly Core.CausalCheck _check;

    internal CausalCheck(Core.CausalCheck check)
    {
        _check = check;
        Overlap = TreatmentOverlap.Of(check.Overlap);
        Balance = [.. check.Balance.Select(LatentBalance.Of)];
        OfTreatment = PredictiveCheck.Of(check.OfTreatment);
        OfOutcome = PredictiveCheck.Of(check.OfOutcome);
        Calibration = [.. check.Calibration.Select(group => new CalibrationGroup(group.Rows, group.Predicted, group.Seen))];
        Latents = [.. check.Latents.Select(LatentUse.Of)];
        Covariates = [.. check.Covariates.Select(item => new Reconstruction(item.Covariate, item.Explained, item.NoiseRatio))];
    }

    /// <summary>Rows that the model was checked on.</summary>
    public int Rows => _check.Rows;

    /// <summary>Could every row have had every arm, given its latent confounders?</summary>
    public TreatmentOverlap Overlap { get; }

    /// <summary>Of every latent confounder: do arms differ in it, before and after weighting?</summary>
    public IReadOnlyList<LatentBalance> Balance { get; }

    /// <summary>The treatment as predicted from covariates.</summary>
    public PredictiveCheck OfTreatment { get; }

    /// <summary>The outcome as predicted from covariates and treatment.</summary>
    public PredictiveCheck OfOutcome { get; }

    /// <summary>Tenths of the rows by the predicted probability of a binary treatment; none of a continuous one.</summary>
    public IReadOnlyList<CalibrationGroup> Calibration { get; }

    /// <summary>Of every latent: what do the rows teach about it?</summary>
    public IReadOnlyList<LatentUse> Latents { get; }

    /// <summary>Of every covariate: how much of it do the latents explain?</summary>
    public IReadOnlyList<Reconstruction> Covariates { get; }

    /// <summary>What is wrong, one line each.</summary>
    public IReadOnlyList<string> Warnings => [.. _check.Warnings];

    /// <summary>Writes the checks as a page with figures that needs no network, as a whole or not at all.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveReport(string path, string title = "Checks of a CausalBGM")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(title);
        Charts.ReportModule.save(path, Core.CausalCheckReport.create(title, _check)).OrThrow();
    }
}

/// <summary>Means of a latent confounder in the arms of a treatment, less that of all rows, in standard deviations.</summary>
/// <param name="Latent">Its name, <c>Z0.1</c>, <c>Z0.2</c> …</param>
/// <param name="Before">By arm, as they are.</param>
/// <param name="After">By arm, weighted by 1/propensity.</param>
public sealed record LatentBalance(string Latent, IReadOnlyList<double> Before, IReadOnlyList<double> After)
{
    /// <summary>The largest difference between two arms, as they are.</summary>
    public double LargestBefore => Before.Max() - Before.Min();

    /// <summary>The largest difference between two arms, weighted.</summary>
    public double LargestAfter => After.Max() - After.Min();

    internal static LatentBalance Of(Core.LatentBalance balance) => new(balance.Latent, balance.Before, balance.After);
}

/// <summary>A column as the model predicts it; a row's own value plays no part in its prediction.</summary>
/// <param name="Fit">Are its residuals uniform, and independent of covariates and treatment?</param>
/// <param name="LogScore">Mean log density of the rows' values, nats: of two models, the better one predicts held-out rows with the larger.</param>
/// <param name="Coverage">Shares of the rows inside central predictive intervals, by the intervals' level.</param>
/// <param name="Replicated">Each row drawn once by the model.</param>
/// <param name="Discrepancies">Mean, standard deviation and skewness; none of a binary column.</param>
public sealed record PredictiveCheck(
    NodeCheck Fit,
    double LogScore,
    IReadOnlyDictionary<double, double> Coverage,
    IReadOnlyList<double> Replicated,
    IReadOnlyList<Discrepancy> Discrepancies)
{
    internal static PredictiveCheck Of(Core.PredictiveCheck check) =>
        new(
            NodeCheck.Of(check.Fit),
            check.LogScore,
            new OrderedDictionary<double, double>(check.Coverage.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))),
            check.Replicated,
            [.. check.Discrepancies.Select(item => new Discrepancy(item.Statistic, item.Seen, item.Drawn, item.P))]);
}

/// <summary>A number that describes all rows, as seen and as the model draws it.</summary>
/// <param name="Statistic">What it is.</param>
/// <param name="Seen">Of the rows.</param>
/// <param name="Drawn">Of replications of all rows by the model.</param>
/// <param name="P">The share of replications as far out on the same side as the rows, doubled.</param>
public sealed record Discrepancy(string Statistic, double Seen, IReadOnlyList<double> Drawn, double P);

/// <summary>Rows of like propensity.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Predicted">Mean of the predicted probability of treatment.</param>
/// <param name="Seen">Share of the treated.</param>
public sealed record CalibrationGroup(int Rows, double Predicted, double Seen);

/// <summary>How far the posterior of a latent has moved from its prior.</summary>
/// <param name="Latent">Its part and number, <c>Z0.1</c> … <c>Z3.7</c>.</param>
/// <param name="Moves">What it moves, in words.</param>
/// <param name="Learned">1 − posterior variance / prior variance: at 0 the latent is unused, at 1 a row's latent is known.</param>
/// <param name="Divergence">Of the posterior from the prior, nats.</param>
/// <param name="Mean">Mean of all rows' draws.</param>
/// <param name="Sd">Standard deviation of all rows' draws.</param>
public sealed record LatentUse(string Latent, string Moves, double Learned, double Divergence, double Mean, double Sd)
{
    internal static LatentUse Of(Core.LatentUse use) =>
        new(use.Latent, Core.LatentUseModule.describe(use.Part), use.Learned, use.Divergence, use.Mean, use.Sd);
}

/// <summary>A covariate, and what the model makes of a row's latents.</summary>
/// <param name="Covariate">Its name.</param>
/// <param name="Explained">The share of it that the latents explain.</param>
/// <param name="NoiseRatio">1 if the noise that the model gives all covariates alike is right for this one.</param>
public sealed record Reconstruction(string Covariate, double Explained, double NoiseRatio);
