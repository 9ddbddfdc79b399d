using Core = BgmFunctional.Simulators;

namespace BgmFunctional.Fluent;

/// <summary>Rows of a <see cref="TableSimulator"/>, with what is known of them.</summary>
public sealed class TableSample
{
    private readonly Core.TableSimulator _simulator;
    private readonly Core.TableSample _sample;

    internal TableSample(Core.TableSimulator simulator, Core.TableSample sample)
    {
        _simulator = simulator;
        _sample = sample;
        Rows = new(sample.Rows);
        Known = new(sample.Known);
    }

    /// <summary>The rows.</summary>
    public Columns Rows { get; }

    /// <summary>
    /// As many rows of what no column shows: where there is a noisy column <c>y</c>, its <c>mean</c>, its deviation <c>sigma</c>, and the ends
    /// <c>low</c> and <c>high</c> of the 95 % interval of an oracle that knows all but the noise.
    /// </summary>
    public Columns Known { get; }

    /// <summary>The truth as a JSON object: <c>rows</c>, what is known of each row, and <c>parameters</c>, matrices by name.</summary>
    public string TruthAsJson() => Core.TableTruthFile.format(_simulator, _sample);
}
