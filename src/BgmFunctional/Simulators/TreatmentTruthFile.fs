namespace BgmFunctional.Simulators

/// What is known about a population and some of its rows, as JSON.
[<RequireQualifiedAccess>]
module TreatmentTruthFile =

    /// An object with the simulator's name and description; `adrf` [{x, mean}] for a continuous treatment; `ate` and `ite`, one number a row, for a
    /// binary one.
    let format (simulator: TreatmentSimulator) (sample: TreatmentSample) : string =
        TruthFile.describing simulator.Name simulator.Description (fun json ->
            match simulator.Truth with
            | TrueDoseResponse(adrf, low, high) ->
                json.WriteStartArray "adrf"

                for x in TruthFile.grid low high do
                    json.WriteStartObject()
                    json.WriteNumber("x", (x: float))
                    json.WriteNumber("mean", adrf x)
                    json.WriteEndObject()

                json.WriteEndArray()
            | TrueAverageEffect ate ->
                json.WriteNumber("ate", ate)
                json.WriteStartArray "ite"
                sample.Effects |> Option.iter (Array.iter json.WriteNumberValue)
                json.WriteEndArray())
