namespace BgmFunctional.Fluent;

/// <summary>Rows that share their latents, one by one.</summary>
/// <param name="Factual">As they are seen.</param>
/// <param name="Counterfactual">As they would have been.</param>
public sealed record CounterfactualPair(Columns Factual, Columns Counterfactual);
