using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>What a treatment does to an outcome: a statistic of the outcome if the treatment is set to each of some values. Immutable.</summary>
/// <example>
/// <code>
/// var query = new EffectQuery("T", [0, 1], "mRS_3m", Statistic.AtMost(2)) { Population = trial };
/// var effect = flow.Effect(query);
/// </code>
/// </example>
public sealed record EffectQuery
{
    private readonly FSharpList<Core.Setting> _values;

    /// <summary>Sets the treatment to numbers; for an ordinal node these are codes of levels, 0 the lowest.</summary>
    /// <param name="treatment">The node that is set.</param>
    /// <param name="values">Two at least; the last is compared with the first.</param>
    /// <param name="outcome">The node that is looked at.</param>
    /// <param name="statistic">What is asked of its distribution.</param>
    public EffectQuery(string treatment, IReadOnlyList<double> values, string outcome, Statistic statistic)
        : this(treatment, Settings(values, Core.Setting.NewTo), outcome, statistic)
    {
    }

    /// <summary>Sets an ordinal treatment to levels by name or, where none has that name, by code.</summary>
    /// <inheritdoc cref="EffectQuery(string, IReadOnlyList{double}, string, Statistic)"/>
    public EffectQuery(string treatment, IReadOnlyList<string> values, string outcome, Statistic statistic)
        : this(treatment, Settings(values, Core.Setting.NewToLevel), outcome, statistic)
    {
    }

    private EffectQuery(string treatment, FSharpList<Core.Setting> values, string outcome, Statistic statistic)
    {
        ArgumentNullException.ThrowIfNull(treatment);
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(statistic);
        Treatment = treatment;
        Outcome = outcome;
        Statistic = statistic;
        _values = values;
    }

    /// <summary>The node that is set.</summary>
    public string Treatment { get; }

    /// <summary>The node that is looked at.</summary>
    public string Outcome { get; }

    /// <summary>What is asked of its distribution.</summary>
    public Statistic Statistic { get; }

    /// <summary>
    /// Whom it is about: rows of all columns that the answer hangs on and the treatment does not act on. What the treatment acts on is
    /// drawn anew; other columns are not looked at.
    /// </summary>
    /// <value>Null unless set: the model's own population.</value>
    public Columns? Population { get; init; }

    /// <summary>
    /// Draws, 2 or more, where there is anything to draw; of a population each row as often as it takes, and twice at least.
    /// </summary>
    /// <value>100 000 unless set.</value>
    public int Draws { get; init; } = Core.EffectQueryModule.defaultDraws;

    internal Core.EffectQuery ToCore() =>
        new(Treatment, _values, Outcome, Statistic.Value, Plain.Option(Population), Draws);

    private static FSharpList<Core.Setting> Settings<T>(IReadOnlyList<T> values, Func<T, Core.Setting> make)
    {
        ArgumentNullException.ThrowIfNull(values);
        return ListModule.OfSeq(values.Select(make));
    }
}
