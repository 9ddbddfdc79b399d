namespace BgmFunctional.Mcmc

/// Why a run of chains is refused.
[<RequireQualifiedAccess>]
type McmcError =
    /// A setting outside its range.
    | BadOption of name: string * found: string * wanted: string
    /// First positions of another number than chains × dimension.
    | WrongStart of found: int * chains: int * dimension: int
    /// Ends of another number of chains.
    | WrongEnds of found: int * chains: int

/// Messages of one line: the place, what was found, what would do.
[<RequireQualifiedAccess>]
module McmcError =
    /// The message of an error.
    let message error =
        match error with
        | McmcError.BadOption(name, found, wanted) -> $"{name}: found {found}; it must be {wanted}"
        | McmcError.WrongStart(found, chains, dimension) ->
            $"start: found {found} numbers; {chains} chains of {dimension} numbers each need {chains * dimension}"
        | McmcError.WrongEnds(found, chains) -> $"start: found the ends of {found} chains; {chains} chains need as many"
