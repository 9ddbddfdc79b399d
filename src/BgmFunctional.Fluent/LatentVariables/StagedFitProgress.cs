namespace BgmFunctional.Fluent;

/// <summary>How far a fit of a model with latent variables has come: through its warm start, then through iterative updating.</summary>
/// <param name="IsWarmStart">Whether steps are iterations of the warm start; else epochs of iterative updating.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
public abstract record StagedFitProgress(bool IsWarmStart, int Step, int Steps);
