namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data

/// A table that was checked, as a matrix.
type Dataset = {
    /// How its columns became those of the matrix.
    Encoding: TableEncoding
    /// (n, p), standardised, NaN in a hole.
    Matrix: Tensor
}

/// From tables to matrices.
[<RequireQualifiedAccess>]
module Dataset =

    /// Rows without which there is nothing to learn from.
    let private fewestRows = 2

    /// A table with holes; texts are categories, and so are the columns that are named so.
    let ofFrame (categorical: string list) (frame: Frame) : Result<Dataset, BgmError> =
        if Frame.rowCount frame < fewestRows then
            Error(BgmError.TooFewRows(Frame.rowCount frame, fewestRows))
        else
            TableEncoding.learn categorical frame
            |> Result.bind (fun encoding ->
                TableEncoding.encode encoding frame
                |> Result.map (fun matrix -> { Encoding = encoding; Matrix = matrix }))
            |> Result.mapError BgmError.Data

    /// Rows of numbers with holes, NaN; columns are called c1, c2 and so on.
    let ofRows (rows: float[][]) : Result<Dataset, BgmError> =
        let columns = if rows.Length = 0 then 0 else rows[0].Length

        List.init columns (fun j -> $"c{j + 1}", Column.Numeric(rows |> Array.map (fun row -> row[j])))
        |> Frame.ofColumns
        |> Result.mapError BgmError.Data
        |> Result.bind (ofFrame [])
