namespace BgmFunctional.Data

open System

/// One column of a table. Its array is not to be written to.
[<RequireQualifiedAccess>]
type Column =
    /// Numbers; NaN is a missing value.
    | Numeric of values: float[]
    /// Texts; the empty text is a missing value.
    | Text of values: string[]

/// What a column holds, and what may be asked of it before work starts; the name in each question is for the refusal.
[<RequireQualifiedAccess>]
module Column =
    /// The number of rows.
    let length column =
        match column with
        | Column.Numeric values -> values.Length
        | Column.Text values -> values.Length

    /// The rows at the given indices (from 0), in their order; an index may come twice.
    let take (indices: int[]) column =
        match column with
        | Column.Numeric values -> Column.Numeric(indices |> Array.map (fun i -> values[i]))
        | Column.Text values -> Column.Text(indices |> Array.map (fun i -> values[i]))

    /// (n) whether each row's value is missing.
    let missing column =
        match column with
        | Column.Numeric values -> values |> Array.map Double.IsNaN
        | Column.Text values -> values |> Array.map String.IsNullOrEmpty

    /// Ok for an array in which no row is refused, else the refusal of the first row that is.
    let private refuseFirst isRefused refusal values =
        match values |> Array.tryFindIndex isRefused with
        | None -> Ok values
        | Some i -> Error(refusal (i + 1) values[i])

    /// (n) the numbers, NaN where missing; a text is refused with its row.
    let numbers name column =
        match column with
        | Column.Numeric values -> Ok values
        | Column.Text values ->
            let isText (text: string) = text <> "" && (Number.tryParse text).IsNone

            values
            |> refuseFirst isText (fun row text -> DataError.TextInNumber(name, row, text))
            |> Result.map (Array.map (Number.tryParse >> Option.defaultValue nan))

    /// (n) the numbers, NaN where missing; a text or an infinity is refused with its row.
    let finiteOrMissing name column =
        numbers name column
        |> Result.bind (refuseFirst Double.IsInfinity (fun row value -> DataError.NotFinite(name, row, value)))

    /// (n) the numbers; a text, a missing value or an infinity is refused with its row.
    let finite name column =
        finiteOrMissing name column
        |> Result.bind (refuseFirst Double.IsNaN (fun row _ -> DataError.MissingValue(name, row)))

    /// (n) the finite numbers of a column with at least two different ones; a constant column is refused.
    let varying name column =
        finite name column
        |> Result.bind (fun values ->
            match Array.tryHead values with
            | Some first when values |> Array.forall (fun value -> value = first) ->
                Error(DataError.ConstantColumn(name, first))
            | _ -> Ok values)

    /// (n) the codes 0 … K − 1 of an ordinal column written as whole numbers; anything else is refused with its row.
    let codes levels name column =
        let isOutside (value: float) = value <> Math.Floor value || value < 0.0 || value >= float levels

        finite name column
        |> Result.bind (refuseFirst isOutside (fun row value -> DataError.LevelOutOfRange(name, row, value, levels)))
        |> Result.map (Array.map int)

    /// (n) the values as a CSV file says them, empty where missing; an array of the caller's own.
    let texts column =
        match column with
        | Column.Text values -> Array.copy values
        | Column.Numeric values -> values |> Array.map Number.format

    /// (n) the codes 0 … K − 1 of an ordinal column written as the names of its levels, lowest first; another text is
    /// refused with its row.
    let namedCodes (known: string[]) name column =
        let code text = Array.IndexOf(known, text)

        texts column
        |> refuseFirst (fun text -> code text < 0) (fun row text ->
            if text = "" then
                DataError.MissingValue(name, row)
            else
                DataError.UnknownLevel(name, row, text, List.ofArray known))
        |> Result.map (Array.map code)
