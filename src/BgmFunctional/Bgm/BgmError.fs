namespace BgmFunctional.Bgm

open BgmFunctional.Data

/// Why a table cannot be learned from, imputed, simulated or pooled.
[<RequireQualifiedAccess>]
type BgmError =
    /// A setting outside its range.
    | BadOption of name: string * found: string * wanted: string
    /// Data that cannot be used.
    | Data of DataError
    /// A setting of a configuration: where, which one, and what is wrong with it.
    | BadSetting of place: string * setting: string * problem: string
    /// A table of too few rows to learn from.
    | TooFewRows of rows: int * needed: int
    /// A matrix of another form than the model's.
    | WrongMatrix of shape: int list * columns: int
    /// A checkpoint that cannot be written, or cannot be resumed.
    | Checkpoint of DataError
    /// A loss that is not finite.
    | Diverged of stage: string * at: int
    /// A file whose parts do not make a model.
    | BadModelFile of path: string * problem: string
    /// A term of a regression that others add up to.
    | Collinear of term: string

/// Messages of one line: the place, what was found, what would do.
[<RequireQualifiedAccess>]
module BgmError =

    /// The message of an error.
    let message error =
        match error with
        | BgmError.BadOption(name, found, wanted) -> $"{name}: found {found}; it must be {wanted}"
        | BgmError.Data error
        | BgmError.Checkpoint error -> DataError.message error
        | BgmError.BadSetting(place, setting, problem) -> $"{place}: {setting}: {problem}"
        | BgmError.TooFewRows(rows, needed) -> $"data: found {rows} rows; at least {needed} are needed"
        | BgmError.WrongMatrix(shape, columns) ->
            let found = shape |> List.map string |> String.concat ", "
            $"matrix: found the shape ({found}); (rows, {columns}) with at least one row is needed"
        | BgmError.Diverged(stage, at) -> $"{stage}: the loss is not finite at {at}; a smaller learning rate would do"
        | BgmError.BadModelFile(path, problem) -> $"{path}: this model cannot be read: {problem}"
        | BgmError.Collinear term ->
            $"formula: {term} is constant or adds up from the terms before it; leave it or one of them out"
