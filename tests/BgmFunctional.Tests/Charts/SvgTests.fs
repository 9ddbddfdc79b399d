module BgmFunctional.Tests.Charts.SvgTests

open System.Globalization
open System.Xml.Linq
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests

let private attributes (svg: string) = [
    for element in XDocument.Parse(svg).Descendants() do
        for attribute in element.Attributes() -> attribute.Name.LocalName, attribute.Value
]

[<Fact>]
let ``whatever is drawn is well-formed, with finite numbers only`` () =
    Prop.forAll Generators.figures (fun figure ->
        let isNotFinite (value: string) = value.Contains "NaN" || value.Contains "Infinity" || value.Contains '∞'

        attributes (Svg.render figure)
        |> List.filter (fun (name, value) -> name <> "aria-label" && isNotFinite value)
        |> Assert.Empty)
    |> Law.check

[<Fact>]
let ``no size is negative`` () =
    Prop.forAll Generators.figures (fun figure ->
        attributes (Svg.render figure)
        |> List.filter (fun (name, _) -> List.contains name [ "width"; "height"; "r" ])
        |> List.forall (fun (_, value) -> System.Double.Parse(value, CultureInfo.InvariantCulture) >= 0.0))
    |> Law.check

[<Fact>]
let ``the same figure gives the same text, in every culture`` () =
    Prop.forAll Generators.figures (fun figure ->
        let here = Svg.render figure
        let culture = CultureInfo.CurrentCulture
        let foreign = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
        foreign.NumberFormat.NumberDecimalSeparator <- ","
        foreign.NumberFormat.NegativeSign <- "~"
        CultureInfo.CurrentCulture <- foreign

        try
            Svg.render figure = here
        finally
            CultureInfo.CurrentCulture <- culture)
    |> Law.check

[<Fact>]
let ``texts are shown as they are, and read aloud`` () =
    let svg =
        Figure.create "a < b & \"c\"" [ Panel.plot "p > q" "" "" [] ]
        |> Svg.render
        |> XDocument.Parse

    let texts = [ for element in svg.Descendants() -> element.Value ]
    Assert.Contains("p > q", texts)

    match svg.Root with
    | null -> failwith "There is no root."
    | root ->
        let attribute name = root.Attributes() |> Seq.find (fun attribute -> attribute.Name.LocalName = name)
        Assert.Equal("a < b & \"c\"", (attribute "aria-label").Value)
        Assert.Equal("img", (attribute "role").Value)

[<Fact>]
let ``series of one label have one colour and one place in the legend, others another`` () =
    let panel =
        Panel.plot "" "" "" [
            Series.band "one" [ 0.0, 0.0, 1.0 ]
            Series.line "one" [ 0.0, 1.0 ]
            Series.line "two" [ 1.0, 0.0 ]
        ]

    let svg = Figure.create "" [ panel ] |> Svg.render

    let lines =
        attributes svg
        |> List.filter (fun (name, value) -> name = "stroke" && value.StartsWith "#")
        |> List.map snd

    Assert.Equal(2, svg.Split(">one<").Length)
    Assert.Contains("#0072b2", lines)
    Assert.Contains("#d55e00", lines)
    Assert.DoesNotContain("#009e73", lines)

[<Fact>]
let ``a line is broken where a value is missing`` () =
    let svg =
        Figure.create "" [ Panel.plot "" "" "" [ Series.line "" [ 0.0, 1.0; 1.0, 2.0; 2.0, nan; 3.0, 1.0; 4.0, 2.0 ] ] ]
        |> Svg.render

    let paths =
        XDocument.Parse(svg).Descendants()
        |> Seq.filter (fun element -> element.Name.LocalName = "path")

    Assert.Equal(2, Seq.length paths)

[<Fact>]
let ``a histogram's areas add up to one, and its bins touch at round numbers`` () =
    Prop.forAll
        (Arb.fromGen (Gen.nonEmptyListOf (Gen.choose (-500, 500) |> Gen.map (fun i -> float i / 7.0))))
        (fun values ->
            match (Series.histogram "" values).Mark with
            | Mark.Histogram bins ->
                let area = bins |> List.sumBy (fun bin -> bin.Density * (bin.To - bin.From))

                let touch =
                    bins
                    |> List.pairwise
                    |> List.forall (fun (left, right) -> abs (left.To - right.From) < 1e-9)

                let covered =
                    List.min values >= bins.Head.From - 1e-9
                    && List.max values <= (List.last bins).To + 1e-9

                abs (area - 1.0) < 1e-9 && touch && covered
            | _ -> false)
    |> Law.check

/// Texts with their places.
let private texts (svg: string) = [
    for element in XDocument.Parse(svg).Descendants() do
        if element.Name.LocalName = "text" then
            let attribute name =
                element.Attributes()
                |> Seq.find (fun attribute -> attribute.Name.LocalName = name)
                |> _.Value

            let number name = System.Double.Parse(attribute name, CultureInfo.InvariantCulture)
            element.Value, (number "x", number "y")
]

let private twoLines last =
    Figure.create "" [
        Panel.plot "" "" "" [ Series.line "one" [ 0.0, 0.0; 1.0, 1.0 ]; Series.line "two" [ 0.0, 0.0; 1.0, last ] ]
    ]

[<Fact>]
let ``lines that end apart have their names there, others have a legend`` () =
    let placesOf figure =
        texts (Svg.render figure)
        |> List.choose (fun (text, place) -> if text = "one" || text = "two" then Some place else None)

    let ends, legend = placesOf (twoLines 0.0), placesOf (twoLines 0.99)
    Assert.All(ends, fun (x, _) -> Assert.True(x > 600.0))
    Assert.All(legend, fun (x, _) -> Assert.True(x < 200.0))
    Assert.Equal((2, 2), (ends.Length, legend.Length))

[<Fact>]
let ``names of lines to compare with do not run into each other`` () =
    let names = [ "5 %"; "median"; "95 %" ]

    let figure =
        Panel.plot "" "" "" [ Series.line "" [ 0.0, 0.0; 100.0, 1.0 ] ]
        |> Panel.withReferences (List.mapi (fun i name -> Reference.Vertical(40.0 + float i, name)) names)
        |> List.singleton
        |> Figure.create ""

    let heights =
        texts (Svg.render figure)
        |> List.choose (fun (text, (_, y)) -> if List.contains text names then Some y else None)

    Assert.Equal(3, (List.distinct heights).Length)
