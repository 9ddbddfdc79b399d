using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>How far a fit has come.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Epochs">Epochs at most.</param>
/// <param name="Losses">Losses of this epoch; those of a node that is done stay as they were.</param>
/// <param name="Active">Nodes that are still learning.</param>
public sealed record FitProgress(int Epoch, int Epochs, Losses Losses, IReadOnlyList<string> Active)
{
    internal static FitProgress Of(Core.Dag dag, Core.FitProgress progress) =>
        new(progress.Epoch, progress.Epochs, Losses.Of(dag, progress.Losses), [.. progress.Active]);
}
