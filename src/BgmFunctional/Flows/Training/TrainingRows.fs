// Rows to fit to, as numbers: everything about them that is refused before any work.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data

[<RequireQualifiedAccess>]
module internal TrainingRows =

    /// What the rows say about each continuous node.
    let scales dag (values: float[][]) : Map<string, Scale> =
        List.zip (Dag.nodes dag) (List.ofArray values)
        |> List.choose (fun (node, values) ->
            match node.Kind with
            | Continuous _ -> Some(node.Name, Scale.ofValues values)
            | Ordinal _ -> None)
        |> Map.ofList

    /// Widths of the bulk of a column; the square of a gradient from further out is no float32 any more.
    let private reach = 1e18

    let private isFar (range: ValueRange) (x: float) =
        not (Single.IsFinite(float32 x))
        || abs (x - range.Low) > reach * (range.High - range.Low)

    let private eachColumn dag (values: float[][]) check =
        List.zip (Dag.nodes dag) (List.ofArray values)
        |> Result.traverse check
        |> Result.map List.toArray

    /// Refuses a column without variation: it teaches nothing and has no scale.
    let private checkVaries dag values =
        eachColumn dag values (fun (node, values) -> Column.varying node.Name (Column.Numeric values))

    /// Refuses a value that lies absurdly far from where the training rows are.
    let private checkReach dag (scales: Map<string, Scale>) values =
        eachColumn dag values (fun (node: Node, values) ->
            match
                scales.TryFind node.Name
                |> Option.bind (fun scale -> Array.tryFindIndex (isFar scale.Range) values)
            with
            | Some row -> Error(DataError.TooFar(node.Name, row + 1, values[row]))
            | None -> Ok values)

    /// Training rows and their scales.
    let encode dag frame : Result<float[][] * Map<string, Scale>, FlowError> =
        let check values =
            checkVaries dag values
            |> Result.bind (fun values ->
                let scales = scales dag values
                checkReach dag scales values |> Result.map (fun values -> values, scales))

        Rows.encode dag frame |> Result.bind (check >> Result.mapError FlowError.Data)

    /// Validation rows, if there are any, beside training rows of these scales.
    let encodeValidation dag scales (frame: Frame option) : Result<float[][] option, FlowError> =
        let ofValidation error =
            match error with
            | FlowError.Data error -> FlowError.ValidationData error
            | other -> other

        match frame with
        | None -> Ok None
        | Some frame ->
            Rows.encode dag frame
            |> Result.bind (checkReach dag scales >> Result.mapError FlowError.Data)
            |> Result.map Some
            |> Result.mapError ofValidation
