namespace BgmFunctional.Fluent;

/// <summary>Rows to fit with and rows to validate with.</summary>
/// <param name="Training">The rows that teach.</param>
/// <param name="Validation">The rows held back.</param>
public sealed record Split(Columns Training, Columns Validation);
