namespace BgmFunctional.Charts

open System
open System.Text
open System.Text.RegularExpressions
open BgmFunctional.Data

/// Where a page takes plotly.js from.
[<RequireQualifiedAccess>]
type PlotlySource =
    /// From its CDN, each time that it is read; without a network the page shows its pictures as they are.
    | Cdn
    /// From this text, which becomes part of the page.
    | Inline of script: string

/// Reports whose figures can be zoomed into and pointed at.
[<RequireQualifiedAccess>]
module InteractiveReport =
    /// plotly.js as a file holds it, such as npm's plotly.js-cartesian-dist-min; a file that is something else is refused.
    let readPlotly path : Result<PlotlySource, DataError> =
        AtomicFile.read path
        |> Result.bind (fun bytes ->
            let script = Encoding.UTF8.GetString bytes

            if script.AsSpan(0, min 1000 script.Length).Contains("plotly.js", StringComparison.Ordinal) then
                Ok(PlotlySource.Inline script)
            else
                Error(
                    DataError.FileUnreadable(
                        path,
                        $"it does not begin as plotly.js does; npm's plotly.js-cartesian-dist-min {Plotly.version} has it."
                    )
                ))

    /// A script that cannot end its element early: `</script` and `<!--` stand in texts and patterns only, where a backslash changes nothing.
    let private harmless script = Regex.Replace(script, @"<(?=/script|!--)", @"\x3C", RegexOptions.IgnoreCase)

    let private load source =
        match source with
        | PlotlySource.Cdn -> Markup.element "script" [ "src", Plotly.address; "charset", "utf-8" ] [ Markup.Raw "" ]
        | PlotlySource.Inline script -> Markup.element "script" [] [ Markup.Raw(harmless script) ]

    /// Graphs stay pictures: nothing in them is read off an axis.
    let private isDrawn (figure: Figure) = figure.Panels |> List.exists _.IsPlot

    /// Panels stand beside each other where the page is wide enough, so each is a figure of its own, without the page's headings.
    let private panels (figure: Figure) =
        figure.Panels
        |> List.map (fun panel -> Plotly.ofFigure (Figure.create "" [ panel ]))
        |> Json.List

    /// A picture, and a place for the figure that is hidden until it is drawn there.
    let private place (figure: Figure) =
        let optional name attributes text = if text = "" then [] else [ Markup.text name attributes text ]
        let plain = Report.pictures figure

        if isDrawn figure then
            [
                Markup.element "div" [ "class", "picture" ] plain
                Markup.element "div" [ "class", "figure"; "hidden", "" ] [
                    yield! optional "h3" [] figure.Title
                    yield! optional "p" [] figure.Subtitle
                    Markup.element "div" [ "class", "panels" ] [ Markup.Raw "" ]
                    yield! optional "p" [ "class", "note" ] figure.Caption
                ]
            ]
        else
            plain

    /// Draws the figures in the place of the pictures, if plotly.js is there.
    let private draw figures =
        $"""
const figures = {Json.render (Json.List figures)};
const settings = {{ responsive: true, displaylogo: false, modeBarButtons: [['toImage', 'zoom2d', 'pan2d', 'resetScale2d']] }};
if (window.Plotly) document.querySelectorAll('.figure').forEach((figure, i) => {{
  figure.previousElementSibling.remove();
  figure.hidden = false;
  const places = figures[i].map(() => document.createElement('div'));
  figure.querySelector('.panels').append(...places);
  places.forEach((place, j) => Plotly.newPlot(place, figures[i][j].data, figures[i][j].layout, settings));
}});
"""

    /// The page's text.
    let render source report =
        let figures =
            report.Sections
            |> List.collect _.Blocks
            |> List.choose (fun block ->
                match block with
                | Block.Figure figure when isDrawn figure -> Some(panels figure)
                | _ -> None)

        let scripts = [ load source; Markup.element "script" [] [ Markup.Raw(draw figures) ] ]
        Report.page place scripts report

    /// Writes the page as a whole or not at all.
    let save path source report = AtomicFile.writeText path (render source report)
