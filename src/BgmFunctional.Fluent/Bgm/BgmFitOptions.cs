using Microsoft.FSharp.Core;
using Core = BgmFunctional.Bgm;

namespace BgmFunctional.Fluent;

/// <summary>How a <see cref="Bgm"/> is fitted. What is not set is as published.</summary>
public sealed record BgmFitOptions : TrainingOptions
{
    /// <summary>The published settings.</summary>
    public BgmFitOptions()
        : this(Core.FitOptionsModule.defaults)
    {
    }

    internal BgmFitOptions(Core.FitOptions origin)
        : base(origin.Training) =>
        HoldOut = origin.HoldOut;

    /// <summary>
    /// Share of the seen cells that a first fit does without, to find after how many epochs it fills them best, from 0 to 0.5; 0: no such fit, all epochs.
    /// </summary>
    /// <value>0 unless set.</value>
    public double HoldOut { get; init; }

    internal Core.FitOptions ToCore(Action<Core.FitProgress> progress, CancellationToken cancellation) =>
        new(Training(cancellation), HoldOut, FuncConvert.FromAction(progress));
}
