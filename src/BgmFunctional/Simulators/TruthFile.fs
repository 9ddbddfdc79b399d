namespace BgmFunctional.Simulators

open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json

/// What is known about a simulator, as JSON.
[<RequireQualifiedAccess>]
module TruthFile =

    let private writerOptions =
        JsonWriterOptions(Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    /// The values at which a curve is written down, evenly spaced.
    let internal grid low high =
        let points = 101
        [ for i in 0 .. points - 1 -> low + (high - low) * float i / float (points - 1) ]

    /// An object with a simulator's name and description, and what else is written into it.
    let internal describing (name: string) (description: string) (writeTruth: Utf8JsonWriter -> unit) : string =
        use stream = new MemoryStream()
        use json = new Utf8JsonWriter(stream, writerOptions)
        json.WriteStartObject()
        json.WriteString("simulator", name)
        json.WriteString("description", description)
        writeTruth json
        json.WriteEndObject()
        json.Flush()
        Encoding.UTF8.GetString(stream.ToArray())

    let private writeNumbers (json: Utf8JsonWriter) (name: string) (values: float list) =
        json.WriteStartArray name
        values |> List.iter json.WriteNumberValue
        json.WriteEndArray()

    let private writeSettings (json: Utf8JsonWriter) (name: string) (settings: (string * float) list) =
        json.WriteStartObject name

        for node, value in settings do
            json.WriteNumber(node, (value: float))

        json.WriteEndObject()

    let private writeCoefficient (json: Utf8JsonWriter) (coefficient: BgmFunctional.Flows.Coefficient) =
        json.WriteString("node", coefficient.Node)
        json.WriteString("parent", coefficient.Parent)
        json.WriteString("level", Option.toObj coefficient.Level)
        json.WriteNumber("estimate", coefficient.Estimate)
        json.WriteNumber("oddsRatio", coefficient.OddsRatio)

    let private writeCurve (json: Utf8JsonWriter) (curve: TrueCurve) =
        let x = grid curve.Low curve.High
        json.WriteString("node", curve.Node)
        json.WriteString("parent", curve.Parent)
        writeSettings json "given" curve.Given
        writeNumbers json "x" x
        writeNumbers json "shift" (List.map curve.Shift x)

    let private writeEffect (json: Utf8JsonWriter) (effect: TrueEffect) =
        json.WriteString("quantity", effect.Quantity)
        writeSettings json "do" effect.Do
        json.WriteNumber("value", effect.Value)

    let private writeAll (json: Utf8JsonWriter) (name: string) write items =
        json.WriteStartArray name

        for item in items do
            json.WriteStartObject()
            write json item
            json.WriteEndObject()

        json.WriteEndArray()

    /// An object with the simulator's name and description, the coefficients of its linear shifts, its complex shifts as curves, and effects.
    let format (simulator: Simulator) : string =
        let truth = simulator.Truth.Value

        describing simulator.Name simulator.Description (fun json ->
            writeAll json "coefficients" writeCoefficient truth.Coefficients
            writeAll json "curves" writeCurve truth.Curves
            writeAll json "effects" writeEffect truth.Effects)
