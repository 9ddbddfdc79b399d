using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>How a fit ended.</summary>
/// <param name="Nll">Mean negative log-likelihoods of the fitted flow, by node, nats.</param>
/// <param name="Epochs">Epochs run.</param>
/// <param name="Seconds">Wall-clock time of the training.</param>
public sealed record FitSummary(Losses Nll, int Epochs, double Seconds)
{
    internal static FitSummary Of(Core.FitResult result)
    {
        var dag = result.Flow.Dag;
        var validation = result.ValidationNll is null ? null : Plain.ByNode(dag, result.ValidationNll.Value);
        return new(new(Plain.ByNode(dag, result.Nll), validation), result.Epochs, result.Seconds);
    }
}
