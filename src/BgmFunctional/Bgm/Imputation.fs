namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff

/// Intervals of the holes of a row.
type HoleBounds = {
    /// (m) columns of the matrix, from 0, that are holes.
    Columns: int[]
    /// (m, 2): low and high.
    Bounds: float[,]
}

/// Intervals of holes.
type HoleBoundsOfRows =
    /// All rows have holes in the same columns: these, (m), and (n, m, 2).
    | SharedPattern of columns: int[] * bounds: float[,,]
    /// Row by row, those without holes too.
    | RowByRow of HoleBounds[]

/// A matrix whose holes are filled, and whether the chains that filled them can be believed.
type Imputation = {
    /// (n, p): cells that are seen as they were, to the bit; holes with their posterior means.
    Filled: Tensor
    /// Of the holes, drawn with the noise of their cells; level 1 − alpha.
    Intervals: HoleBoundsOfRows
    /// Completed matrices, (n, p), with a posterior draw in every hole.
    Completed: Tensor list
    /// Every draw, (draws of all chains, n, p), where they were asked for.
    Draws: Tensor option
    /// Rows with holes.
    Rows: int
    /// Holes.
    Cells: int
    /// Their level is 1 − alpha.
    Alpha: float
    /// Mean acceptance of all chains; NaN without holes.
    Acceptance: float
    /// Divergent transitions after burn-in, of all chains.
    Divergences: int
    /// Of the mean of a column's holes, in the column where it is largest; NaN without holes.
    RHat: float
    /// Effective draws, bulk or tail, of the mean of a column's holes, in the column where they are fewest; NaN without holes.
    Ess: float
    /// Share of the rows with holes whose own chains agree: R-hat of their log density is at most 1.01.
    RowsConverged: float
    /// What speaks against the answer, one line each.
    Warnings: string list
}

/// Imputations.
[<RequireQualifiedAccess>]
module Imputation =

    /// Row and column, from 0, low and high of every hole, row by row.
    let intervals (imputation: Imputation) : (int * int * float * float)[] =
        match imputation.Intervals with
        | SharedPattern(columns, bounds) -> [|
            for i in 0 .. Array3D.length1 bounds - 1 do
                for j in 0 .. columns.Length - 1 do
                    i, columns[j], bounds[i, j, 0], bounds[i, j, 1]
          |]
        | RowByRow rows -> [|
            for i in 0 .. rows.Length - 1 do
                for j in 0 .. rows[i].Columns.Length - 1 do
                    i, rows[i].Columns[j], rows[i].Bounds[j, 0], rows[i].Bounds[j, 1]
          |]
