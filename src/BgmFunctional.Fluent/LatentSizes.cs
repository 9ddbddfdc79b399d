using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How many numbers each part of a CausalBGM's latent has, 1 or more.</summary>
/// <param name="Confounding">What moves treatment, outcome and covariates.</param>
/// <param name="Outcome">What moves outcome and covariates.</param>
/// <param name="Treatment">What moves treatment and covariates.</param>
/// <param name="Rest">What moves covariates only.</param>
public sealed record LatentSizes(int Confounding, int Outcome, int Treatment, int Rest)
{
    internal Core.LatentDims ToCore() => new(Confounding, Outcome, Treatment, Rest);
}
