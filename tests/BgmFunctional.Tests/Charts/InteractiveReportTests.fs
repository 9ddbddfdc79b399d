module BgmFunctional.Tests.Charts.InteractiveReportTests

open System.IO
open System.Text.RegularExpressions
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Tests.Data

let private report figures = {
    Title = "Title"
    Subtitle = ""
    Sections = [ { Heading = ""; Blocks = List.map Block.Figure figures } ]
    Footer = ""
}

let private count pattern (page: string) = Regex.Matches(page, pattern).Count

/// Every mark once, on five panels; and a graph.
let private everyMark =
    let names = [ "a"; "b" ]
    let interval label = { Label = label; Estimate = 1.0; Lower = 0.5; Upper = 2.0 }
    let nodes = [ { Name = "x"; Detail = "" }; { Name = "y"; Detail = "" } ]

    [
        Figure.create "Lines </script>" [
            Panel.plot "" "x" "y" [
                Series.band "band" [ 1.0, 0.0, 1.0; 2.0, 0.0, 2.0 ]
                Series.line "line" [ 1.0, 1.0; 2.0, 2.0 ]
                Series.points "points" [ 1.0, 1.5 ]
            ]
            |> Panel.withReferences [ Reference.Vertical(1.5, "here"); Reference.Horizontal(1.0, "there") ]
            Panel.plot "" "x" "y" [ Series.line "line" [ 1.0, 1.0; 100.0, 2.0 ] ]
            |> Panel.withLogarithmicX
        ]
        Figure.create "Bars" [
            Panel.bars "" "" "" names [ "one", [ 1.0; 2.0 ]; "two", [ 2.0; 1.0 ] ]
            Panel.plot "" "" "" [ Series.histogram "histogram" [ 1.0; 2.0; 2.5; 4.0 ] ]
        ]
        Figure.create "Rows" [
            Panel.forest "" "" [ "", List.map interval names ]
            Panel.heatMap "" names names [ [ 1.0; 2.0 ]; [ 3.0; 4.0 ] ]
        ]
        Figure.create "Graph" [ Panel.graph "" (Graph.create nodes [ { From = "x"; To = "y"; Label = "ls" } ]) ]
    ]

[<BrowserFact>]
let ``a browser draws every mark`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "page.html"
    let plotly = InteractiveReport.readPlotly Browser.plotly |> Expect.ok
    Expect.ok (InteractiveReport.save path plotly (report everyMark))
    let page = Browser.render path

    // Six panels; of each the chart and no picture any more, but for the graph, which has two for two widths.
    Assert.Equal(6, count @"class=""[^""]*js-plotly-plot" page)
    Assert.Equal(2, count @"role=""img""" page)
    // Band, line and points, a line, a forest; three sets of bars; a heat map; two references.
    Assert.Equal(5, count @"<g class=""trace scatter" page)
    Assert.Equal(3, count @"<g class=""trace bars" page)
    Assert.Equal(1, count @"<g class=""hm" page)
    Assert.Contains("here", page)
    Assert.Contains("Lines &lt;/script&gt;", page)

[<BrowserFact>]
let ``without plotly.js the page shows pictures`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "page.html"
    Expect.ok (InteractiveReport.save path PlotlySource.Cdn (report everyMark))
    let page = Browser.render path
    Assert.Equal(0, count "js-plotly-plot" page)
    Assert.Equal(8, count @"role=""img""" page)

[<Fact>]
let ``a page takes plotly.js from its CDN or holds it, harmless`` () =
    let figures = everyMark
    let fromCdn = InteractiveReport.render PlotlySource.Cdn (report figures)
    Assert.Contains($"src=\"{Plotly.address}\"", fromCdn)

    let script = "/* plotly.js */ const a = '</script>' + '<!--' + '</SCRIPT>';"
    let page = InteractiveReport.render (PlotlySource.Inline script) (report figures)
    Assert.DoesNotContain("src=", page)
    Assert.Equal(2, count "(?i)</script" page)
    Assert.Equal(0, count "<!--" page)

[<Fact>]
let ``a file that is not plotly.js is refused`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "other.js"

    let refusal path =
        match InteractiveReport.readPlotly path with
        | Ok _ -> failwith "The file was taken."
        | Error error -> DataError.message error

    Assert.Contains("no such file", refusal path)
    File.WriteAllText(path, "const d3 = {};")
    Assert.Contains("plotly.js-cartesian-dist-min", refusal path)
