// Cells knocked out of a table, so that what fills them can be held against what stood there.
namespace BgmFunctional.Simulators

open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels

/// Knocking cells out.
[<RequireQualifiedAccess>]
module Holes =

    let private knockOut (isHole: bool[]) column =
        match column with
        | Column.Numeric values -> Column.Numeric(Array.map2 (fun isHole x -> if isHole then nan else x) isHole values)
        | Column.Text values -> Column.Text(Array.map2 (fun isHole x -> if isHole then "" else x) isHole values)

    /// Makes each cell of these columns, of all if none are named, a hole with the same chance, completely at random. Row i of column j depends on
    /// the key, i and j alone. Refused: a share that is not between 0 and 1, and columns that are not there.
    let completelyAtRandom (key: Key) (share: float) (columns: string list) (frame: Frame) : Result<Frame, BgmError> =
        let chosen = set (if columns.IsEmpty then Frame.names frame else columns)

        if not (share > 0.0 && share < 1.0) then
            Error(BgmError.BadOption("holes", Number.format share, "a share between 0 and 1, both excluded"))
        else
            Frame.select columns frame
            |> Result.bind (fun _ ->
                Frame.columns frame
                |> List.mapi (fun j (name, column) ->
                    if chosen.Contains name then
                        let draws = Draws.Stream(Draw.Uniform, key.Child(3L).Child(int64 j), Frame.rowCount frame)
                        name, knockOut (draws |> Array.map (fun draw -> draw < share)) column
                    else
                        name, column)
                |> Frame.ofColumns)
            |> Result.mapError BgmError.Data
