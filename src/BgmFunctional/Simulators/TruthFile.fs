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

    /// Points at which a curve is written down, evenly spaced.
    let private points = 101

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
        let x = [ for i in 0 .. points - 1 -> curve.Low + (curve.High - curve.Low) * float i / float (points - 1) ]

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
        use stream = new MemoryStream()
        use json = new Utf8JsonWriter(stream, writerOptions)
        json.WriteStartObject()
        json.WriteString("simulator", simulator.Name)
        json.WriteString("description", simulator.Description)
        writeAll json "coefficients" writeCoefficient truth.Coefficients
        writeAll json "curves" writeCurve truth.Curves
        writeAll json "effects" writeEffect truth.Effects
        json.WriteEndObject()
        json.Flush()
        Encoding.UTF8.GetString(stream.ToArray())
