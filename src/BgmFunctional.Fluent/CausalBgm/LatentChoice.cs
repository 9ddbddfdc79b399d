using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>Sizes of a latent that data suggest, and why.</summary>
/// <param name="Sizes">Of its parts.</param>
/// <param name="OutcomeEigenvalues">Of the sliced inverse regression of the outcome on the covariates, the largest first.</param>
/// <param name="TreatmentEigenvalues">The same of the treatment.</param>
/// <param name="ComponentVariances">Of the principal components of standardised covariates, the largest first.</param>
/// <param name="Reason">One line in words.</param>
public sealed record LatentChoice(
    LatentSizes Sizes,
    IReadOnlyList<double> OutcomeEigenvalues,
    IReadOnlyList<double> TreatmentEigenvalues,
    IReadOnlyList<double> ComponentVariances,
    string Reason)
{
    internal static LatentChoice Of(Core.LatentChoice choice) =>
        new(
            LatentSizes.Of(choice.Dims),
            choice.OutcomeEigenvalues,
            choice.TreatmentEigenvalues,
            choice.ComponentVariances,
            Core.LatentChoiceModule.explain(choice));
}
