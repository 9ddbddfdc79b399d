using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>The files of the rows that a flow was fitted to; its model file remembers them by their paths from its own folder.</summary>
/// <param name="Data">The training rows, and with a share the validation rows.</param>
/// <param name="ValidationShare">The share of its rows that was put aside for validation, by the seed of the fit; null: none.</param>
/// <param name="ValidationData">A file of validation rows; null: none.</param>
public sealed record TrainingFiles(string Data, double? ValidationShare = null, string? ValidationData = null)
{
    internal static TrainingFiles? Of(FSharpOption<Core.TrainingFiles>? files) =>
        files is { Value: var found }
            ? new(found.Data, found.ValidationShare?.Value, found.ValidationData?.Value)
            : null;

    internal Core.TrainingFiles ToCore()
    {
        ArgumentNullException.ThrowIfNull(Data);
        return new(
            Data,
            ValidationShare is { } share ? FSharpOption<double>.Some(share) : null,
            ValidationData is { } file ? FSharpOption<string>.Some(file) : null);
    }
}
