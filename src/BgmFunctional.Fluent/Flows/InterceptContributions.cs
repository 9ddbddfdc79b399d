using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>
/// What the intercept terms of a node make of its parameters, on their unconstrained scale: those of a row are the baseline and the row's
/// contributions, summed.
/// </summary>
/// <param name="Baseline">The parameters on average over the rows.</param>
/// <param name="Terms">The intercept terms, in the order of the node.</param>
public sealed record InterceptContributions(IReadOnlyList<double> Baseline, IReadOnlyList<InterceptContribution> Terms)
{
    internal static InterceptContributions Of(Core.InterceptContributions found) =>
        new(found.Baseline, [.. found.Terms.Select(term => new InterceptContribution([.. term.Item1], term.Item2))]);
}

/// <summary>What one intercept term adds to a node's parameters.</summary>
/// <param name="Parents">The parents of the term.</param>
/// <param name="Rows">What it adds in each row: an array a row, with a number a parameter; 0 on average over the rows.</param>
public sealed record InterceptContribution(IReadOnlyList<string> Parents, double[][] Rows);
