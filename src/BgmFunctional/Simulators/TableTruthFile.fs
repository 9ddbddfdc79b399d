namespace BgmFunctional.Simulators

open BgmFunctional.Data

/// What is known about a population and some of its rows, as JSON.
[<RequireQualifiedAccess>]
module TableTruthFile =

    /// An object with the simulator's name and description, `rows`, one number a row for each thing that no column shows (as mean, sigma, low and high
    /// of y), and `parameters`, matrices by name, a list a row.
    let format (simulator: TableSimulator) (sample: TableSample) : string =
        TruthFile.describing simulator.Name simulator.Description (fun json ->
            let numbers (values: float seq) =
                json.WriteStartArray()
                values |> Seq.iter json.WriteNumberValue
                json.WriteEndArray()

            json.WriteStartObject "rows"

            for name, column in Frame.columns sample.Known do
                json.WritePropertyName name
                numbers (Column.numbers name column |> Result.defaultValue [||])

            json.WriteEndObject()
            json.WriteStartObject "parameters"

            for name, rows in sample.Matrices do
                json.WriteStartArray name
                rows |> Array.iter numbers
                json.WriteEndArray()

            json.WriteEndObject())
