using Microsoft.FSharp.Core;
using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>Rows of a <see cref="TreatmentSimulator"/>, with what is known of them.</summary>
public sealed class TreatmentSample
{
    private readonly Core.TreatmentSimulator _simulator;
    private readonly Core.TreatmentSample _sample;

    internal TreatmentSample(Core.TreatmentSimulator simulator, Core.TreatmentSample sample)
    {
        _simulator = simulator;
        _sample = sample;
        Rows = new(sample.Rows);
    }

    /// <summary>The columns <c>x</c>, <c>y</c>, <c>v1</c>, <c>v2</c> …: treatment, outcome and covariates.</summary>
    public Columns Rows { get; }

    /// <summary>The true effect on each row, in the order of the rows; null where the treatment is continuous.</summary>
    public IReadOnlyList<double>? Effects => OptionModule.ToObj(_sample.Effects);

    /// <summary>
    /// The truth as a JSON object: the average dose-response function as <c>adrf</c>, points of <c>x</c> and <c>mean</c>, or the average effect
    /// <c>ate</c> and each row's own, <c>ite</c>.
    /// </summary>
    public string TruthAsJson() => Core.TreatmentTruthFile.format(_simulator, _sample);
}
