module BgmFunctional.Tests.Charts.ReportTests

open System.IO
open System.Xml.Linq
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests
open BgmFunctional.Tests.Data

let private report blocks = {
    Title = "Title <1>"
    Subtitle = "Subtitle"
    Sections = [ { Heading = "Heading"; Blocks = blocks } ]
    Footer = "Footer"
}

let private elements name page =
    XDocument.Parse(page).Descendants()
    |> Seq.filter (fun element -> element.Name.LocalName = name)
    |> List.ofSeq

let private values name page = elements name page |> List.map _.Value

[<Fact>]
let ``a report is well-formed and needs nothing else, whatever is in it`` () =
    Prop.forAll Generators.figures (fun figure ->
        let page =
            Report.render (report [ Block.Figure figure; Block.Prose figure.Subtitle; Block.Code figure.Title ])

        let isOwn (attribute: XAttribute) =
            not (List.contains attribute.Name.LocalName [ "href"; "src"; "style" ])
            && (attribute.Value = "http://www.w3.org/2000/svg"
                || not (attribute.Value.Contains "://"))

        XDocument.Parse(page).Descendants()
        |> Seq.forall (fun element ->
            not (List.contains element.Name.LocalName [ "script"; "link"; "img"; "iframe" ])
            && element.Attributes() |> Seq.forall isOwn)
        && elements "style" page
           |> List.forall (fun style -> not (style.Value.Contains "url" || style.Value.Contains "@import")))
    |> Law.check

[<Fact>]
let ``everything that is said is on the page`` () =
    let page = Report.render (report [ Block.Prose "a & b"; Block.Code "x --y\nz" ])
    Assert.Equal<string list>([ "Title <1>" ], values "h1" page)
    Assert.Equal<string list>([ "Heading" ], values "h2" page)
    Assert.Equal<string list>([ "Subtitle"; "a & b" ], values "p" page)
    Assert.Equal<string list>([ "x --y\nz" ], values "code" page)
    Assert.Equal<string list>([ "Footer" ], values "footer" page)

[<Fact>]
let ``numbers are rounded and stand at the right, below their headings`` () =
    let table = {
        Caption = "Caption"
        Header = [ "name"; "value" ]
        Rows = [
            [ Cell.Text "a"; Cell.Number(-1.2345, 2) ]
            [ Cell.Text "b"; Cell.Number(nan, 2) ]
            [ Cell.Text "c"; Cell.Number(-0.0000712, 2) ]
        ]
    }

    let page = Report.render (report [ Block.Table table ])

    let numbers name =
        elements name page
        |> List.filter (fun cell -> cell.Attributes() |> Seq.exists (fun attribute -> attribute.Value = "number"))
        |> List.map _.Value

    Assert.Equal<string list>([ "Caption" ], values "caption" page)
    Assert.Equal<string list>([ "a"; "−1.23"; "b"; "–"; "c"; "−7.1×10⁻⁵" ], values "td" page)
    Assert.Equal<string list>([ "−1.23"; "–"; "−7.1×10⁻⁵" ], numbers "td")
    Assert.Equal<string list>([ "value" ], numbers "th")

[<Fact>]
let ``what is saved is what is rendered`` () =
    use folder = new TemporaryFolder()
    let path = folder.File "report.html"
    Expect.ok (Report.save path (report []))
    Assert.Equal(Report.render (report []), File.ReadAllText path)
