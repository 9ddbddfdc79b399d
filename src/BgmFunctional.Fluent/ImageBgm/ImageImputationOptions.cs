using Microsoft.FSharp.Core;
using Core = BgmFunctional.ImageBgm;

namespace BgmFunctional.Fluent;

/// <summary>How missing pixels are filled in. What is not set is as recommended: Hamiltonian Monte Carlo from latents that fit the pixels seen.</summary>
public sealed record ImageImputationOptions : SamplingOptions
{
    private readonly Core.ImagePredictOptions _origin;

    /// <summary>The recommended settings.</summary>
    public ImageImputationOptions()
        : this(Core.ImagePredictOptionsModule.defaults)
    {
    }

    private ImageImputationOptions(Core.ImagePredictOptions origin)
        : base(origin.Sampling)
    {
        _origin = origin;
        Chains = origin.Chains;
        Prior = origin.Prior.ToPlain();
        Pixels = origin.Pixels?.Value switch
        {
            null => null,
            { IsBeta: true } => PixelLaw.Beta,
            _ => PixelLaw.LogitNormal,
        };
    }

    /// <summary>
    /// As published: one chain from N(0, I), burn-in 5000, 5000 draws, and pixels by logits drawn with their noise, whose intervals hold the mean of a pixel,
    /// not the pixel.
    /// </summary>
    public static ImageImputationOptions Published { get; } = new(Core.ImagePredictOptionsModule.published);

    /// <summary>As recommended, by the no-U-turn sampler.</summary>
    public static ImageImputationOptions Nuts { get; } = new(Core.ImagePredictOptionsModule.nuts);

    /// <summary>Chains of each image, 1 or more; under a Bayesian generator each has a draw of the weights of its own.</summary>
    /// <value>2 unless set.</value>
    public int Chains { get; init; }

    /// <summary>What is held of latents before any pixel is seen.</summary>
    /// <value>The density of the latents of the fit unless set; N(0, I) as published.</value>
    public LatentPrior Prior { get; init; }

    /// <summary>How grey values are drawn; null: by the law of the model's configuration, <c>pixel_law</c>.</summary>
    /// <value>Null unless set; as published, by logits with their noise.</value>
    public PixelLaw? Pixels { get; init; }

    internal Core.ImagePredictOptions ToCore(Action<int, int> progress, CancellationToken cancellation) =>
        new(Sampling(progress, cancellation), _origin.Start, Chains, Prior.ToCore(), Law(), _origin.KeepDraws);

    private FSharpOption<Core.PixelLaw>? Law() =>
        Pixels is { } law ? FSharpOption<Core.PixelLaw>.Some(law == PixelLaw.Beta ? Core.PixelLaw.Beta : Core.PixelLaw.LogitNormal) : null;
}
