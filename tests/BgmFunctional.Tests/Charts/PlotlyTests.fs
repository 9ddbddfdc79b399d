module BgmFunctional.Tests.Charts.PlotlyTests

open System.Text.Json
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests

let private parse figure = JsonDocument.Parse(Plotly.json figure).RootElement
let private items (element: JsonElement) = List.ofSeq (element.EnumerateArray())
let private data figure = items ((parse figure).GetProperty "data")
let private text (name: string) (element: JsonElement) = element.GetProperty(name).GetString()

/// Numbers of a list, NaN for null.
let private numbers (name: string) (element: JsonElement) =
    items (element.GetProperty name)
    |> List.map (fun item -> if item.ValueKind = JsonValueKind.Null then nan else item.GetDouble())

/// Values as a figure says them: what cannot be drawn is missing.
let private shown values = values |> List.map (fun value -> if Scale.isDrawable value then value else nan)

let private areSame (expected: float list) (found: float list) =
    expected.Length = found.Length
    && List.forall2 (fun (a: float) b -> a = b || (System.Double.IsNaN a && System.Double.IsNaN b)) expected found

let private single series = Figure.create "" [ Panel.plot "" "" "" [ series ] ]

[<Fact>]
let ``every figure that can be a picture is JSON, with a trace for each series on axes that are there`` () =
    Prop.forAll Generators.figures (fun figure ->
        let json = parse figure
        let traces = items (json.GetProperty "data")
        let layout = json.GetProperty "layout"

        let expected =
            figure.Panels
            |> List.sumBy (fun panel ->
                match panel with
                | Panel.Plot plot -> plot.Series.Length
                | Panel.Graph(_, graph) ->
                    1
                    + (Graph.edges graph |> List.map _.Label |> List.filter ((<>) "") |> List.distinct).Length)

        let hasAxes (trace: JsonElement) =
            [ "xaxis"; "yaxis" ]
            |> List.forall (fun name ->
                let axis = text name trace
                layout.TryGetProperty($"{axis[0]}axis{axis[1..]}") |> fst)

        traces.Length = expected && List.forall hasAxes traces)
    |> Law.check

[<Fact>]
let ``no text of a figure can end a script or be taken for markup`` () =
    Prop.forAll Generators.figures (fun figure ->
        let json = Plotly.json { figure with Title = $"</script>{figure.Title}<!--" }
        not (json.Contains '<') && not (json.Contains '>') && not (json.Contains '&'))
    |> Law.check

[<Fact>]
let ``lines and points keep every number that can be drawn, bit for bit`` () =
    Prop.forAll Generators.points (fun points ->
        [ Series.line "" points; Series.points "" points ]
        |> List.forall (fun series ->
            let trace = List.exactlyOne (data (single series))

            areSame (shown (List.map fst points)) (numbers "x" trace)
            && areSame (shown (List.map snd points)) (numbers "y" trace)))
    |> Law.check

[<Fact>]
let ``bars, histograms, forests and heat maps keep their numbers`` () =
    let names = [ "a"; "b" ]

    let bars =
        data (Figure.create "" [ Panel.bars "" "" "" names [ "", [ 0.1; nan ] ] ])
        |> List.exactlyOne

    Assert.True(areSame [ 0.1; nan ] (numbers "y" bars))

    let bins = [ { From = 1.0; To = 3.0; Density = 0.5 } ]
    let histogram = data (single { Label = ""; Mark = Mark.Histogram bins }) |> List.exactlyOne
    Assert.Equal<float list>([ 2.0 ], numbers "x" histogram)
    Assert.Equal<float list>([ 2.0 ], numbers "width" histogram)
    Assert.Equal<float list>([ 0.5 ], numbers "y" histogram)

    let intervals = [
        { Label = "a"; Estimate = 2.0; Lower = 1.5; Upper = 4.0 }
        { Label = "b"; Estimate = 3.0; Lower = nan; Upper = nan }
    ]

    let forest =
        data (Figure.create "" [ Panel.forest "" "" [ "", intervals ] ])
        |> List.exactlyOne

    let errors = forest.GetProperty "error_x"
    Assert.Equal<float list>([ 2.0; 3.0 ], numbers "x" forest)
    Assert.Equal<float list>([ 0.0; 1.0 ], numbers "y" forest)
    Assert.True(areSame [ 2.0; nan ] (numbers "array" errors))
    Assert.True(areSame [ 0.5; nan ] (numbers "arrayminus" errors))

    let cells = [ [ 1.0; 2.0 ]; [ nan; 4.0 ] ]

    let heatMap =
        data (Figure.create "" [ Panel.heatMap "" names names cells ])
        |> List.exactlyOne

    let rows = items (heatMap.GetProperty "z") |> List.length
    Assert.Equal(2, rows)

[<Fact>]
let ``a band goes there along its upper edge and back along its lower one`` () =
    let trace =
        data (single (Series.band "" [ 0.0, 1.0, 2.0; 1.0, 0.5, 3.0 ]))
        |> List.exactlyOne

    Assert.Equal<float list>([ 0.0; 1.0; 1.0; 0.0 ], numbers "x" trace)
    Assert.Equal<float list>([ 2.0; 3.0; 0.5; 1.0 ], numbers "y" trace)
    Assert.Equal("toself", text "fill" trace)

[<Fact>]
let ``the legend names each label once, and markup in it is text`` () =
    let panel = Panel.plot "" "" "" [ Series.band "<b>" []; Series.line "<b>" []; Series.line "" [] ]
    let traces = data (Figure.create "" [ panel; panel ])

    let named =
        traces
        |> List.filter (fun trace -> trace.GetProperty("showlegend").GetBoolean())

    Assert.Equal<string list>([ "&lt;b&gt;" ], named |> List.map (text "name"))

[<Fact>]
let ``a logarithmic axis says so`` () =
    let panel = Panel.plot "" "" "" [ Series.line "" [ 1.0, 1.0 ] ] |> Panel.withLogarithmicX
    let layout = (parse (Figure.create "" [ panel ])).GetProperty "layout"
    Assert.Equal("log", text "type" (layout.GetProperty "xaxis"))
    Assert.Equal("linear", text "type" (layout.GetProperty "yaxis"))
