namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Rows that a model makes.
type Generated = {
    /// (n, p), standardised.
    Values: Tensor
    /// Of each cell given its row's latent, (n, p).
    Variances: Tensor
}

/// What the cells of new rows hold.
[<RequireQualifiedAccess>]
type NewCells =
    /// Means given the row's latent.
    | Means
    /// Draws with the noise that the model knows, which is normal: whole numbers come out with fractions, and what is never negative below 0.
    | Drawn
    /// Such draws, their numbers exchanged for the quantiles of the table at the levels that they have among the model's: columns hang together as the
    /// model says, and each by itself is distributed as in the table. Nothing lies outside the range that was seen,
    /// but for rounding to a millionth of a deviation.
    | LikeTable

/// New rows from a fitted model.
[<RequireQualifiedAccess>]
module Generate =

    /// n rows of the matrix from latents of the prior, by the means of the weights: drawn with the noise of their cells (`use_x_sd`), or means.
    let run (key: Key) (n: int) (withNoise: bool) (model: BgmModel) : Result<Generated, BgmError> =
        if n < 1 then
            Error(BgmError.BadOption("n", string n, "a whole number, at least 1"))
        else
            let gaussian =
                Initial.normal (key.Child 0L) n model.Config.Latents 0.0 1.0
                |> Network.applyPlain (Network.mean model.Generator)
                |> Model.gaussian model.Config

            let width = BgmModel.columns model + gaussian.Factors.Length
            let deviates = Initial.normal (key.Child 1L) n width 0.0 1.0

            Ok {
                Values = Tensor.force (if withNoise then Gaussian.draw gaussian deviates else gaussian.Mean)
                Variances = Tensor.force (Gaussian.marginalVariance gaussian)
            }

    /// Rows that say how the model has a column: the level of a value is then known to half a hundredth.
    let private sampleSize = 10_000

    /// A matrix as a table.
    let private decode (encoding: TableEncoding) (matrix: Tensor) =
        let n = matrix.Shape[0]

        let holes column =
            match column.Kind with
            | CellKind.Number -> Column.Numeric(Array.create n nan)
            | CellKind.Levels _ -> Column.Text(Array.create n "")

        encoding.Columns
        |> List.map (fun column -> column.Name, holes column)
        |> Frame.ofColumns
        |> Result.bind (fun holes -> TableDecoding.fill encoding holes matrix)

    /// Rows with the numbers of each column distributed as in the table that was learned from; a sample of made rows says how the model has them.
    let private likeTable (encoding: TableEncoding) (sample: Frame) (rows: Frame) =
        let numbers name frame = Frame.column name frame |> Result.bind (Column.finite name)

        let exchange rows (column: EncodedColumn, marginal: Marginal) =
            result {
                let! rows = rows
                let! ofModel = numbers column.Name sample
                let! made = numbers column.Name rows
                let written = if marginal.IsDiscrete then id else TableDecoding.rounded column.Deviations.Head
                let exchanged = made |> Array.map (Marginal.exchange marginal ofModel >> written)
                return! Frame.add column.Name (Column.Numeric exchanged) rows
            }

        encoding.Columns
        |> List.choose (fun column -> column.Marginal |> Option.map (fun marginal -> column, marginal))
        |> List.fold exchange (Ok rows)

    /// The same as a table like the one that was learned from. A row depends on its number, not on how many there are.
    let table (key: Key) (n: int) (cells: NewCells) (model: BgmModel) : Result<Frame, BgmError> =
        let made key n withNoise =
            run key n withNoise model
            |> Result.bind (fun rows -> decode model.Encoding rows.Values |> Result.mapError BgmError.Data)

        match cells with
        | NewCells.Means -> made key n false
        | NewCells.Drawn -> made key n true
        | NewCells.LikeTable ->
            result {
                let! rows = made key n true
                let! sample = made (key.Child 2L) sampleSize true
                return! likeTable model.Encoding sample rows |> Result.mapError BgmError.Data
            }
