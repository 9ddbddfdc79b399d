namespace BgmFunctional.Simulators

/// What is known about a population and some of its rows, as JSON.
[<RequireQualifiedAccess>]
module TreatmentTruthFile =

    /// An object with a name and a description; `adrf` [{x, mean}] of a continuous treatment; `ate`, and `ite`, one number a row, of a binary one.
    let describe
        (name: string)
        (description: string)
        (truth: TreatmentTruth option)
        (effects: float[] option)
        : string =
        TruthFile.describing name description (fun json ->
            match truth with
            | Some(TrueDoseResponse(adrf, low, high)) ->
                json.WriteStartArray "adrf"

                for x in TruthFile.grid low high do
                    json.WriteStartObject()
                    json.WriteNumber("x", (x: float))
                    json.WriteNumber("mean", adrf x)
                    json.WriteEndObject()

                json.WriteEndArray()
            | Some(TrueAverageEffect ate) ->
                json.WriteNumber("ate", ate)
                json.WriteStartArray "ite"
                effects |> Option.iter (Array.iter json.WriteNumberValue)
                json.WriteEndArray()
            | None -> ())

    /// The truth about a simulator and its rows.
    let format (simulator: TreatmentSimulator) (sample: TreatmentSample) : string =
        describe simulator.Name simulator.Description (Some simulator.Truth) sample.Effects
