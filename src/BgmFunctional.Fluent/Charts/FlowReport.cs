using BgmFunctional.Charts;
using Microsoft.FSharp.Collections;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>Charts of a flow with their numbers, as a page that stands by itself.</summary>
public sealed class FlowReport
{
    private readonly Report _report;

    internal FlowReport(string title, FSharpList<Core.FlowExhibit> exhibits, Core.Flow flow)
    {
        Charts = [.. exhibits.Select(exhibit => new Chart(FlowChart.Of(exhibit.Chart), exhibit.Figure))];
        _report = Core.FlowReport.ofExhibits(title, exhibits, flow);
    }

    /// <summary>The charts, in their order.</summary>
    public IReadOnlyList<Chart> Charts { get; }

    /// <summary>The page as HTML: no script, and nothing is loaded from elsewhere.</summary>
    public string ToHtml() => ReportModule.render(_report);

    /// <summary>Writes the page, as a whole or not at all.</summary>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void Save(string path) => OutputFile.Write(path, ToHtml());

    /// <summary>The page with figures to zoom into and to point at, drawn by plotly.js.</summary>
    /// <param name="plotly">
    /// A file with plotly.js, such as npm's plotly.js-cartesian-dist-min, which becomes part of the page; null: the page takes it from
    /// plotly's CDN and, where that cannot be reached, shows pictures.
    /// </param>
    /// <exception cref="DataException">The file is missing, or is not plotly.js.</exception>
    public string ToInteractiveHtml(string? plotly = null)
    {
        var source = plotly is null ? PlotlySource.Cdn : InteractiveReport.readPlotly(plotly).OrThrow();
        return InteractiveReport.render(source, _report);
    }

    /// <summary>Writes the page of <see cref="ToInteractiveHtml"/>, as a whole or not at all.</summary>
    /// <inheritdoc cref="ToInteractiveHtml"/>
    /// <param name="path">The page's path.</param>
    /// <param name="plotly">A file with plotly.js that becomes part of the page; null: from plotly's CDN.</param>
    public void SaveInteractive(string path, string? plotly = null) => OutputFile.Write(path, ToInteractiveHtml(plotly));
}
