namespace BgmFunctional.Studies

open BgmFunctional.Data

/// Why a published data set cannot be read from a folder.
[<RequireQualifiedAccess>]
type StudyError =
    /// A file that cannot be read, or one with a column that cannot be used.
    | File of path: string * problem: DataError
    /// A file with another number of rows than the file beside it.
    | UnequalFiles of path: string * rows: int * beside: string * wanted: int
    /// A file of a data set is in none of the places where it may stand.
    | NowhereFound of name: string * folder: string * places: string list
    /// A row's identifier that the file of covariates does not have.
    | UnknownSample of path: string * row: int * id: float * covariates: string
    /// A treatment with another value than 0 and 1.
    | NotBinary of path: string * column: string * row: int * value: float
    /// No row is left of those in the files.
    | NoRows of folder: string * wanted: string

/// Messages of one line: the file, the column, what was found, what would do.
[<RequireQualifiedAccess>]
module StudyError =

    /// The message of an error.
    let message error =
        match error with
        | StudyError.File(path, problem) ->
            let message = DataError.message problem
            if message.StartsWith path then message else $"{path}: {message}"
        | StudyError.UnequalFiles(path, rows, beside, wanted) ->
            $"{path}: found {rows} rows where {beside} has {wanted}; the files of one download have as many"
        | StudyError.NowhereFound(name, folder, places) ->
            let places = String.concat ", " places
            $"{folder}: there is no file {name}; it is looked for in {places}"
        | StudyError.UnknownSample(path, row, id, covariates) ->
            $"{path}, column 'sample_id', row {row}: {id} is no sample of {covariates}; take both files from one download"
        | StudyError.NotBinary(path, column, row, value) ->
            $"{path}, column '{column}', row {row}: found {value}; a binary treatment is 0 or 1"
        | StudyError.NoRows(folder, wanted) -> $"{folder}: no row is left; needed are {wanted}"
