namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Nets

/// A fitted generative model of a table.
[<NoComparison; NoEquality>]
type BgmModel = {
    /// What was fitted.
    Config: Config
    /// How.
    Options: FitOptions
    /// How a table becomes the matrix that the model knows.
    Encoding: TableEncoding
    /// e, x → z.
    Encoder: NetworkState
    /// g, z → x.
    Generator: NetworkState
    /// Z of the rows of the fit, (n, q).
    Latents: Tensor
    /// The evaluations, in order.
    History: HistoryEntry list
    /// Where it comes from.
    Provenance: Provenance
}

/// Fitted models.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module BgmModel =

    /// p, the columns of the matrix.
    let columns (model: BgmModel) = (TableEncoding.names model.Encoding).Length

    /// Where a fit of so many epochs comes from.
    let internal provenance (options: FitOptions) epochs (dataset: Dataset) =
        Provenance.ofFit options.Training.Seed dataset.Matrix.Shape[0] epochs

    /// Refuses what is no matrix (n, p) of the model.
    let internal checkMatrix (model: BgmModel) (matrix: Tensor) =
        match matrix.Shape with
        | [| n; p |] when n > 0 && p = columns model -> Ok()
        | shape -> Error(BgmError.WrongMatrix(List.ofArray shape, columns model))
