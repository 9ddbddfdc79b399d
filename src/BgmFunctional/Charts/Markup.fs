namespace BgmFunctional.Charts

open System
open System.Globalization
open System.Text
open System.Xml

/// A piece of SVG or HTML, before it is text.
[<RequireQualifiedAccess>]
type Markup =
    /// An element with its attributes and what stands in it.
    | Element of name: string * attributes: (string * string) list * children: Markup list
    /// Characters, not escaped yet.
    | Text of string
    /// Characters that are written as they are, such as a script.
    | Raw of string

/// Writing markup: escaped, and the same in every culture.
[<RequireQualifiedAccess>]
module Markup =
    /// An element.
    let element name attributes children = Markup.Element(name, attributes, children)

    /// An element that holds nothing.
    let leaf name attributes = element name attributes []

    /// An element that holds a text.
    let text name attributes content = element name attributes [ Markup.Text content ]

    /// A length or coordinate, to a hundredth.
    let number (value: float) =
        let rounded = Math.Round(value, 2) + 0.0
        rounded.ToString("0.##", CultureInfo.InvariantCulture)

    /// Characters that XML does not know (control characters, halves of surrogate pairs) are left out.
    let private escape (builder: StringBuilder) (text: string) =
        for rune in text.EnumerateRunes() do
            match rune.Value with
            | 38 -> builder.Append "&amp;" |> ignore
            | 60 -> builder.Append "&lt;" |> ignore
            | 62 -> builder.Append "&gt;" |> ignore
            | 34 -> builder.Append "&quot;" |> ignore
            | value when value > 0xFFFF || XmlConvert.IsXmlChar(char value) -> builder.Append rune |> ignore
            | _ -> ()

    let private isElement markup =
        match markup with
        | Markup.Element _ -> true
        | Markup.Text _
        | Markup.Raw _ -> false

    let rec private append (builder: StringBuilder) markup =
        match markup with
        | Markup.Text content -> escape builder content
        | Markup.Raw content -> builder.Append content |> ignore
        | Markup.Element(name, attributes, children) ->
            builder.Append('<').Append name |> ignore

            for key, value in attributes do
                builder.Append(' ').Append(key).Append "=\"" |> ignore
                escape builder value
                builder.Append '"' |> ignore

            match children with
            | [] -> builder.Append "/>" |> ignore
            | _ ->
                builder.Append '>' |> ignore
                let onLines = List.forall isElement children

                for child in children do
                    if onLines then
                        builder.Append '\n' |> ignore

                    append builder child

                if onLines then
                    builder.Append '\n' |> ignore

                builder.Append("</").Append(name).Append '>' |> ignore

    /// The text: elements on lines of their own where that does not change what is shown.
    let render markup =
        let builder = StringBuilder()
        append builder markup
        builder.ToString()
