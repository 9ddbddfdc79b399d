// The auxiliary variable U of an identifiable model: something known of every row that tells populations apart, such as site, period or batch.
namespace BgmFunctional.CausalBgm

open System
open BgmFunctional.Data
open BgmFunctional.Kernels

/// A column that is asked to be part of U.
type AuxiliaryRequest =
    /// Numbers stay numbers, texts are categories.
    | ByContent of column: string
    /// Every value is a category, also where values are numbers.
    | Categorical of column: string

/// How a column becomes columns of U.
type AuxiliaryColumn =
    /// One column: its numbers, standardised by these units.
    | Numbers of units: Units
    /// A column for each category, 1 in its rows and 0 elsewhere.
    | Categories of names: string list

/// Where U comes from, so that rows of any data get theirs as those of the fit did.
[<RequireQualifiedAccess>]
type Auxiliary =
    /// Columns of the table.
    | Columns of columns: (string * AuxiliaryColumn) list
    /// So many segments that are drawn at random for the rows.
    | RandomSegments of count: int
    /// An array of the caller's own with so many columns.
    | Array of columns: int

/// Auxiliary variables.
[<RequireQualifiedAccess>]
module Auxiliary =

    /// The column that is asked for.
    let columnOf request =
        match request with
        | ByContent column
        | Categorical column -> column

    let private widthOf column =
        match column with
        | Numbers _ -> 1
        | Categories names -> names.Length

    /// Columns of U, s.
    let width auxiliary =
        match auxiliary with
        | Auxiliary.Columns columns -> columns |> List.sumBy (snd >> widthOf)
        | Auxiliary.RandomSegments count -> count
        | Auxiliary.Array columns -> columns

    /// What speaks against an auxiliary variable, if anything.
    let warning auxiliary =
        match auxiliary with
        | Auxiliary.RandomSegments _ ->
            Some
                "segments drawn at random say nothing about the rows, so that they identify nothing: only an informative auxiliary variable does (site, period, batch)"
        | Auxiliary.Columns _
        | Auxiliary.Array _ -> None

    let private column name frame = Frame.column name frame |> Result.mapError CausalError.Data

    let private categories name (column: Column) =
        let texts = Column.texts column
        let names = texts |> Array.distinct |> Array.sort |> Array.toList

        if names |> List.contains "" then
            Error(CausalError.Data(DataError.MissingValue(name, Array.IndexOf(texts, "") + 1)))
        elif names.Length < 2 || 2 * names.Length > texts.Length then
            Error(CausalError.BadCategories(name, names.Length, texts.Length))
        else
            Ok(Categories names)

    let private learn request frame =
        let name = columnOf request

        column name frame
        |> Result.bind (fun found ->
            match request, found with
            | ByContent _, Column.Numeric _ ->
                Column.varying name found
                |> Result.map (Units.ofValues >> Numbers)
                |> Result.mapError CausalError.Data
            | _ -> categories name found)
        |> Result.map (fun column -> name, column)

    /// U of columns of a table. Refused: columns that are missing or constant, missing values, and categories of fewer than two rows on average.
    let ofFrame (requests: AuxiliaryRequest list) (frame: Frame) : Result<Auxiliary, CausalError> =
        requests
        |> Result.traverse (fun request -> learn request frame)
        |> Result.map Auxiliary.Columns

    let private encodeColumn frame (name, kind) : Result<float[][], CausalError> =
        let encode (found: Column) =
            match kind with
            | Numbers units ->
                Column.finite name found
                |> Result.map (Array.map (fun value -> [| Units.enter units value |]))
            | Categories names ->
                let oneHot code = Array.init names.Length (fun i -> if i = code then 1.0 else 0.0)

                Column.namedCodes (List.toArray names) name found
                |> Result.map (Array.map oneHot)

        column name frame |> Result.bind (encode >> Result.mapError CausalError.Data)

    /// U of a table's rows, (n, s), from the columns that it was learned from.
    let internal encode columns (frame: Frame) : Result<float[][], CausalError> =
        columns
        |> Result.traverse (encodeColumn frame)
        |> Result.map (fun parts ->
            Array.init (Frame.rowCount frame) (fun i -> parts |> List.map (fun part -> part[i]) |> Array.concat))

    /// One-hot segments drawn at random for so many rows, (n, count).
    let internal drawSegments (key: Key) count rows : float[][] =
        let draws = Array.zeroCreate<float> rows
        Kernels<float>.Best.Random(Draw.Uniform, key, 0L, Span draws)

        draws
        |> Array.map (fun u -> Array.init count (fun s -> if int (u * float count) = s then 1.0 else 0.0))
