namespace BgmFunctional.Simulators

open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json

/// What is known about a population and some of its rows, as JSON.
[<RequireQualifiedAccess>]
module TreatmentTruthFile =

    let private writerOptions =
        JsonWriterOptions(Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    /// Points at which a curve is written down, evenly spaced.
    let private points = 101

    /// An object with the simulator's name and description; `adrf` [{x, mean}] for a continuous treatment; `ate` and `ite`, one number a row, for a
    /// binary one.
    let format (simulator: TreatmentSimulator) (sample: TreatmentSample) : string =
        use stream = new MemoryStream()
        use json = new Utf8JsonWriter(stream, writerOptions)
        json.WriteStartObject()
        json.WriteString("simulator", simulator.Name)
        json.WriteString("description", simulator.Description)

        match simulator.Truth with
        | TrueDoseResponse(adrf, low, high) ->
            json.WriteStartArray "adrf"

            for i in 0 .. points - 1 do
                let x = low + (high - low) * float i / float (points - 1)
                json.WriteStartObject()
                json.WriteNumber("x", x)
                json.WriteNumber("mean", adrf x)
                json.WriteEndObject()

            json.WriteEndArray()
        | TrueAverageEffect ate ->
            json.WriteNumber("ate", ate)
            json.WriteStartArray "ite"
            sample.Effects |> Option.iter (Array.iter json.WriteNumberValue)
            json.WriteEndArray()

        json.WriteEndObject()
        json.Flush()
        Encoding.UTF8.GetString(stream.ToArray())
