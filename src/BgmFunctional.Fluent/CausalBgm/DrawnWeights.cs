namespace BgmFunctional.Fluent;

/// <summary>A model with draws of its networks' weights, and how the chains went that drew them.</summary>
/// <param name="Model">The model, whose predictions pass through the draws.</param>
/// <param name="Chains">One for each network: of the covariates, the treatment and the outcome.</param>
public sealed record DrawnWeights(FittedCausalBgm Model, IReadOnlyList<WeightChain> Chains);

/// <summary>How the chain of one network's weights went.</summary>
/// <param name="Network">What the network explains.</param>
/// <param name="Acceptance">Mean acceptance.</param>
/// <param name="StepSize">The step that burn-in arrived at.</param>
/// <param name="RHat">R-hat of the log density, half against half.</param>
/// <param name="Ess">Effective draws of the log density.</param>
public sealed record WeightChain(string Network, double Acceptance, double StepSize, double RHat, double Ess);
