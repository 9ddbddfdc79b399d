using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How well a model gives rows back, and the effect that it estimates at their codes e(V), without uncertainty.</summary>
/// <param name="MseX">Mean square of what is left of the treatment.</param>
/// <param name="MseY">Mean square of what is left of the outcome.</param>
/// <param name="MseV">Mean square of what is left of the standardised covariates.</param>
/// <param name="Individual">Effect on each row of a binary treatment, else null.</param>
/// <param name="Curve">Points of the dose-response curve of a continuous treatment, else null.</param>
public sealed record CausalEvaluation(
    double MseX, double MseY, double MseV, IReadOnlyList<double>? Individual, IReadOnlyList<(double X, double Mean)>? Curve)
{
    internal static CausalEvaluation Of(Core.Evaluation evaluation) =>
        new(
            evaluation.MseX,
            evaluation.MseY,
            evaluation.MseV,
            (evaluation.Effect as Core.EffectEstimate.Individual)?.effects,
            (evaluation.Effect as Core.EffectEstimate.DoseResponse)?.curve.Select(point => (point.X, point.Mean)).ToList());
}
