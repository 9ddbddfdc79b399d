using BgmFunctional.Kernels;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

// What happens to an outcome if we act.
public sealed partial class FittedFlow
{
    /// <summary>
    /// The average effect of a treatment on an outcome over a population. What lies between the two is followed: drawn from the same
    /// latents for all values of the treatment; where nothing lies between, the answer is exact.
    /// </summary>
    /// <param name="query">Treatment, values, outcome, statistic, and whom it is about.</param>
    /// <param name="seed">Names the draws.</param>
    /// <exception cref="QueryException">
    /// The outcome is the treatment or acts on it, or a node, a value, a level or a statistic does not exist there.
    /// </exception>
    /// <exception cref="OptionException">Fewer than two values or draws, or a population without rows.</exception>
    /// <exception cref="DataException">The population lacks a column that the answer needs, or has values that cannot be.</exception>
    public EffectEstimate Effect(EffectQuery query, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(query);
        return EffectEstimate.Of(Ask(team => Core.Effect.average(team, Key.OfSeed(seed), query.ToCore(), _flow)));
    }

    /// <summary>The average effect with percentile intervals from refits of this flow, which are asked with the same draws.</summary>
    /// <param name="query">Treatment, values, outcome, statistic, and whom it is about.</param>
    /// <param name="bootstrap">The refits.</param>
    /// <param name="level">Share of the refits' answers inside, between 0 and 1.</param>
    /// <param name="seed">Names the draws.</param>
    /// <exception cref="QueryException">
    /// The outcome is the treatment or acts on it, or a node, a value, a level or a statistic does not exist there.
    /// </exception>
    /// <exception cref="OptionException">Fewer than two values or draws, a population without rows, or a level that is none.</exception>
    /// <exception cref="DataException">The population lacks a column that the answer needs, or has values that cannot be.</exception>
    public EffectEstimate Effect(EffectQuery query, FlowBootstrap bootstrap, double level = 0.95, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(bootstrap);
        var (core, key) = (query.ToCore(), Key.OfSeed(seed));
        var effect = Ask(team => Core.Effect.average(team, key, core, _flow));
        return EffectEstimate.Of(Ask(team => Core.EffectInterval.add(team, key, level, bootstrap.Value, core, effect)));
    }

    /// <summary>The effect in each row of the query's population, given what the row says and the treatment does not act on.</summary>
    /// <inheritdoc cref="Effect(EffectQuery, long)"/>
    public IndividualEffects IndividualEffects(EffectQuery query, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Fluent.IndividualEffects.Of(Ask(team => Core.Effect.individual(team, Key.OfSeed(seed), query.ToCore(), _flow)));
    }

    /// <summary>
    /// A statistic of an outcome over the values of a continuous treatment: what <see cref="Effect(EffectQuery, long)"/> says of each, as a curve.
    /// </summary>
    /// <inheritdoc cref="Effect(EffectQuery, long)"/>
    public EffectCurve EffectCurve(EffectQuery query, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new(Ask(team => Core.EffectCurveModule.run(team, Key.OfSeed(seed), query.ToCore(), _flow)));
    }

    /// <summary>The curve with percentile intervals at each value from refits of this flow, which are asked with the same draws.</summary>
    /// <inheritdoc cref="Effect(EffectQuery, FlowBootstrap, double, long)"/>
    public EffectCurve EffectCurve(EffectQuery query, FlowBootstrap bootstrap, double level = 0.95, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(bootstrap);
        var key = Key.OfSeed(seed);
        var curve = Ask(team => Core.EffectCurveModule.run(team, key, query.ToCore(), _flow));
        return new(Ask(team => Core.EffectCurveModule.withIntervals(team, key, level, bootstrap.Value, curve)));
    }

    /// <summary>Refuses a query that this model cannot answer by a curve, before it is asked; a population's columns are not looked at.</summary>
    /// <exception cref="QueryException">As for <see cref="Check(EffectQuery)"/>.</exception>
    /// <exception cref="OptionException">Fewer than two values or draws, or a treatment that is not continuous.</exception>
    public void CheckEffectCurve(EffectQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        Core.EffectCurveModule.check(query.ToCore(), _flow.Dag).OrThrow();
    }

    /// <summary>Refuses a query that this model cannot answer, before it is asked; a population's columns are not looked at.</summary>
    /// <exception cref="QueryException">
    /// The outcome is the treatment or acts on it, or a node, a value, a level or a statistic does not exist there.
    /// </exception>
    /// <exception cref="OptionException">Fewer than two values or draws.</exception>
    public void Check(EffectQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        Core.Effect.check(query.ToCore(), _flow.Dag).OrThrow();
    }
}
