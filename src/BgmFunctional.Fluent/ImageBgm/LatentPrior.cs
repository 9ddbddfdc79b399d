using Core = BgmFunctional.LatentVariables;

namespace BgmFunctional.Fluent;

/// <summary>Where the latents lie of an image of which nothing is known.</summary>
public enum LatentPrior
{
    /// <summary>The density of the latents of the fit, by a mixture of normals.</summary>
    Fitted,

    /// <summary>N(0, I), as published, which also has places that no image of the fit is near.</summary>
    StandardNormal,
}

internal static class LatentPriors
{
    internal static Core.LatentPrior ToCore(this LatentPrior prior) =>
        prior == LatentPrior.Fitted ? Core.LatentPrior.Fitted : Core.LatentPrior.StandardNormal;

    internal static LatentPrior ToPlain(this Core.LatentPrior prior) => prior.IsFitted ? LatentPrior.Fitted : LatentPrior.StandardNormal;
}
