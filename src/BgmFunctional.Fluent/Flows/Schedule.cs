using Core = BgmFunctional.Optim;

namespace BgmFunctional.Fluent;

/// <summary>How the learning rate changes in the course of a fit, for each node by itself.</summary>
public sealed class Schedule
{
    internal Schedule(Core.Schedule value) => Value = value;

    internal Core.Schedule Value { get; }

    /// <summary>The same rate throughout.</summary>
    public static Schedule Constant { get; } = new(Core.Schedule.Constant);

    /// <summary>The rate times 0.3 whenever the loss has not improved by 1e-4 for so many epochs, down to 1e-3 of the start.</summary>
    /// <param name="patience">Epochs, 1 or more.</param>
    public static Schedule Plateau(int patience) => new(Core.Schedule.NewPlateau(patience));

    /// <summary>
    /// Up from a 25th of the rate to the rate itself in the first 30 % of the steps, then down to 1e-4 of that start, both along half a
    /// cosine. Smith and Topin, arXiv:1708.07120.
    /// </summary>
    public static Schedule OneCycle { get; } = new(Core.Schedule.OneCycle);

    /// <summary>Down from the rate to 0 along half a cosine. Loshchilov and Hutter, arXiv:1608.03983, without restarts.</summary>
    public static Schedule Cosine { get; } = new(Core.Schedule.Cosine);
}
