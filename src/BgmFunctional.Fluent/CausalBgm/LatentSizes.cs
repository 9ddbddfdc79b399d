using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How many numbers each part of a CausalBGM's latent has, 1 or more.</summary>
/// <param name="Confounding">What moves treatment, outcome and covariates.</param>
/// <param name="Outcome">What moves outcome and covariates.</param>
/// <param name="Treatment">What moves treatment and covariates.</param>
/// <param name="Rest">What moves covariates only.</param>
public sealed record LatentSizes(int Confounding, int Outcome, int Treatment, int Rest)
{
    /// <summary>The sizes as <c>z_dims</c> of a configuration.</summary>
    public string ToJson() => $"[{Confounding}, {Outcome}, {Treatment}, {Rest}]";

    internal static LatentSizes Of(Core.LatentDims dims) => new(dims.Z0, dims.Z1, dims.Z2, dims.Z3);

    internal Core.LatentDims ToCore() => new(Confounding, Outcome, Treatment, Rest);
}
