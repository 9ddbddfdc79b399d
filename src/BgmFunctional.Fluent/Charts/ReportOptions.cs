using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;
using Core = BgmFunctional.Flows;

namespace BgmFunctional.Fluent;

/// <summary>What a report shows of a flow.</summary>
public sealed record ReportOptions
{
    private static readonly Core.FlowReportOptions Origin = Core.FlowReportOptionsModule.defaults;

    /// <summary>The title of the page.</summary>
    /// <value>Causal flow, unless set.</value>
    public string Title { get; init; } = "Causal flow";

    /// <summary>The charts, in their order; one that cannot be drawn is refused. Null: all that can.</summary>
    /// <value>Null unless set.</value>
    public IReadOnlyList<FlowChart>? Charts { get; init; }

    /// <summary>Data to set the flow beside.</summary>
    /// <value>Null, none, unless set.</value>
    public Columns? Data { get; init; }

    /// <summary>Interventions to compare with each other; a single one is compared with the flow as it is.</summary>
    /// <value>None unless set.</value>
    public IReadOnlyList<Intervention> Interventions { get; init; } = [];

    /// <summary>
    /// The row of the data, from 1, whose counterfactuals are drawn as the node that the first intervention names takes other values.
    /// </summary>
    /// <value>1 unless set.</value>
    public int Row { get; init; } = Origin.Row;

    /// <summary>Rows to draw from the flow, 1 or more.</summary>
    /// <value>10 000 unless set.</value>
    public int Draws { get; init; } = Origin.Draws;

    /// <summary>Names the draws.</summary>
    /// <value>0 unless set.</value>
    public long Seed { get; init; } = Origin.Seed;

    internal Core.FlowReportOptions ToCore() =>
        new(
            Charts is null ? null : FSharpOption<FSharpList<Core.FlowChart>>.Some(ListModule.OfSeq(Charts.Select(chart => chart.Value))),
            Data is null ? null : FSharpOption<Data.Frame>.Some(Data.Frame),
            ListModule.OfSeq(Interventions.Select(intervention => intervention.Settings)),
            Row,
            Draws,
            Seed);
}
