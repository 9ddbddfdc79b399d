namespace BgmFunctional.Data

open System
open System.Globalization

/// A way in which data, or a file, is refused. Rows count from 1, the first one below the header.
[<RequireQualifiedAccess>]
type DataError =
    /// No file stands at the path.
    | FileMissing of path: string
    /// The file is there and cannot be read.
    | FileUnreadable of path: string * reason: string
    /// The folder that a file should be written to is not there.
    | FolderMissing of path: string * folder: string
    /// The file cannot be written.
    | FileUnwritable of path: string * reason: string
    /// The file has no content at all.
    | EmptyFile of path: string
    /// The file has a header and nothing below it.
    | NoRows of path: string
    /// The header has no comma and another character that may have been meant to separate fields.
    | OtherSeparator of path: string * separators: string
    /// A row has more or fewer fields than the header; the line is the file's, from 1.
    | RaggedRow of path: string * line: int * found: int * expected: int
    /// A line breaks the rules of quoting; the line is the file's, from 1.
    | MalformedRow of path: string * line: int
    /// A column has no name; positions count from 1.
    | UnnamedColumn of position: int
    /// Two columns have the same name.
    | DuplicateColumn of column: string
    /// A column is longer or shorter than the first one.
    | UnequalColumn of column: string * found: int * expected: int
    /// A column is asked for that the data do not have.
    | UnknownColumn of column: string * available: string list
    /// Columns are needed that the data do not have.
    | MissingColumns of columns: string list * available: string list
    /// The data have columns that nothing here knows.
    | SurplusColumns of columns: string list * expected: string list
    /// A text stands where a number is needed.
    | TextInNumber of column: string * row: int * text: string
    /// A text, in so many cells, that is no value of its column and may mark missing ones.
    | LikelyMark of column: string * row: int * text: string * cells: int
    /// A value is missing where none may be.
    | MissingValue of column: string * row: int
    /// An infinity stands where a finite number is needed.
    | NotFinite of column: string * row: int * value: float
    /// Every row of a column has the same value, so that there is nothing to learn from it.
    | ConstantColumn of column: string * value: float
    /// Every value of a column is missing, so that there is nothing to learn it from.
    | NothingObserved of column: string
    /// No column of a table has two different values.
    | NothingVaries of columns: string list
    /// A column of texts has so many different ones that they can hardly be categories.
    | TooManyLevels of column: string * found: int * most: int
    /// A text is none of the names of a column's levels.
    | UnknownLevel of column: string * row: int * text: string * known: string list
    /// A number is none of the levels 0 … K − 1.
    | LevelOutOfRange of column: string * row: int * value: float * levels: int
    /// A file ends before the length that its own header states.
    | CutShort of path: string * found: int64 * expected: int64
    /// A file goes on beyond the length that its own header states.
    | TooLong of path: string * found: int64 * expected: int64
    /// The bytes are not a file of the format, or of a variant that is not read here.
    | WrongFormat of path: string * format: string * reason: string
    /// The bytes are not a safetensors file.
    | NotSafetensors of path: string * reason: string
    /// A safetensors file holds another kind of thing than the one asked for.
    | WrongKind of path: string * found: string * expected: string
    /// A number that is finite and yet too far out to be computed with.
    | TooFar of column: string * row: int * value: float
    /// A folder holds a checkpoint that nobody asked to go on from.
    | CheckpointInUse of path: string
    /// A checkpoint of a computation that differs in a part of what its result depends on.
    | OtherCheckpoint of path: string * part: string * found: string * wanted: string
    /// A checkpoint whose parts do not fit together.
    | BadCheckpoint of path: string * problem: string

/// What to tell people about a refusal.
[<RequireQualifiedAccess>]
module DataError =
    let private most = 60

    /// A name or a text as found in the data: on one line, in quotes, and short.
    let internal quote (text: string) =
        let line =
            String.map (fun c -> if Char.IsControl c || c = '\u2028' || c = '\u2029' then ' ' else c) text

        if line.Length > most then $"'{line.Substring(0, most)}…'" else $"'{line}'"

    let private line (text: string) = text.ReplaceLineEndings " "

    let private number (value: float) = value.ToString("R", CultureInfo.InvariantCulture)

    let private list names =
        match List.length names with
        | 0 -> "none"
        | n when n > 12 ->
            let shown = names |> List.take 12 |> List.map quote |> String.concat ", "
            $"{shown} and {n - 12} more"
        | _ -> names |> List.map quote |> String.concat ", "

    let private columns names =
        match names with
        | [ _ ] -> $"column {list names}"
        | _ -> $"columns {list names}"

    let private fields count = if count = 1 then "1 field" else $"{count} fields"

    /// One line that names the place, what was found there, and what would do.
    let message error =
        match error with
        | DataError.FileMissing path -> $"{line path}: there is no such file; check the path."
        | DataError.FileUnreadable(path, reason) -> $"{line path}: the file cannot be read: {line reason}"
        | DataError.FolderMissing(path, folder) ->
            $"{line path}: the folder {quote folder} does not exist; create it or name another one."
        | DataError.FileUnwritable(path, reason) -> $"{line path}: the file cannot be written: {line reason}"
        | DataError.EmptyFile path -> $"{line path}: the file is empty; its first line has to name the columns."
        | DataError.NoRows path -> $"{line path}: there is a header and no row below it; at least one row is needed."
        | DataError.OtherSeparator(path, separators) ->
            $"{line path}: the header has {line separators} and no comma; save the file with commas between fields and a point in numbers."
        | DataError.RaggedRow(path, at, found, expected) ->
            $"{line path}, line {at}: {fields found} where the header has {expected}; leave a field empty for a missing value, and quote a field that holds a comma."
        | DataError.MalformedRow(path, at) ->
            $"{line path}, line {at}: a quote is never closed, or stands where none may; put the whole field in quotes and double the quotes inside it."
        | DataError.UnnamedColumn position -> $"Column {position} has no name; give it one in the header."
        | DataError.DuplicateColumn column ->
            $"There are two columns {quote column}; every column needs a name of its own."
        | DataError.UnequalColumn(column, found, expected) ->
            $"Column {quote column} has {found} rows where the first column has {expected}; columns need the same length."
        | DataError.UnknownColumn(column, available) ->
            $"There is no column {quote column}; the data have {columns available}."
        | DataError.MissingColumns(missing, available) ->
            $"The data lack {columns missing}; they have {columns available}."
        | DataError.SurplusColumns(surplus, expected) ->
            $"The data have {columns surplus} too many; what is expected is {columns expected}."
        | DataError.TextInNumber(column, row, text) ->
            $"Column {quote column}, row {row}: {quote text} is not a number; write a number, or leave the field empty if it is missing."
        | DataError.LikelyMark(column, row, text, cells) ->
            $"Column {quote column}, row {row}: {quote text} is no value of the column (cells that hold it: {cells}); if it marks missing cells, say so (--missing {quote text}), else correct it."
        | DataError.MissingValue(column, row) ->
            $"Column {quote column}, row {row}: the value is missing; fill it in or leave the row out."
        | DataError.NotFinite(column, row, value) ->
            $"Column {quote column}, row {row}: {number value} is not a finite number; write one or leave the row out."
        | DataError.ConstantColumn(column, value) ->
            $"Column {quote column} is {number value} in every row; leave it out or give data in which it varies."
        | DataError.NothingObserved column ->
            $"Column {quote column} has no value in any row; leave it out or give data that have some."
        | DataError.NothingVaries names ->
            $"The data have {columns names}, and none of them has two different values; give data that vary."
        | DataError.TooManyLevels(column, found, most) ->
            $"Column {quote column} holds {found} different texts where {most} are the most that categories are made of; leave it out if it names the rows, and write numbers as plain digits with a point."
        | DataError.UnknownLevel(column, row, text, known) ->
            $"Column {quote column}, row {row}: {quote text} is not a level; the levels are {list known}."
        | DataError.LevelOutOfRange(column, row, value, levels) ->
            $"Column {quote column}, row {row}: {number value} is not a level; the levels are the whole numbers 0 to {levels - 1}."
        | DataError.CutShort(path, found, expected) ->
            $"{line path}: the file is cut short, {found} bytes where {expected} are expected; copy or save it again."
        | DataError.TooLong(path, found, expected) ->
            $"{line path}: the file is too long, {found} bytes where {expected} are expected; copy or save it again."
        | DataError.WrongFormat(path, format, reason) ->
            $"{line path}: this is not a file of the format {line format} as it is read here: {line reason}"
        | DataError.NotSafetensors(path, reason) -> $"{line path}: this is not a safetensors file: {line reason}"
        | DataError.WrongKind(path, found, expected) ->
            $"{line path}: the file holds {quote found}; what is needed is {quote expected}."
        | DataError.TooFar(column, row, value) ->
            $"Column {quote column}, row {row}: {number value} is too far out to be computed with; correct it or leave the row out."
        | DataError.CheckpointInUse path ->
            $"{line path}: there is a checkpoint already; resume it, or name another folder."
        | DataError.OtherCheckpoint(path, part, found, wanted) ->
            $"{line path}: the checkpoint differs in {line part} ({line found}; here {line wanted}); go on with the same, or name another folder."
        | DataError.BadCheckpoint(path, problem) ->
            $"{line path}: this checkpoint cannot be resumed: {line problem}; name another folder."
