using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

// What a flow has learned, read off its terms.
public sealed partial class FittedFlow
{
    /// <summary>How each node acts on each, as a matrix.</summary>
    public MetaAdjacency MetaAdjacency => new(_flow.Dag);

    /// <summary>
    /// The shift of a node's term as a function of one parent, log-odds: added to the latent of a continuous node, subtracted from the cut
    /// points of an ordinal one. It is known up to a constant, so that the curve is shown less its mean.
    /// </summary>
    /// <param name="node">The node whose latent moves.</param>
    /// <param name="parent">The parent that moves it, through a linear or a complex shift.</param>
    /// <param name="grid">Values of the parent; of an ordinal one codes of levels, 0 the lowest.</param>
    /// <param name="given">What the other parents of the same term are held at; null: there are none.</param>
    /// <returns>A number a value.</returns>
    /// <exception cref="QueryException">
    /// There is no such edge or it is no shift, another parent of the term is not given, or a value cannot be.
    /// </exception>
    public double[] Curve(string node, string parent, double[] grid, Intervention? given = null)
    {
        CheckNull(node, parent, grid);
        return Core.Reading.centred(Core.Reading.curve(node, parent, Settings(given), grid, _flow).OrThrow());
    }

    /// <summary>What each intercept term of a node adds to its parameters in each row.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="data">Rows with the columns of the parents of these terms, one at least.</param>
    /// <exception cref="QueryException">The node is unknown.</exception>
    /// <exception cref="OptionException">There are no rows.</exception>
    /// <exception cref="DataException">A column is missing, or a value is missing or cannot be.</exception>
    public InterceptContributions InterceptContributions(string node, Columns data)
    {
        CheckNull(node, data);
        return Fluent.InterceptContributions.Of(Core.Reading.interceptContributions(node, data.Frame, _flow).OrThrow());
    }
}
