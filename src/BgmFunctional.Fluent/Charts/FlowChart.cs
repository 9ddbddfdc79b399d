using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>What a report can show of a flow.</summary>
public sealed class FlowChart
{
    private FlowChart(string name, Core.FlowChart value) => (Name, Value) = (name, value);

    /// <summary>All charts, in the order of a report.</summary>
    public static IReadOnlyList<FlowChart> All { get; } =
        [.. Core.FlowReport.charts.Select(chart => new FlowChart(chart.Item1, chart.Item2))];

    /// <summary>The graph with its terms.</summary>
    public static FlowChart Graph { get; } = Of(Core.FlowChart.Graph);

    /// <summary>The coefficients of linear shifts, with intervals after a classical fit.</summary>
    public static FlowChart Coefficients { get; } = Of(Core.FlowChart.Coefficients);

    /// <summary>Complex shifts as curves.</summary>
    public static FlowChart Curves { get; } = Of(Core.FlowChart.Curves);

    /// <summary>The data beside rows drawn from the flow; needs data.</summary>
    public static FlowChart Fit { get; } = Of(Core.FlowChart.Fit);

    /// <summary>What nodes would be under interventions; needs some.</summary>
    public static FlowChart Interventions { get; } = Of(Core.FlowChart.Interventions);

    /// <summary>What a row would have been under others; needs data and an intervention that names the node to vary.</summary>
    public static FlowChart Counterfactuals { get; } = Of(Core.FlowChart.Counterfactuals);

    /// <summary>The losses of the training.</summary>
    public static FlowChart History { get; } = Of(Core.FlowChart.History);

    /// <summary>A short name, such as <c>coefficients</c>.</summary>
    public string Name { get; }

    internal Core.FlowChart Value { get; }

    internal static FlowChart Of(Core.FlowChart value) => All.Single(chart => chart.Value.Equals(value));
}
