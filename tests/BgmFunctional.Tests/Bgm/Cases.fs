/// Small tables and models for the tests of BGM.
module BgmFunctional.Tests.Bgm.Cases

open System
open BgmFunctional.Autodiff
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Tests

let ok answer = Answers.valueOf BgmError.message answer
let refusal answer = Answers.refusalOf BgmError.message answer

let key = Key.OfSeed 51L
let latents, columns = 2, 5

/// Small networks of every kind of part.
let config = {
    Config.defaults with
        Latents = latents
        GUnits = [ 8; 8 ]
        EUnits = [ 8; 8 ]
        DzUnits = [ 6; 4 ]
        DxUnits = [ 6; 4 ]
}

let covariances = [ Covariance.Diagonal; Covariance.LowRank 1; Covariance.LowRank 3 ]

/// Every kind of generator, with every way to normalise its input.
let kinds = [ Plain, FixedMoments; Plain, BatchMoments; Bayesian, FixedMoments ]

/// (rows)(count) standard normal numbers.
let normals child rows count =
    let values = Array.zeroCreate<float>(rows * count)
    Kernels<float>.Best.Random(Draw.Normal, key.Child child, 0L, Span values)
    Array.chunkBySize count values

/// Rows of one factor and noise; every third cell of the last columns is a hole, and all cells of row 4.
let rows count =
    let z, noise = normals 1L count 1, normals 2L count columns

    Array.init count (fun i ->
        Array.init columns (fun j ->
            if i = 3 || (i + j) % 3 = 0 && j >= 3 then
                nan
            else
                float (j + 1) * z[i][0] + 0.5 * noise[i][j]))

let dataset count = rows count |> Dataset.ofRows |> ok

/// Of the same rows without holes.
let whole count =
    let z, noise = normals 1L count 1, normals 2L count columns

    Array.init count (fun i -> Array.init columns (fun j -> float (j + 1) * z[i][0] + 0.5 * noise[i][j]))
    |> Dataset.ofRows
    |> ok

/// The same options for every small fit.
let options = {
    FitOptions.defaults with
        Training.Epochs = 3
        Training.EpochsPerEvaluation = 2
        Training.BatchSize = 8
        Training.EgmIterations = 4
        Training.EgmIterationsPerReport = 2
        Training.Threads = 1
}

/// Few transitions.
let few = {
    PredictOptions.defaults with
        Sampling.BurnIn = 20
        Sampling.Draws = 40
        Sampling.Threads = 1
}

let frame (rows: float[][]) =
    List.init rows[0].Length (fun j -> $"c{j + 1}", Column.Numeric(rows |> Array.map (fun row -> row[j])))
    |> Frame.ofColumns
    |> Result.defaultWith (DataError.message >> failwith)

let float64 (x: 'a) : 'a = Tree.map (Tensor.cast Float64) x
