namespace BgmFunctional.Flows

open System
open BgmFunctional.Data

/// What a node is set to by an intervention.
type Setting =
    /// A number, or the code of a level.
    | To of value: float
    /// A level by name or, where none has that name, by its code.
    | ToLevel of name: string
    /// One number a row (a soft intervention computed from the rows, for instance).
    | ToEach of values: float[]

/// Interventions: nodes with what they are set to.
[<RequireQualifiedAccess>]
module internal Intervention =

    let private levelsOf (node: Node) =
        match node.Kind with
        | Ordinal levels -> Some levels
        | Continuous _ -> None

    let private refuse (node: Node) text =
        match levelsOf node with
        | Some levels -> Error(FlowError.NotALevel(node.Name, text, String.concat ", " (Levels.names levels)))
        | None -> Error(FlowError.NotANumber(node.Name, text))

    /// A continuous node takes what a float32 can hold: in float64, where queries run, none of its descendants then overflows.
    let private isValue (node: Node) (value: float) =
        match levelsOf node with
        | Some levels -> value = floor value && value >= 0.0 && value < float (Levels.count levels)
        | None -> Single.IsFinite(float32 value)

    let private values (node: Node) rows setting =
        let checkAll (values: float[]) =
            match Array.tryFind (isValue node >> not) values with
            | Some value -> refuse node (string value)
            | None -> Ok values

        match setting with
        | To value -> checkAll (Array.create rows value)
        | ToEach values when values.Length = rows -> checkAll values
        | ToEach values -> Error(FlowError.WrongLength(node.Name, values.Length, rows))
        | ToLevel name ->
            match levelsOf node |> Option.bind (Levels.tryCode name) with
            | Some code -> Ok(Array.create rows (float code))
            | None -> refuse node name

    /// The column of each node that is set, null elsewhere; of two settings of a node the last one holds.
    let columns (dag: Dag) rows (interventions: (string * Setting) list) : Result<float[][], FlowError> =
        interventions
        |> Result.traverse (fun (name, setting) ->
            Dag.node name dag
            |> Result.bind (fun node -> values node rows setting)
            |> Result.map (fun values -> Dag.position name dag, values))
        |> Result.map (Rows.scatter (Dag.nodes dag).Length)

    /// Refuses what the graph cannot take; how many values a setting row by row has is seen once there are rows.
    let check (dag: Dag) (interventions: (string * Setting) list) : Result<unit, FlowError> =
        interventions
        |> Result.traverse (fun (name, setting) ->
            Dag.node name dag
            |> Result.bind (fun node ->
                match setting with
                | ToEach each -> values node each.Length setting
                | To _
                | ToLevel _ -> values node 1 setting))
        |> Result.map ignore
