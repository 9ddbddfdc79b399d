namespace BgmFunctional.Fluent;

/// <summary>A cut point of an ordinal node: the log-odds of a level at most <paramref name="Below"/> where every effect is zero.</summary>
/// <param name="Below">The level below.</param>
/// <param name="Above">The level above.</param>
/// <param name="Estimate">θ, log-odds.</param>
/// <param name="StandardError">Its standard error; <c>NaN</c> where the data leave it open.</param>
public sealed record CutPoint(string Below, string Above, double Estimate, double StandardError);
