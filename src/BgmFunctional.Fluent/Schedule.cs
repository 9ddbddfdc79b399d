using Core = BgmFunctional.Optim;

namespace BgmFunctional.Fluent;

/// <summary>How the learning rate changes between epochs, for each node by itself.</summary>
public sealed class Schedule
{
    internal Schedule(Core.Schedule value) => Value = value;

    internal Core.Schedule Value { get; }

    /// <summary>The same rate throughout.</summary>
    public static Schedule Constant { get; } = new(Core.Schedule.Constant);

    /// <summary>The rate times 0.3 whenever the loss has not improved by 1e-4 for so many epochs, down to 1e-3 of the start.</summary>
    /// <param name="patience">Epochs, 1 or more.</param>
    public static Schedule Plateau(int patience) => new(Core.Schedule.NewPlateau(patience));
}
