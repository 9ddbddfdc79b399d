namespace BgmFunctional.Bgm

open BgmFunctional.Data

/// Why a table cannot be imputed, simulated or pooled.
[<RequireQualifiedAccess>]
type BgmError =
    /// A setting outside its range.
    | BadOption of name: string * found: string * wanted: string
    /// Data that cannot be used.
    | Data of DataError
    /// A term of a regression that others add up to.
    | Collinear of term: string

/// Messages of one line: the place, what was found, what would do.
[<RequireQualifiedAccess>]
module BgmError =

    /// The message of an error.
    let message error =
        match error with
        | BgmError.BadOption(name, found, wanted) -> $"{name}: found {found}; it must be {wanted}"
        | BgmError.Data error -> DataError.message error
        | BgmError.Collinear term ->
            $"formula: {term} is constant or adds up from the terms before it; leave it or one of them out"
