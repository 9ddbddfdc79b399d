using Core = BgmFunctional.Checks;

namespace BgmFunctional.Fluent;

/// <summary>What to look at before a causal answer is believed: overlap, fit of the nodes, independences of the graph.</summary>
public sealed class ModelCheck
{
    private readonly Core.ModelCheck _check;

    internal ModelCheck(Core.ModelCheck check)
    {
        _check = check;
        Overlaps = [.. check.Overlaps.Select(TreatmentOverlap.Of)];
        Nodes = [.. check.Nodes.Select(NodeCheck.Of)];
        Independences = [.. check.Independences.Select(IndependenceCheck.Of)];
    }

    /// <summary>Rows that the model was checked on.</summary>
    public int Rows => _check.Rows;

    /// <summary>Of the treatments that were asked for: could every row have had every arm?</summary>
    public IReadOnlyList<TreatmentOverlap> Overlaps { get; }

    /// <summary>Of every node, in the order of the graph: are its residuals uniform and independent of its parents?</summary>
    public IReadOnlyList<NodeCheck> Nodes { get; }

    /// <summary>Of every two nodes without an arrow: are they independent given the parents of the later one?</summary>
    public IReadOnlyList<IndependenceCheck> Independences { get; }

    /// <summary>What is wrong, one line each: overlap, then fit, then independences.</summary>
    public IReadOnlyList<string> Warnings => [.. _check.Warnings];

    /// <summary>Writes the checks as a page with figures that needs no network, as a whole or not at all.</summary>
    /// <param name="path">An HTML file.</param>
    /// <param name="title">What stands above.</param>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveReport(string path, string title = "Checks of a causal model")
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(title);
        Charts.ReportModule.save(path, Core.CheckReport.create(title, _check)).OrThrow();
    }
}
