/// Small data and models for the tests of the CausalBGM family.
module BgmFunctional.Tests.CausalBgm.Cases

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Simulators
open BgmFunctional.Tests

let ok answer = Answers.valueOf CausalError.message answer
let refusal answer = Answers.refusalOf CausalError.message answer

let key = Key.OfSeed 41L
let latents = { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 2 }
let q = LatentDims.total latents

/// Small networks of every kind of part.
let config treatment = {
    Config.defaults treatment latents with
        GUnits = [ 8; 8 ]
        EUnits = [ 8; 8 ]
        FUnits = [ 6 ]
        HUnits = [ 6 ]
        DzUnits = [ 6; 4 ]
        Rates.CriticSteps = 2
}

/// Rows of the binary population, or of a continuous treatment made of its covariates.
let dataset treatment rows =
    let sample = TreatmentSimulator.sample key rows TreatmentSimulator.binary |> ok

    match treatment with
    | Binary -> Dataset.ofFrame Binary "x" "y" None sample.Rows |> ok
    | Continuous -> Dataset.ofFrame Continuous "v1" "y" None sample.Rows |> ok

let observations treatment rows = (dataset treatment rows).Observations
let treatments = [ Binary; Continuous ]

/// Every kind of network, with every way to normalise its input.
let kinds = [ Plain, FixedMoments; Bayesian, FixedMoments; Bayesian, BatchMoments ]
let float64 (x: 'a) : 'a = Tree.map (Tensor.cast Float64) x

/// The same options for every small fit.
let options = {
    FitOptions.defaults with
        Training.Epochs = 2
        Training.EpochsPerEvaluation = 1
        Training.BatchSize = 8
        Training.EgmIterations = 3
        Training.EgmIterationsPerReport = 1
        Training.Threads = 1
}

/// x with A·x = b, by elimination; A positive definite.
let solve (a: float[][]) (b: float[]) =
    let a, b = Array.map Array.copy a, Array.copy b
    let n = b.Length

    for i in 0 .. n - 1 do
        for r in i + 1 .. n - 1 do
            let factor = a[r][i] / a[i][i]

            for c in i .. n - 1 do
                a[r][c] <- a[r][c] - factor * a[i][c]

            b[r] <- b[r] - factor * b[i]

    let x = Array.zeroCreate<float> n

    for i in n - 1 .. -1 .. 0 do
        let rest = Seq.sum (seq { for c in i + 1 .. n - 1 -> a[i][c] * x[c] })
        x[i] <- (b[i] - rest) / a[i][i]

    x

/// Draws of N(0, 1).
let normals seed count =
    let values = Array.zeroCreate<float> count
    Kernels<float>.Best.Random(Draw.Normal, Key.OfSeed seed, 0L, System.Span values)
    values
