using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>How a flow is refitted to resampled rows.</summary>
public sealed record BootstrapOptions
{
    /// <summary>200 refits, each a whole fit.</summary>
    public BootstrapOptions()
    {
        Refits = Core.BootstrapOptionsModule.defaults.Refits;
        WarmEpochs = Plain.Nullable(Core.BootstrapOptionsModule.defaults.WarmEpochs);
    }

    /// <summary>Refits, 20 or more, each to as many rows as the fit had, drawn from them with replacement.</summary>
    /// <value>200 unless set.</value>
    public int Refits { get; init; }

    /// <summary>
    /// Of a trained flow: epochs of each refit from the flow's own weights and scales, its rate falling along half a cosine to 0. Quicker, and its
    /// intervals are narrower: they leave out what the weights at the start and the order of rows change, and what so many epochs cannot reach.
    /// </summary>
    /// <value>Null unless set: the whole recipe, from fresh weights with a seed of each refit's own.</value>
    public int? WarmEpochs { get; init; }

    /// <summary>Names the random numbers: the same seed draws the same rows.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; }

    internal Core.BootstrapOptions ToCore(Action<Core.BootstrapProgress> progress, CancellationToken cancellation) =>
        new(Refits, Plain.Option(WarmEpochs), cancellation, FuncConvert.FromAction(progress));
}

/// <summary>How far a bootstrap has come.</summary>
/// <param name="Done">Refits done, failed ones among them.</param>
/// <param name="Failed">Refits that failed.</param>
/// <param name="Refits">Refits in all.</param>
public sealed record BootstrapProgress(int Done, int Failed, int Refits)
{
    internal static BootstrapProgress Of(Core.BootstrapProgress progress) => new(progress.Done, progress.Failed, progress.Refits);
}
