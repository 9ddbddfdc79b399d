using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>A statistic of an outcome as a function of what a continuous treatment is set to.</summary>
public sealed class EffectCurve
{
    private readonly Core.EffectCurve _curve;

    internal EffectCurve(Core.EffectCurve curve)
    {
        _curve = curve;
        Points = [.. curve.Effect.PerValue.Select(ValueEstimate.Of)];
    }

    /// <summary>By value of the treatment, in the order of the query.</summary>
    public IReadOnlyList<ValueEstimate> Points { get; }

    /// <summary>Draws for each value; 0 where the curve is exact.</summary>
    public int Draws => _curve.Effect.Draws;

    /// <summary>
    /// The curve as a table: <c>value</c>, <c>estimate</c>, <c>low</c>, <c>high</c>, <c>monteCarloError</c>; ends of intervals are missing
    /// where there are none.
    /// </summary>
    public Columns ToColumns() => new(Core.EffectCurveModule.toFrame(_curve));

    /// <summary>Writes the curve as a page with a figure that needs no network, as a whole or not at all.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveReport(string path, string title = "Curve of an effect")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(title);
        Charts.ReportModule.save(path, Core.EffectCurveModule.report(title, _curve)).OrThrow();
    }
}
