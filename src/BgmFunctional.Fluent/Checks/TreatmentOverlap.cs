using Core = BgmFunctional.Checks;

namespace BgmFunctional.Fluent;

/// <summary>The arms of a treatment: the levels of an ordinal node, tenths of the rows for a continuous one.</summary>
/// <param name="Treatment">Name of the node.</param>
/// <param name="Bound">A propensity below it is scarce.</param>
/// <param name="Arms">Lowest treatment first.</param>
public sealed record TreatmentOverlap(string Treatment, double Bound, IReadOnlyList<TreatmentArm> Arms)
{
    internal static TreatmentOverlap Of(Core.Overlap overlap) =>
        new(overlap.Treatment, overlap.Bound, [.. overlap.Arms.Select(TreatmentArm.Of)]);
}

/// <summary>A treatment, or a range of a continuous one, and the model's probabilities of it.</summary>
/// <param name="Label">The level, or the range.</param>
/// <param name="Rows">Rows that had it.</param>
/// <param name="Propensities">P(arm | parents) of every row, whatever it had.</param>
/// <param name="Scarce">Rows, of whatever arm, whose propensity lies below the bound.</param>
/// <param name="EffectiveRows">Rows of equal weight that the arm's rows are worth once each is weighted by 1/propensity.</param>
public sealed record TreatmentArm(
    string Label, int Rows, IReadOnlyList<double> Propensities, int Scarce, double EffectiveRows)
{
    private Core.Arm Origin { get; init; } = null!;

    /// <summary>The propensity below which a share of the rows lies, from 0, the least, to 1, the greatest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A share outside 0 to 1.</exception>
    public double Quantile(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return Core.ArmModule.quantiles([share], Origin).Head;
    }

    internal static TreatmentArm Of(Core.Arm arm) =>
        new(arm.Label, arm.Rows, arm.Propensities, arm.Scarce, arm.EffectiveRows) { Origin = arm };
}
