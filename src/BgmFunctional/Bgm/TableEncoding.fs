// From tables with holes to the matrices that BGM learns from, and back. A column of numbers is one column of the matrix, two levels are one
// (0 and 1), more are one each (one-hot), and a single level is none: its holes have but one answer. All are standardised by what is seen.
namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// What the cells of a column hold.
[<RequireQualifiedAccess>]
type CellKind =
    /// Numbers.
    | Number
    /// One of some levels, in order. Names that are numbers are written as `Number.format` does.
    | Levels of names: string list

/// A column of a table, and what standardises its columns in the matrix, of which there may be none, one or several.
type EncodedColumn = {
    /// Its name.
    Name: string
    /// What its cells hold.
    Kind: CellKind
    /// Means of what is seen.
    Means: float list
    /// Standard deviations of what is seen, above 0.
    Deviations: float list
    /// How what is seen is distributed, of numbers.
    Marginal: Marginal option
}

/// A table as a model knows it.
type TableEncoding = {
    /// Its columns, in the order of the table that was learned from.
    Columns: EncodedColumn list
}

/// A hole as the posterior sees it, in the units of the table.
type HoleInterval = {
    /// From 1, the first below the header.
    Row: int
    /// The column's name; of one with levels the level as well, "colour=red": mean and bounds are then chances of it.
    Column: string
    /// The posterior mean.
    Mean: float
    /// The lower end of the interval.
    Low: float
    /// The upper end.
    High: float
}

/// Tables with holes as matrices, and matrices as tables.
[<RequireQualifiedAccess>]
module TableEncoding =

    /// Categories of a column at most.
    let private mostLevels = 64

    /// Texts beyond so many, of so many cells, are names of rows or numbers in disguise unless somebody says that they are categories.
    let private mostTexts cells = min mostLevels (max 10 (cells / 2))

    /// Standard deviations from the mean, or widths of the middle half in a deviation, beyond which float32 sums lose all other cells.
    let private reach = 1e6

    // ---- levels ----

    /// One text for all that mean the same number, so that 1 and 1.0 are one level.
    let private canonical (text: string) =
        match Number.tryParse text with
        | Some value when Double.IsFinite value -> Number.format value
        | _ -> text

    /// By number if all are numbers, else by text.
    let private inOrder names =
        match names |> List.map Number.tryParse |> List.choose id with
        | numbers when numbers.Length = names.Length -> names |> List.zip numbers |> List.sort |> List.map snd
        | _ -> names |> List.sortWith (fun a b -> String.CompareOrdinal(a, b))

    let private levelsOf most name (seen: string[]) =
        match seen |> Array.map canonical |> Array.distinct |> List.ofArray with
        | names when names.Length > most -> Error(DataError.TooManyLevels(name, names.Length, most))
        | names -> Ok(CellKind.Levels(inOrder names))

    /// Two whole numbers are levels, and so is a number that is the only one.
    let private kindOfNumbers (seen: float[]) =
        match seen |> Array.distinct |> Array.truncate 3 |> Array.sort with
        | [| _ |]
        | [| _; _ |] as few when few |> Array.forall Double.IsInteger || few.Length = 1 ->
            CellKind.Levels(few |> Array.map Number.format |> List.ofArray)
        | _ -> CellKind.Number

    /// (n) numbers, NaN where missing.
    let private finite name column = Column.finiteOrMissing name column |> Result.mapError (Missing.explain column)

    /// Texts among numbers are mistakes as long as most cells are numbers.
    let private kind isCategorical name column : Result<CellKind, DataError> =
        let seen = Column.texts column |> Array.filter (fun text -> text <> "")

        let numbers =
            match column with
            | Column.Numeric _ -> seen.Length
            | Column.Text _ -> seen |> Seq.filter (fun text -> (Number.tryParse text).IsSome) |> Seq.length

        if seen.Length = 0 then
            Error(DataError.NothingObserved name)
        elif isCategorical then
            levelsOf mostLevels name seen
        elif 2 * numbers < seen.Length then
            levelsOf (mostTexts seen.Length) name seen
        else
            finite name column
            |> Result.map (Array.filter (Double.IsNaN >> not) >> kindOfNumbers)

    // ---- encoding ----

    /// How many columns of the matrix a column takes.
    let internal width kind =
        match kind with
        | CellKind.Number -> 1
        | CellKind.Levels [ _ ] -> 0
        | CellKind.Levels [ _; _ ] -> 1
        | CellKind.Levels names -> names.Length

    /// The names of a column's columns in the matrix; of two levels, the second one is what its column stands for.
    let private namesOf column =
        match column.Kind with
        | CellKind.Number -> [ column.Name ]
        | CellKind.Levels [ _ ] -> []
        | CellKind.Levels [ _; second ] -> [ $"{column.Name}={second}" ]
        | CellKind.Levels names -> names |> List.map (fun level -> $"{column.Name}={level}")

    /// (n) codes as numbers, NaN where missing; a text that is no level is refused.
    let private codes names name column =
        let names = List.toArray names
        let texts = Column.texts column |> Array.map canonical
        let found = texts |> Array.map (fun text -> Array.IndexOf(names, text))

        match
            Array.zip texts found
            |> Array.tryFindIndex (fun (text, code) -> text <> "" && code < 0)
        with
        | Some i -> Error(Missing.explain column (DataError.UnknownLevel(name, i + 1, texts[i], List.ofArray names)))
        | None -> Ok(found |> Array.map (fun code -> if code < 0 then nan else float code))

    /// (width) columns of (n) numbers as they are, NaN where missing.
    let private raw name kind column : Result<float[] list, DataError> =
        match kind with
        | CellKind.Number -> finite name column |> Result.map List.singleton
        | CellKind.Levels names ->
            codes names name column
            |> Result.map (fun codes ->
                match names with
                | [ _ ] -> []
                | [ _; _ ] -> [ codes ]
                | _ ->
                    let isLevel k code = if Double.IsNaN code then nan else Convert.ToDouble((code = float k))
                    names |> List.mapi (fun k _ -> codes |> Array.map (isLevel k)))

    /// Mean and standard deviation of what is seen; scaled on the way, so that no square is too large or too small.
    let private moments (values: float[]) =
        let seen = values |> Array.filter (Double.IsNaN >> not)
        let mean = Array.average seen
        let largest = seen |> Seq.map (fun x -> abs (x - mean)) |> Seq.max

        mean,
        largest
        * sqrt (seen |> Array.averageBy (fun x -> ((x - mean) / largest) ** 2.0))

    let private marginal (values: float[]) = values |> Array.filter (Double.IsNaN >> not) |> Marginal.ofValues

    /// Whether float32 cannot tell most numbers of a column from each other beside the largest ones.
    let private isLost (marginal: Marginal) mean deviation =
        let width = Marginal.middleHalf marginal

        not (Double.IsFinite(mean + deviation))
        || width > 0.0 && deviation / width > reach

    let private tooFar name (values: float[]) =
        let size value = if Double.IsNaN value then -1.0 else abs value
        let row = values |> Seq.indexed |> Seq.maxBy (snd >> size) |> fst
        Error(DataError.TooFar(name, row + 1, values[row]))

    let private learnColumn categorical (name, column) : Result<EncodedColumn, DataError> =
        kind (List.contains name categorical) name column
        |> Result.bind (fun kind ->
            raw name kind column
            |> Result.bind (fun columns ->
                let means, deviations = columns |> List.map moments |> List.unzip

                match if kind = CellKind.Number then Some(marginal columns.Head) else None with
                | Some marginal when isLost marginal means.Head deviations.Head -> tooFar name columns.Head
                | marginal ->
                    Ok {
                        Name = name
                        Kind = kind
                        Means = means
                        Deviations = deviations
                        Marginal = marginal
                    }))

    /// What a table says about its columns. Numbers are numbers, unless they are named as categories or are two whole numbers; texts are categories.
    /// Refused: a column with nothing observed, infinite values, a number beside which all others are lost, a text among numbers, more than 64
    /// categories or fewer than two cells to each, a named column that is not there, and a table in which nothing varies.
    let learn (categorical: string list) (frame: Frame) : Result<TableEncoding, DataError> =
        Frame.select categorical frame
        |> Result.bind (fun _ -> Frame.columns frame |> Result.traverse (learnColumn categorical))
        |> Result.bind (fun columns ->
            if columns |> List.forall (fun column -> column.Means.IsEmpty) then
                Error(DataError.NothingVaries(Frame.names frame))
            else
                Ok { Columns = columns })

    /// The names of the matrix's columns: "age", "smoker=yes", "colour=blue", "colour=red", …
    let names (encoding: TableEncoding) : string list = encoding.Columns |> List.collect namesOf

    /// The levels that may be marks of missing cells instead, each with its column: those that look so beside some that do not.
    let likelyMarks (encoding: TableEncoding) : (string * string) list =
        encoding.Columns
        |> List.collect (fun column ->
            match column.Kind with
            | CellKind.Levels names when not (List.forall Missing.isLikelyMark names) ->
                names
                |> List.filter Missing.isLikelyMark
                |> List.map (fun level -> column.Name, level)
            | _ -> [])

    let private standardised column (values: float[] list) : Result<float[] list, DataError> =
        List.zip3 values column.Means column.Deviations
        |> Result.traverse (fun (values, mean, deviation) ->
            let scores = values |> Array.map (fun x -> (x - mean) / deviation)

            match scores |> Array.tryFindIndex (fun score -> abs score > reach) with
            | Some row -> Error(DataError.TooFar(column.Name, row + 1, values[row]))
            | None -> Ok scores)

    /// A table as a matrix, (n, p), float32, standardised, NaN where a cell is missing. Columns may stand in any order.
    /// Refused: columns too few or too many, texts and infinities where numbers should be, and a category that was never seen.
    let encode (encoding: TableEncoding) (frame: Frame) : Result<Tensor, DataError> =
        let encodeColumn column =
            Frame.column column.Name frame
            |> Result.bind (raw column.Name column.Kind)
            |> Result.bind (standardised column)

        Frame.exactly (encoding.Columns |> List.map _.Name) frame
        |> Result.bind (fun _ -> encoding.Columns |> Result.traverse encodeColumn)
        |> Result.map (fun columns ->
            let columns = columns |> List.concat |> List.toArray
            let n, p = Frame.rowCount frame, columns.Length
            let cell i = columns[i % p][i / p]
            Tensor.view [| n; p |] (Array.init (n * p) (cell >> float32)))
