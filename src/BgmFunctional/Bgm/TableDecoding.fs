// From matrices that a model filled back to tables: what was seen stays as it stood in the file, and a hole becomes a number or a level.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// Filled matrices as tables, and posterior intervals of holes in the units of the table.
[<RequireQualifiedAccess>]
module TableDecoding =

    /// The columns of a table with where each begins in the matrix.
    let private placed (encoding: TableEncoding) =
        let starts =
            encoding.Columns
            |> List.scan (fun start column -> start + column.Means.Length) 0

        List.zip encoding.Columns (List.take encoding.Columns.Length starts)

    /// (width) the numbers of a cell as they are, from its standardised ones.
    let private raw column start (score: int -> float) =
        List.zip column.Means column.Deviations
        |> List.mapi (fun k (mean, deviation) -> mean + deviation * score (start + k))

    /// The level with the largest score. Of two, the second from ½ on.
    let private level names scores =
        match names, scores with
        | [ only ], _ -> only
        | [ first; second ], [ score ] -> if score < 0.5 then first else second
        | _ -> List.zip scores names |> List.maxBy fst |> snd

    /// A number to a millionth of the column's deviation, which is what float32 knows of it, without digits that mean nothing.
    let internal rounded deviation (value: float) =
        let digits = 6.0 - floor (log10 deviation)
        if digits >= 0.0 && digits <= 15.0 then Math.Round(value, int digits) else value

    let private fillNumbers start column (score: int -> int -> float) found =
        let value row = raw column start (score row) |> List.head |> rounded column.Deviations.Head

        match found with
        | Column.Numeric values ->
            Column.Numeric(values |> Array.mapi (fun row x -> if Double.IsNaN x then value row else x))
        | Column.Text values ->
            Column.Text(
                values
                |> Array.mapi (fun row x -> if x = "" then Number.format (value row) else x)
            )

    let private fillLevels start column names (score: int -> int -> float) found =
        let value row = level names (raw column start (score row))
        let filled = Column.texts found |> Array.mapi (fun row x -> if x = "" then value row else x)

        match found, names |> List.map Number.tryParse |> List.forall Option.isSome with
        | Column.Numeric _, true -> Column.Numeric(filled |> Array.map (Number.tryParse >> Option.defaultValue nan))
        | _ -> Column.Text filled

    /// A table with its holes filled from a matrix, (n, p), that `TableEncoding.encode` made of it and a model filled with means or with a draw.
    /// Cells that are seen come back untouched. A hole in a column of levels gets the level with the largest score; a draw, which carries its
    /// noise, so gets each level about as often as it is likely (a chance of 0.05, 0.1, 0.2, 0.3 or 0.4 comes out as 0.02, 0.09, 0.23, 0.33 or 0.42
    /// of a normal with the same mean and variance).
    let fill (encoding: TableEncoding) (frame: Frame) (matrix: Tensor) : Result<Frame, DataError> =
        let p = matrix.Shape[1]
        let values = Tensor.toArray matrix
        let score row j = values[row * p + j]

        let fillColumn frame (column: EncodedColumn, start) =
            Frame.column column.Name frame
            |> Result.bind (fun found ->
                let filled =
                    match column.Kind with
                    | CellKind.Number -> fillNumbers start column score found
                    | CellKind.Levels names -> fillLevels start column names score found

                if Array.contains true (Column.missing found) then
                    Frame.add column.Name filled frame
                else
                    Ok frame)

        (Ok frame, placed encoding)
        ||> List.fold (fun frame placed -> frame |> Result.bind (fun frame -> fillColumn frame placed))

    /// What a matrix cell's posterior, standardised, says about a hole: row and column from 0. Chances of levels stay between 0 and 1.
    let interval (encoding: TableEncoding) : int -> int -> float * float * float -> HoleInterval =
        let columns =
            encoding.Columns
            |> List.collect (fun column ->
                let isChance = column.Kind <> CellKind.Number

                List.zip column.Means column.Deviations
                |> List.map (fun (mean, deviation) -> isChance, mean, deviation))
            |> List.zip (TableEncoding.names encoding)
            |> List.toArray

        fun row column (mean, low, high) ->
            let name, (isChance, centre, deviation) = columns[column]

            let unit score =
                let value = centre + deviation * score
                if isChance then Math.Clamp(value, 0.0, 1.0) else value

            {
                Row = row + 1
                Column = name
                Mean = unit mean
                Low = unit low
                High = unit high
            }
