namespace BgmFunctional.CausalBgm

open BgmFunctional.Data

/// Why a model of the CausalBGM family cannot be built or fitted.
[<RequireQualifiedAccess>]
type CausalError =
    /// A setting outside its range.
    | BadOption of name: string * found: string * wanted: string
    /// A configuration that cannot be read.
    | BadSetting of place: string * key: string * problem: string
    /// Data that cannot be used.
    | Data of DataError
    /// A binary treatment has another value than 0 and 1.
    | NotBinary of column: string * row: int * value: float
    /// A column plays two parts.
    | TwoParts of column: string * first: string * second: string
    /// No column is left to be a covariate.
    | NoCovariates
    /// Another number of covariates than a configuration expects.
    | OtherCovariates of wanted: int * found: int
    /// An auxiliary variable of another number of rows, or of no columns.
    | BadAuxiliary of rows: int * columns: int * wanted: int
    /// A column of categories that are too few, or so many that they have hardly a row each.
    | BadCategories of column: string * found: int * rows: int
    /// An auxiliary variable that was an array of the caller's own, which no table holds.
    | AuxiliaryNotInTable
    /// A covariate's value is missing.
    | MissingCovariate of column: string * row: int
    /// Too few rows for an answer.
    | TooFewRows of rows: int * wanted: int
    /// A prior that is conditional on an auxiliary variable, without one; or one that nothing asks for.
    | AuxiliaryMismatch of isNeeded: bool
    /// A file whose parts do not make a model.
    | BadModelFile of path: string * problem: string
    /// Doses where a treatment is binary, or none where it is continuous.
    | DosesMismatch of isNeeded: bool
    /// A checkpoint that cannot be written or resumed.
    | Checkpoint of DataError
    /// A loss that is not finite.
    | Diverged of stage: string * at: int

/// Messages of one line: the place, what was found, what would do.
[<RequireQualifiedAccess>]
module CausalError =

    /// The message of an error.
    let message error =
        match error with
        | CausalError.BadOption(name, found, wanted) -> $"{name}: found {found}; it must be {wanted}"
        | CausalError.BadSetting(place, key, problem) -> $"{place}, {key}: {problem}"
        | CausalError.Data error -> DataError.message error
        | CausalError.NotBinary(column, row, value) ->
            $"treatment '{column}', row {row}: found {value}; a binary treatment is 0 or 1 (or call it continuous)"
        | CausalError.TwoParts(column, first, second) ->
            $"column '{column}' is both {first} and {second}; name another column for one of them"
        | CausalError.NoCovariates ->
            "covariates: found none; at least one column besides treatment and outcome is needed"
        | CausalError.OtherCovariates(wanted, found) ->
            $"covariates: found {found}; the configuration's 'v_dim' says {wanted} (name the columns that are meant, or leave it out)"
        | CausalError.BadAuxiliary(rows, columns, wanted) ->
            $"auxiliary variable: found {rows} rows and {columns} columns; {wanted} rows and at least one column are needed"
        | CausalError.BadCategories(column, found, rows) ->
            $"auxiliary column '{column}': found {found} categories in {rows} rows; at least two categories, of two rows or more on average, are needed"
        | CausalError.AuxiliaryNotInTable ->
            "auxiliary variable: the model was fitted with an array of numbers, which a table does not hold; give the array of these rows"
        | CausalError.MissingCovariate(column, row) ->
            $"covariate '{column}', row {row}: the value is missing; fill it in (bgm impute does, with its uncertainty) or leave the row out"
        | CausalError.TooFewRows(rows, wanted) -> $"data: found {rows} rows; at least {wanted} are needed"
        | CausalError.AuxiliaryMismatch true ->
            "auxiliary variable: found none; a prior given U needs it (give columns, or let segments be drawn)"
        | CausalError.AuxiliaryMismatch false ->
            "auxiliary variable: found one, but the prior is N(0, I); choose the prior given U, or leave it out"
        | CausalError.BadModelFile(path, problem) -> $"{path}: this model cannot be read: {problem}"
        | CausalError.DosesMismatch true ->
            "x values: found none; the treatment is continuous, so name the doses whose mean outcome is asked for"
        | CausalError.DosesMismatch false ->
            "x values: found some; the treatment is binary, so its effect is that of 1 against 0 (leave them out)"
        | CausalError.Checkpoint error -> DataError.message error
        | CausalError.Diverged(stage, at) ->
            $"{stage}: the loss is not finite at {at}; a smaller learning rate, or covariates without extreme values, would do"
