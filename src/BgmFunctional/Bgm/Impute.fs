namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data

/// A table whose holes are filled.
type ImputedTable = {
    /// Cells that are seen as they were; holes with posterior means, or the likeliest level.
    Table: Frame
    /// Of every hole, row by row, in the units of the table.
    Intervals: HoleInterval[]
    /// Completed tables with a posterior draw in every hole, for pooling.
    Completed: Frame list
    /// Holes of the table.
    Cells: int
    /// The matrix behind it, and what its chains say of themselves.
    Imputation: Imputation
}

/// Imputed tables.
[<RequireQualifiedAccess>]
module ImputedTable =

    /// The intervals as a table: row, column, mean, low, high.
    let intervals (imputed: ImputedTable) : Result<Frame, BgmError> =
        let numbers (pick: HoleInterval -> float) = imputed.Intervals |> Array.map pick |> Column.Numeric

        Frame.ofColumns [
            "row", numbers (_.Row >> float)
            "column", Column.Text(imputed.Intervals |> Array.map _.Column)
            "mean", numbers _.Mean
            "low", numbers _.Low
            "high", numbers _.High
        ]
        |> Result.mapError BgmError.Data

/// Holes of tables.
[<RequireQualifiedAccess>]
module Impute =

    let private holes column = Column.missing column |> Array.filter id |> Array.length

    let private warnings encoding =
        TableEncoding.likelyMarks encoding
        |> List.map (fun (column, level) ->
            $"column {DataError.quote column} has the category {DataError.quote level}: if it marks missing cells, say so (--missing {DataError.quote level}) and learn anew")

    let private decode (model: BgmModel) (frame: Frame) (imputation: Imputation) : Result<ImputedTable, DataError> =
        let p = BgmModel.columns model
        let filled = Tensor.toFloat32 imputation.Filled
        let toTable = TableDecoding.interval model.Encoding

        let interval (row, column, low, high) = toTable row column (float filled[row * p + column], low, high)

        TableDecoding.fill model.Encoding frame imputation.Filled
        |> Result.bind (fun table ->
            imputation.Completed
            |> Result.traverse (TableDecoding.fill model.Encoding frame)
            |> Result.map (fun completed -> {
                Table = table
                Intervals = Imputation.intervals imputation |> Array.map interval
                Completed = completed
                Cells = Frame.columns frame |> List.sumBy (snd >> holes)
                Imputation = { imputation with Warnings = warnings model.Encoding @ imputation.Warnings }
            }))

    /// Refuses, without any work, what `table` would refuse once a model of this configuration and encoding is fitted.
    let check (options: PredictOptions) (config: Config) (encoding: TableEncoding) (frame: Frame) =
        PredictOptions.check config.Networks options
        |> Result.bind (fun _ -> TableEncoding.encode encoding frame |> Result.mapError BgmError.Data)
        |> Result.map ignore

    /// Fills the holes of a table with the columns that the model was fitted to, in any order.
    let table (options: PredictOptions) (model: BgmModel) (frame: Frame) : Result<ImputedTable, BgmError> =
        TableEncoding.encode model.Encoding frame
        |> Result.mapError BgmError.Data
        |> Result.bind (Predict.run options model)
        |> Result.bind (decode model frame >> Result.mapError BgmError.Data)
