// Populations whose rows are drawn from a known distribution, so that what a model says about a missing cell can be held against the truth.
namespace BgmFunctional.Simulators

open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels

/// A row, with what is known of it.
type KnownRow = {
    /// A number a column.
    Cells: float[]
    /// What no column shows, in the order of the simulator's names for it.
    Known: float[]
}

/// A population with its parameters.
[<NoComparison; NoEquality>]
type Population = {
    /// A row, from the row's own draws.
    Row: Draws -> KnownRow
    /// The parameters, matrices by name.
    Matrices: (string * float[][]) list
}

/// Rows of a population, with what is known of them.
type TableSample = {
    /// The rows.
    Rows: Frame
    /// As many rows of what no column of them shows.
    Known: Frame
    /// The population's parameters.
    Matrices: (string * float[][]) list
}

/// A family of populations, one for each seed unless its parameters are fixed.
[<NoComparison; NoEquality>]
type TableSimulator = {
    /// The name by which the command line knows it.
    Name: string
    /// What it is, in one line.
    Description: string
    /// The columns of its rows.
    Columns: string list
    /// The names of what is known of each row.
    Known: string list
    /// The dimensions behind a row.
    Latents: int
    /// The population of a key.
    Population: Key -> Population
}

/// Drawing rows.
[<RequireQualifiedAccess>]
module TableSimulator =

    let private table names (rows: float[][]) = Frame.ofRows names rows |> Result.mapError BgmError.Data

    /// n rows; the first of a longer sample with the same key are the same. Fewer than one are refused.
    let sample (key: Key) (n: int) (simulator: TableSimulator) : Result<TableSample, BgmError> =
        if n < 1 then
            Error(BgmError.BadOption("n", string n, "at least 1"))
        else
            let population = simulator.Population(key.Child 2L)
            let rows = Draws.Rows(key, n) |> Array.map population.Row

            table simulator.Columns (rows |> Array.map _.Cells)
            |> Result.bind (fun cells ->
                table simulator.Known (rows |> Array.map _.Known)
                |> Result.map (fun known -> { Rows = cells; Known = known; Matrices = population.Matrices }))
