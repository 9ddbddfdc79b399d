using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>A posterior mean with its interval.</summary>
/// <param name="Mean">Mean of the draws.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
public sealed record PosteriorInterval(double Mean, double Low, double High)
{
    internal static PosteriorInterval Of(Core.Posterior posterior) => new(posterior.Mean, posterior.Low, posterior.High);
}

/// <summary>A point of a dose-response curve.</summary>
/// <param name="X">The treatment.</param>
/// <param name="Outcome">The outcome averaged over the rows, had all been treated so.</param>
public sealed record DosePosterior(double X, PosteriorInterval Outcome);
