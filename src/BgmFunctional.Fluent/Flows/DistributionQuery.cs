using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>The distribution of a node in a population, under an intervention if any. Immutable.</summary>
/// <param name="Node">The node.</param>
public sealed record DistributionQuery(string Node)
{
    /// <summary>What is set by hand: other nodes than the one that is asked for.</summary>
    /// <value>Nothing unless set.</value>
    public Intervention Interventions { get; init; } = Do.Nothing;

    /// <summary>Whom it is about: rows of all columns that the node hangs on and the intervention does not act on.</summary>
    /// <value>Null unless set: the model's own population.</value>
    public Columns? Population { get; init; }

    /// <summary>
    /// Draws, 2 or more, where there is anything to draw; of a population each row as often as it takes, and twice at least.
    /// </summary>
    /// <value>100 000 unless set.</value>
    public int Draws { get; init; } = Core.EffectQueryModule.defaultDraws;

    internal Core.DistributionQuery ToCore()
    {
        ArgumentNullException.ThrowIfNull(Node);
        ArgumentNullException.ThrowIfNull(Interventions);
        return new(Node, Interventions.Settings, Plain.Option(Population), Draws);
    }
}
