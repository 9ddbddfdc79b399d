using BgmFunctional.Charts;

namespace BgmFunctional.Fluent;

/// <summary>A chart of a flow: a value that is written as a picture, or as a figure to zoom into.</summary>
public sealed class Chart
{
    private readonly Figure _figure;

    internal Chart(FlowChart kind, Figure figure)
    {
        Kind = kind;
        _figure = figure;
    }

    /// <summary>What it shows.</summary>
    public FlowChart Kind { get; }

    /// <summary>Its title.</summary>
    public string Title => _figure.Title;

    /// <summary>The text of an SVG file, 720 pixels wide, that needs nothing else.</summary>
    public string ToSvg() => Svg.render(_figure);

    /// <summary>
    /// The figure as plotly's JSON, <c>{ "data": …, "layout": … }</c>: what <c>Plotly.newPlot</c> and plotly's libraries of other languages
    /// take.
    /// </summary>
    public string ToPlotlyJson() => Plotly.json(_figure);

    /// <summary>Writes the SVG file, as a whole or not at all.</summary>
    /// <exception cref="DataException">The folder does not exist, or the file cannot be written.</exception>
    public void SaveSvg(string path) => OutputFile.Write(path, ToSvg());
}
