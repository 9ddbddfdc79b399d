using System.Text.Json;
using Xunit;

namespace BgmFunctional.Fluent.Tests;

public sealed class ReportTests
{
    private static readonly ReportOptions Options = new()
    {
        Title = "A <cohort>",
        Data = Cohort.Data,
        Interventions = [Do.Set("arm", "control"), Do.Set("arm", "treated")],
        Draws = 200,
    };

    [Fact]
    public void Report_WithDataAndInterventions_ShowsEveryChart()
    {
        var report = Cohort.Fitted.Report(Options);

        Assert.Equal(FlowChart.All, report.Charts.Select(chart => chart.Kind));
        Assert.Contains("A &lt;cohort&gt;", report.ToHtml());
        Assert.All(report.Charts, chart => Assert.StartsWith("<svg", chart.ToSvg()));
        Assert.All(report.Charts, chart =>
        {
            using var json = JsonDocument.Parse(chart.ToPlotlyJson());
            Assert.NotEqual(0, json.RootElement.GetProperty("data").GetArrayLength());
        });
    }

    [Fact]
    public void Report_Alone_ShowsTheModel() =>
        Assert.Equal(
            [FlowChart.Graph, FlowChart.Coefficients, FlowChart.Curves, FlowChart.History],
            Cohort.Fitted.Report().Charts.Select(chart => chart.Kind));

    [Fact]
    public void Chart_IsThatOfTheReport() =>
        Assert.Equal(
            Cohort.Fitted.Report(Options).Charts.Single(chart => chart.Kind == FlowChart.Fit).ToSvg(),
            Cohort.Fitted.Chart(FlowChart.Fit, Options).ToSvg());

    [Fact]
    public void Report_OnMoreThreads_IsTheSame() =>
        Assert.Equal(Cohort.Fitted.WithThreads(1).Report(Options).ToHtml(), Cohort.Fitted.WithThreads(3).Report(Options).ToHtml());

    [Fact]
    public void Save_WritesThePages_AndThePicture()
    {
        using var folder = new Temporary();
        var report = Cohort.Fitted.Report();
        report.Save(folder["report.html"]);
        report.SaveInteractive(folder["interactive.html"]);
        report.Charts[0].SaveSvg(folder["graph.svg"]);
        File.WriteAllText(folder["plotly.js"], "/* plotly.js */");

        Assert.Equal(report.ToHtml(), File.ReadAllText(folder["report.html"]));
        Assert.DoesNotContain("<script", report.ToHtml());
        Assert.Contains("https://cdn.plot.ly/", File.ReadAllText(folder["interactive.html"]));
        Assert.Contains("/* plotly.js */", report.ToInteractiveHtml(folder["plotly.js"]));
        Assert.Equal(report.Charts[0].ToSvg(), File.ReadAllText(folder["graph.svg"]));
    }

    [Fact]
    public void Report_ThatCannotBe_Throws()
    {
        var flow = Cohort.Fitted;
        Assert.Contains("no data", Assert.Throws<QueryException>(() => flow.Chart(FlowChart.Fit)).Message);
        Assert.Contains("'arm'", Assert.Throws<QueryException>(() => flow.Report(new() { Interventions = [Do.Set("arm", "none")] })).Message);
        Assert.Contains("row", Assert.Throws<OptionException>(() => flow.Chart(FlowChart.Counterfactuals, Options with { Row = 9999 })).Message);
        Assert.Throws<DataException>(() => flow.Report(new() { Data = Columns.Empty.With("age", 1) }));
        Assert.Throws<DataException>(() => flow.Report().Save("no folder/report.html"));
        Assert.Throws<DataException>(() => flow.Report().ToInteractiveHtml("no file"));
        Assert.Throws<ArgumentNullException>(() => flow.Chart(null!));
    }
}
