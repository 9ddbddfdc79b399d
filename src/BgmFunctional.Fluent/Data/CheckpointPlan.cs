using Core = BgmFunctional.Data;

namespace BgmFunctional.Fluent;

/// <summary>Where a long computation leaves what it carries, how often, and whether it goes on from there.</summary>
/// <param name="Folder">A folder for this computation alone; it is made in a folder that exists.</param>
public sealed record CheckpointPlan(string Folder)
{
    /// <summary>
    /// Whether to go on from the checkpoint in the folder, or to begin if there is none; otherwise a folder with a checkpoint is refused.
    /// </summary>
    /// <value>False unless set.</value>
    public bool Resume { get; init; }

    /// <summary>Epochs of a fit, or chunks of rows of a prediction, from one checkpoint to the next, 1 or more.</summary>
    /// <value>Null unless set: after the first one that ends ten seconds after the last checkpoint.</value>
    public int? Every { get; init; }

    /// <summary>Whether there is a checkpoint in the folder.</summary>
    public bool Exists => Core.Checkpoint.exists(ToCore());

    internal Core.CheckpointPlan ToCore()
    {
        ArgumentNullException.ThrowIfNull(Folder);
        return new(Folder, Resume, Plain.Option(Every));
    }
}
