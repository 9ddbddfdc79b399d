namespace BgmFunctional.Bgm

open System
open BgmFunctional.Autodiff

/// Rows of which some cells are seen.
type Cells = {
    /// (n, p), standardised, 0 in a hole.
    Values: Tensor
    /// (n, p), 1 where a cell is seen and 0 in a hole; none where all are seen.
    Seen: Tensor option
}

/// Rows with holes.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Cells =

    /// From a matrix (n, p), NaN in a hole.
    let ofMatrix (matrix: Tensor) : Cells =
        let values = Tensor.toFloat32 matrix

        if Array.exists Single.IsNaN values then
            {
                Values = Tensor.float32 matrix.Shape (values |> Array.map (fun x -> if Single.IsNaN x then 0.0f else x))
                Seen =
                    Tensor.float32 matrix.Shape (values |> Array.map (fun x -> if Single.IsNaN x then 0.0f else 1.0f))
                    |> Some
            }
        else
            { Values = matrix; Seen = None }

    /// n.
    let rows (cells: Cells) = cells.Values.Shape[0]

    /// p.
    let columns (cells: Cells) = cells.Values.Shape[1]

    /// Other rows in place of these, with their holes.
    let mask (cells: Cells) (rows: Tensor) : Tensor =
        match cells.Seen with
        | Some seen -> seen * rows
        | None -> rows

    /// The mean square of what differs among the seen cells, a scalar.
    let meanSquare (cells: Cells) (rows: Tensor) : Tensor =
        let squares = Tensor.square (cells.Values - rows)

        match cells.Seen with
        | Some seen -> Tensor.sum (seen * squares) / Tensor.sum seen
        | None -> Tensor.mean squares
