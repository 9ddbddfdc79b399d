namespace BgmFunctional.Charts

open System.IO
open System.Text
open System.Text.Json

/// JSON, before it is text.
[<RequireQualifiedAccess>]
type internal Json =
    | Object of members: (string * Json) list
    | List of items: Json list
    | Number of value: float
    | Text of content: string
    | Truth of value: bool

module internal Json =
    let numbers values = values |> Seq.map Json.Number |> List.ofSeq |> Json.List

    /// Halves of surrogate pairs, which no encoding has, become the replacement character.
    let private wellFormed (text: string) = text.EnumerateRunes() |> Seq.map string |> System.String.Concat

    let rec private write (writer: Utf8JsonWriter) json =
        match json with
        | Json.Object members ->
            writer.WriteStartObject()

            for name, value in members do
                writer.WritePropertyName name
                write writer value

            writer.WriteEndObject()
        | Json.List items ->
            writer.WriteStartArray()
            List.iter (write writer) items
            writer.WriteEndArray()
        | Json.Number value when Scale.isDrawable value -> writer.WriteNumberValue value
        | Json.Number _ -> writer.WriteNullValue()
        | Json.Text content -> writer.WriteStringValue(wellFormed content)
        | Json.Truth value -> writer.WriteBooleanValue value

    /// The text: numbers that cannot be drawn are null, and <, > and & are written as escapes, so that no text ends a script element.
    let render json =
        use stream = new MemoryStream()

        using (new Utf8JsonWriter(stream)) (fun writer -> write writer json)
        Encoding.UTF8.GetString(stream.ToArray())
