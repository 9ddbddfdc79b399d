namespace BgmFunctional.Bgm

open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// Questions to a fitted model at given latents, answered with the means of its weights.
[<RequireQualifiedAccess>]
module Evaluate =

    /// e(x) of a matrix (n, p), NaN in a hole: (n, q).
    let encode (model: BgmModel) (matrix: Tensor) : Result<Tensor, BgmError> =
        BgmModel.checkMatrix model matrix
        |> Result.map (fun () -> Model.encode model.Encoder (Cells.ofMatrix matrix))

    /// How well the model reconstructs what is seen of a matrix (n, p) at latents (n, q), such as e(x) or the model's own, by its means.
    let run (threads: int) (model: BgmModel) (matrix: Tensor) (z: Tensor) : Result<Evaluation, BgmError> =
        BgmModel.checkMatrix model matrix
        |> Result.map (fun () ->
            use team = new Team(threads)
            let generator = Network.mean model.Generator
            Evaluator(model.Config, Cells.ofMatrix matrix, generator, z, team).Run generator)

    /// The same of a table with the columns that the model was fitted to, at e(x).
    let table (threads: int) (model: BgmModel) (frame: Frame) : Result<Evaluation, BgmError> =
        TableEncoding.encode model.Encoding frame
        |> Result.mapError BgmError.Data
        |> Result.bind (fun matrix -> encode model matrix |> Result.bind (run threads model matrix))
