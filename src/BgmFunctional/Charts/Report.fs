namespace BgmFunctional.Charts

open System
open BgmFunctional.Data

/// A cell of a table.
[<RequireQualifiedAccess>]
type Cell =
    /// Words.
    | Text of text: string
    /// A number with so many decimals, and with more if they would round it to zero; NaN is shown as a dash.
    | Number of value: float * decimals: int
    /// An estimate with the ends of its interval; NaN is shown as a dash.
    | Interval of estimate: float * lower: float * upper: float

/// A table with a header.
type Table = {
    /// What stands above it; may be empty.
    Caption: string
    /// The names of the columns.
    Header: string list
    /// The cells, row by row.
    Rows: Cell list list
}

/// A piece of a section.
[<RequireQualifiedAccess>]
type Block =
    /// A paragraph.
    | Prose of text: string
    /// Lines that are shown as they are, such as a command.
    | Code of text: string
    /// A table.
    | Table of Table
    /// A figure.
    | Figure of Figure
    /// A PNG file, with the words that stand for it where it cannot be seen.
    | Picture of description: string * png: byte[]

/// A part of a report.
type Section = {
    /// Its heading; may be empty.
    Heading: string
    /// What it says.
    Blocks: Block list
}

/// A page that stands by itself.
type Report = {
    /// The title.
    Title: string
    /// A line below the title; may be empty.
    Subtitle: string
    /// The parts.
    Sections: Section list
    /// What stands at the foot, such as version and seed; may be empty.
    Footer: string
}

/// Reports as HTML pages that need nothing else: no network, no script.
[<RequireQualifiedAccess>]
module Report =
    let private style =
        """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1b1f24; line-height: 1.6; font-size: 1rem; font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 48rem; margin: 0 auto; padding: 3.5rem 1.5rem 3rem; }
header { border-bottom: 1px solid #d8dee4; margin-bottom: 2rem; padding-bottom: 1.25rem; }
h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; margin: 0; text-wrap: balance; }
header p { color: #57606a; font-size: 1.1rem; margin: 0.6rem 0 0; }
h2 { font-size: 1.3rem; line-height: 1.3; letter-spacing: -0.01em; margin: 2.75rem 0 0.75rem; }
p { margin: 0 0 1rem; text-wrap: pretty; }
pre { background: #f6f8fa; border-radius: 6px; padding: 0.8rem 1rem; margin: 0 0 1.25rem; overflow-x: auto; font-size: 0.85rem; line-height: 1.5; font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
figure { margin: 1.5rem 0 2rem; }
figure svg { display: block; width: 100%; height: auto; }
figure .narrow { display: none; }
figure img { display: block; width: 100%; height: auto; image-rendering: pixelated; }
h3 { font-size: 1rem; margin: 0; }
figure p { color: #57606a; font-size: 0.85rem; margin: 0; }
.panels { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); }
.panels > div { min-width: 0; }
figure .note { font-size: 0.75rem; }
.table { overflow-x: auto; margin: 1.25rem 0 2rem; }
table { border-collapse: collapse; min-width: 100%; font-size: 0.9rem; line-height: 1.4; font-variant-numeric: tabular-nums; border-top: 2px solid #1b1f24; border-bottom: 2px solid #1b1f24; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.5rem; }
th, td { text-align: left; padding: 0.4rem 0.6rem; vertical-align: top; }
th:first-child, td:first-child { padding-left: 0.25rem; }
th:last-child, td:last-child { padding-right: 0.25rem; }
th { border-bottom: 1px solid #1b1f24; font-weight: 600; }
tbody tr + tr td { border-top: 1px solid #e8ebef; }
.number { text-align: right; white-space: nowrap; }
footer { border-top: 1px solid #d8dee4; margin-top: 3rem; padding-top: 1rem; color: #57606a; font-size: 0.85rem; }
@media (max-width: 34rem) {
  main { padding: 2rem 1rem; }
  h1 { font-size: 1.6rem; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
}
@media print {
  @page { margin: 18mm; }
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h2 { break-after: avoid; }
  figure, table, pre { break-inside: avoid; }
  pre { white-space: pre-wrap; }
  figure .wide { display: block; }
  figure .narrow { display: none; }
}
"""

    let private cell cell =
        match cell with
        | Cell.Text text -> Markup.text "td" [] text
        | Cell.Number(value, _) when Double.IsNaN value -> Markup.text "td" [ "class", "number" ] "–"
        | Cell.Interval(estimate, lower, upper) ->
            Markup.text "td" [ "class", "number" ] (NumberText.interval estimate lower upper)
        | Cell.Number(value, decimals) -> Markup.text "td" [ "class", "number" ] (NumberText.decimal decimals value)

    let private isNumber cell =
        match cell with
        | Cell.Number _
        | Cell.Interval _ -> true
        | Cell.Text _ -> false

    /// A column's name stands over its numbers.
    let private headerCell (rows: Cell list list) j name =
        let isNumeric = rows |> List.choose (List.tryItem j) |> List.exists isNumber
        Markup.text "th" (("scope", "col") :: (if isNumeric then [ "class", "number" ] else [])) name

    let private table (table: Table) =
        let head = table.Header |> List.mapi (headerCell table.Rows) |> Markup.element "tr" []
        let body = table.Rows |> List.map (List.map cell >> Markup.element "tr" [])

        Markup.element "div" [ "class", "table" ] [
            Markup.element "table" [] [
                if table.Caption <> "" then
                    Markup.text "caption" [] table.Caption
                Markup.element "thead" [] [ head ]
                Markup.element "tbody" [] body
            ]
        ]

    /// On a phone, unless a graph is wider: then it is scaled.
    let private narrowWidth (figure: Figure) =
        let needed panel =
            match panel with
            | Panel.Plot _ -> 0.0
            | Panel.Graph(_, graph) -> GraphRoutes.width 360.0 graph

        figure.Panels |> List.map needed |> List.fold max 360.0 |> min 720.0

    /// Drawn twice, for desks and for phones, so that text is legible on both; the style shows one of them.
    let internal pictures figure = [
        Markup.element "div" [ "class", "wide" ] [ Svg.element 0.0 720.0 figure ]
        Markup.element "div" [ "class", "narrow" ] [ Svg.element 0.0 (narrowWidth figure) figure ]
    ]

    let private block drawFigure block =
        match block with
        | Block.Prose text -> Markup.text "p" [] text
        | Block.Code text -> Markup.element "pre" [] [ Markup.text "code" [] text ]
        | Block.Table content -> table content
        | Block.Figure content -> Markup.element "figure" [] (drawFigure content)
        | Block.Picture(description, png) ->
            let source = $"data:image/png;base64,{Convert.ToBase64String png}"
            Markup.element "figure" [] [ Markup.leaf "img" [ "src", source; "alt", description ] ]

    let private section drawFigure section =
        Markup.element "section" [] [
            if section.Heading <> "" then
                Markup.text "h2" [] section.Heading
            yield! section.Blocks |> List.map (block drawFigure)
        ]

    let private optional name text = if text = "" then [] else [ Markup.text name [] text ]

    /// The page's text, with what stands for figures, and scripts if any.
    let internal page drawFigure scripts report =
        let head =
            Markup.element "head" [] [
                Markup.leaf "meta" [ "charset", "utf-8" ]
                Markup.leaf "meta" [ "name", "viewport"; "content", "width=device-width, initial-scale=1" ]
                Markup.text "title" [] report.Title
                Markup.text "style" [] style
            ]

        let header =
            Markup.element "header" [] (Markup.text "h1" [] report.Title :: optional "p" report.Subtitle)

        let main =
            header :: List.map (section drawFigure) report.Sections
            @ optional "footer" report.Footer

        let page =
            Markup.element "html" [ "lang", "en" ] [
                head
                Markup.element "body" [] (Markup.element "main" [] main :: scripts)
            ]

        $"<!DOCTYPE html>\n{Markup.render page}\n"

    /// The page's text.
    let render report = page pictures [] report

    /// Writes the page as a whole or not at all.
    let save path report = AtomicFile.writeText path (render report)
