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

    /// The same as a table like the one that was learned from.
    let table (key: Key) (n: int) (withNoise: bool) (model: BgmModel) : Result<Frame, BgmError> =
        run key n withNoise model
        |> Result.bind (fun rows ->
            model.Encoding.Columns
            |> List.map (fun column ->
                column.Name,
                match column.Kind with
                | CellKind.Number -> Column.Numeric(Array.create n nan)
                | CellKind.Levels _ -> Column.Text(Array.create n ""))
            |> Frame.ofColumns
            |> Result.bind (fun holes -> TableDecoding.fill model.Encoding holes rows.Values)
            |> Result.mapError BgmError.Data)
