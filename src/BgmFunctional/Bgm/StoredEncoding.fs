namespace BgmFunctional.Bgm

open System
open BgmFunctional.Data

/// A column as a model file's JSON says it.
type StoredColumn = {
    /// Its name.
    Name: string
    /// Names of its levels; none of a column of numbers.
    Levels: string list
    /// Of its columns in the matrix.
    Means: float list
    /// Of its columns in the matrix.
    Deviations: float list
    /// How its numbers are distributed: one, or none of a column of levels.
    Marginals: Marginal list
}

/// A table's encoding as JSON and back, as the same bits.
[<RequireQualifiedAccess>]
module StoredEncoding =

    let private stored (column: EncodedColumn) : StoredColumn = {
        Name = column.Name
        Levels =
            match column.Kind with
            | CellKind.Number -> []
            | CellKind.Levels names -> names
        Means = column.Means
        Deviations = column.Deviations
        Marginals = Option.toList column.Marginal
    }

    let private isSound (column: EncodedColumn) =
        let width = TableEncoding.width column.Kind

        column.Means.Length = width
        && column.Deviations.Length = width
        && column.Means |> List.forall Double.IsFinite
        && column.Deviations
           |> List.forall (fun deviation -> deviation > 0.0 && Double.IsFinite deviation)
        && column.Marginal.IsSome = (column.Kind = CellKind.Number)
        && Option.forall Marginal.isSound column.Marginal

    /// The JSON text of an encoding.
    let write (encoding: TableEncoding) : string = encoding.Columns |> List.map stored |> JsonText.write

    /// The encoding that a text says, or what is wrong with it.
    let read (text: string) : Result<TableEncoding, string> =
        JsonText.read<StoredColumn list> text
        |> Result.bind (fun columns ->
            let columns: EncodedColumn list =
                columns
                |> List.map (fun column -> {
                    Name = column.Name
                    Kind = if column.Levels.IsEmpty then CellKind.Number else CellKind.Levels column.Levels
                    Means = column.Means
                    Deviations = column.Deviations
                    Marginal = List.tryHead column.Marginals
                })

            match columns |> List.tryFind (isSound >> not) with
            | Some column -> Error $"column '{column.Name}' has moments or quantiles that do not fit it"
            | None -> Ok { Columns = columns })
