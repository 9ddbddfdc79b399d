using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>Mean negative log-likelihoods by node, nats.</summary>
/// <param name="Training">On the rows that teach.</param>
/// <param name="Validation">On the rows held back; null if there are none.</param>
public sealed record Losses(IReadOnlyDictionary<string, double> Training, IReadOnlyDictionary<string, double>? Validation)
{
    internal static Losses Of(Core.Dag dag, Core.Epoch epoch) =>
        new(Plain.ByNode(dag, epoch.Training), epoch.Validation.IsEmpty ? null : Plain.ByNode(dag, epoch.Validation));
}
