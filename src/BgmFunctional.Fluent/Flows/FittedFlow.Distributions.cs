using BgmFunctional.Kernels;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

// Distributions of nodes: in each row given the parents there, and in a population under an intervention.
public sealed partial class FittedFlow
{
    /// <summary>The density of a continuous node at points in each row, given the node's parents there; exact.</summary>
    /// <param name="node">Name of a continuous node.</param>
    /// <param name="points">Where.</param>
    /// <param name="data">Observed rows.</param>
    /// <param name="interventions">What is set by hand; only the node's parents matter. Null: nothing.</param>
    /// <returns>One array a row, with a number a point.</returns>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="QueryException">The node is unknown or ordinal, or the intervention cannot be made.</exception>
    public double[][] Density(string node, double[] points, Columns data, Intervention? interventions = null)
    {
        CheckNull(node, points, data);
        return Ask(team => Core.FlowModule.density(team, node, Settings(interventions), points, data.Frame, _flow));
    }

    /// <summary>The probability of a value at most each point in each row, given the node's parents there; exact.</summary>
    /// <inheritdoc cref="Density(string, double[], Columns, Intervention?)"/>
    public double[][] Cdf(string node, double[] points, Columns data, Intervention? interventions = null)
    {
        CheckNull(node, points, data);
        return Ask(team => Core.FlowModule.cdf(team, node, Settings(interventions), points, data.Frame, _flow));
    }

    /// <summary>The values of a continuous node below which shares lie in each row, given the node's parents there; exact.</summary>
    /// <param name="node">Name of a continuous node.</param>
    /// <param name="shares">Between 0 and 1.</param>
    /// <param name="data">Observed rows.</param>
    /// <param name="interventions">What is set by hand; only the node's parents matter. Null: nothing.</param>
    /// <returns>One array a row, with a number a share.</returns>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="QueryException">The node is unknown or ordinal, or the intervention cannot be made.</exception>
    /// <exception cref="OptionException">A share is not between 0 and 1.</exception>
    public double[][] Quantiles(string node, double[] shares, Columns data, Intervention? interventions = null)
    {
        CheckNull(node, shares, data);
        return Ask(team => Core.FlowModule.quantiles(team, node, Settings(interventions), shares, data.Frame, _flow));
    }

    /// <summary>
    /// The factor by which the odds of a node change as a parent moves, in each row, whose other parents stay as they are. Of a continuous
    /// node they are the odds of a value at most each threshold, of an ordinal one those of a level above each threshold: exp(β·difference)
    /// for a linear shift.
    /// </summary>
    /// <param name="node">The node whose odds change.</param>
    /// <param name="parent">The parent that moves.</param>
    /// <param name="first">Where it moves from; of an ordinal parent the code of a level, 0 the lowest.</param>
    /// <param name="last">Where it moves to.</param>
    /// <param name="thresholds">Values; of an ordinal node codes of levels below the highest.</param>
    /// <param name="data">Observed rows.</param>
    /// <returns>One array a row, with a number a threshold.</returns>
    /// <exception cref="DataException">The data do not fit the model.</exception>
    /// <exception cref="QueryException">There is no such edge, or the parent cannot have such a value.</exception>
    /// <exception cref="OptionException">A threshold is not finite, or no code below the highest level.</exception>
    public double[][] OddsRatios(string node, string parent, double first, double last, double[] thresholds, Columns data)
    {
        CheckNull(node, thresholds, data);
        ArgumentNullException.ThrowIfNull(parent);
        return Ask(team => Core.FlowModule.oddsRatios(
            team, node, parent, Core.Setting.NewTo(first), Core.Setting.NewTo(last), thresholds, data.Frame, _flow));
    }

    /// <summary>The density of a continuous node at points in a population, under an intervention if any.</summary>
    /// <param name="query">The node, what is set, and whom it is about.</param>
    /// <param name="points">Where.</param>
    /// <param name="seed">Names the draws.</param>
    /// <returns>A number a point.</returns>
    /// <exception cref="QueryException">The node is unknown, ordinal or set itself, or the intervention cannot be made.</exception>
    /// <exception cref="OptionException">Fewer than two draws, or a population without rows.</exception>
    /// <exception cref="DataException">The population lacks a column that the answer needs, or has values that cannot be.</exception>
    public double[] Density(DistributionQuery query, double[] points, long seed = 0)
    {
        CheckNull(query, points);
        return Ask(team => Core.Distribution.density(team, Key.OfSeed(seed), query.ToCore(), points, _flow));
    }

    /// <summary>The probability of a value at most each point in a population, under an intervention if any.</summary>
    /// <inheritdoc cref="Density(DistributionQuery, double[], long)"/>
    public double[] Cdf(DistributionQuery query, double[] points, long seed = 0)
    {
        CheckNull(query, points);
        return Ask(team => Core.Distribution.cdf(team, Key.OfSeed(seed), query.ToCore(), points, _flow));
    }

    /// <summary>The values of a continuous node below which shares of a population lie, under an intervention if any.</summary>
    /// <param name="query">The node, what is set, and whom it is about.</param>
    /// <param name="shares">Between 0 and 1.</param>
    /// <param name="seed">Names the draws.</param>
    /// <returns>A number a share.</returns>
    /// <exception cref="QueryException">The node is unknown, ordinal or set itself, or the intervention cannot be made.</exception>
    /// <exception cref="OptionException">A share not between 0 and 1, fewer than two draws, or a population without rows.</exception>
    /// <exception cref="DataException">The population lacks a column that the answer needs, or has values that cannot be.</exception>
    public double[] Quantiles(DistributionQuery query, double[] shares, long seed = 0)
    {
        CheckNull(query, shares);
        return Ask(team => Core.Distribution.quantiles(team, Key.OfSeed(seed), query.ToCore(), shares, _flow));
    }

    /// <summary>The probability of each level of an ordinal node in a population, under an intervention if any.</summary>
    /// <param name="query">The node, what is set, and whom it is about.</param>
    /// <param name="seed">Names the draws.</param>
    /// <returns>A number a level.</returns>
    /// <exception cref="QueryException">The node is unknown, continuous or set itself, or the intervention cannot be made.</exception>
    /// <exception cref="OptionException">Fewer than two draws, or a population without rows.</exception>
    /// <exception cref="DataException">The population lacks a column that the answer needs, or has values that cannot be.</exception>
    public double[] Pmf(DistributionQuery query, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Ask(team => Core.Distribution.pmf(team, Key.OfSeed(seed), query.ToCore(), _flow));
    }

    private static void CheckNull(params object?[] arguments)
    {
        foreach (var argument in arguments)
        {
            ArgumentNullException.ThrowIfNull(argument);
        }
    }
}
