using Microsoft.FSharp.Core;
using Core = BgmFunctional.CausalBgm;

namespace BgmFunctional.Fluent;

/// <summary>How a <see cref="CausalBgm"/> is fitted. What is not set is as published.</summary>
public sealed record CausalFitOptions : TrainingOptions
{
    /// <summary>The published settings.</summary>
    public CausalFitOptions()
        : this(Core.FitOptionsModule.defaults)
    {
    }

    internal CausalFitOptions(Core.FitOptions origin)
        : base(origin.Training) =>
        StartOff = origin.StartOff;

    /// <summary>The model of the best evaluation is kept, from this epoch on.</summary>
    /// <value>0 unless set.</value>
    public int StartOff { get; init; }

    internal Core.FitOptions ToCore(Action<Core.FitProgress> progress, CancellationToken cancellation) =>
        new(Training(cancellation), StartOff, FuncConvert.FromAction(progress));
}
