// Four columns whose errors are correlated, x = Az + b + ε, ε ~ N(0, D + WWᵀ): a generator whose cells share noise finds the covariance of the errors, one
// whose cells do not cannot.
//
// Source      Liu and Wong, arXiv:2601.05355, the option of a low-rank covariance; `bgm data low-rank`
// Published   none
// Tolerance   covariance of x given z within 15 % of the truth, Frobenius; that of the diagonal generator at least twice as far
// Recipe      z is part of the table. Latents that nobody sees could take up WWᵀ as well as Az: from x alone only AAᵀ + WWᵀ + D is identified, which says
//             nothing about what a model's own latent leaves. With z among the columns, the covariance of the draws that fill x where only z is
//             seen is that of x given z, whatever the model's latents are. 5000 rows, two latents, preset `recommended` without holding out, 200
//             epochs at small rates: latents that are drawn in long steps are shakier than their posterior, and the generator takes that
//             for noise (rate 2e-2 of latents: error 0.30, 1e-3: 0.21, 2e-4: 0.05 on seed 1)
// Command     dotnet fsi build.fsx paper bgm/low-rank [--quick]
#load "../library.fsx"

open Library
open Paper
open BgmFunctional.Autodiff
open BgmFunctional.Bgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators

let learned, held = if isQuick then 300, 20 else 5_000, 200
let columns = [ "x1"; "x2"; "x3"; "x4" ]

/// Sums of products of the columns' distances from their means, by the number of rows.
let covariance (rows: float[][]) =
    let means = Array.init 4 (fun j -> rows |> Array.averageBy (fun row -> row[j]))
    Array2D.init 4 4 (fun i j -> rows |> Array.averageBy (fun row -> (row[i] - means[i]) * (row[j] - means[j])))

let norm (a: float[,]) = sqrt (Seq.cast<float> a |> Seq.sumBy (fun x -> x * x))

/// The mean covariance of x given z by a generator, over rows that show z alone, and how far it is from the truth.
let measure (generator: Covariance) (seed: int64) =
    let drawn =
        TableSimulator.sample (Key.OfSeed seed) (learned + held) TableSimulators.lowRank
        |> ofBgm

    let truth = drawn.Matrices |> List.find (fst >> (=) "covariance") |> snd |> array2D

    let rows =
        [ "z1"; "z2" ]
        |> List.fold (fun rows z -> Frame.add z (Column.Numeric(numbers z drawn.Known)) rows |> ofData) drawn.Rows

    let settings = Settings.recommended

    let options = {
        settings.Options with
            HoldOut = 0.0
            Training.Epochs = if isQuick then 2 else 200
            Training.Seed = seed
            Training.Threads = 1
    }

    let config = {
        settings.Config with
            Latents = 2
            Covariance = generator
            Rates.Theta = 1e-3
            Rates.Z = 2e-4
    }

    let dataset = Frame.take [| 0 .. learned - 1 |] rows |> Dataset.ofFrame [] |> ofBgm
    let model = Fit.run config options dataset |> ofBgm
    let further = Frame.take [| learned .. learned + held - 1 |] rows

    let holed =
        columns
        |> List.fold (fun rows x -> Frame.add x (Column.Numeric(Array.create held nan)) rows |> ofData) further
        |> TableEncoding.encode model.Encoding
        |> ofData

    let predict = {
        PredictOptions.quick with
            KeepDraws = true
            Sampling.Draws = (if isQuick then 50 else 250)
            Sampling.Threads = 1
    }

    let draws = (Predict.run predict model holed |> ofBgm).Draws.Value
    let values, count, p = Tensor.toArray draws, draws.Shape[0], draws.Shape[2]

    let deviations =
        model.Encoding.Columns
        |> List.map (fun column -> column.Name, column.Deviations.Head)
        |> Map.ofList

    let names = TableEncoding.names model.Encoding

    let ofRow row =
        covariance [|
            for d in 0 .. count - 1 ->
                [|
                    for x in columns -> deviations[x] * values[(d * held + row) * p + List.findIndex ((=) x) names]
                |]
        |]

    let each = Array.init held ofRow
    let mean = Array2D.init 4 4 (fun i j -> each |> Array.averageBy (fun c -> c[i, j]))
    norm (Array2D.mapi (fun i j x -> x - truth[i, j]) mean) / norm truth, mean, truth

let answers =
    Array.allPairs [| Covariance.LowRank 2; Covariance.Diagonal |] seeds
    |> sideBySide (fun (generator, seed) -> measure generator seed)
    |> Array.chunkBySize seeds.Length

let lowRank, diagonal = answers[0], answers[1]
let error (found, _, _) = found

let quantities = [
    atMost "error of the covariance given z, low-rank generator" "" (0.15, 10.0), lowRank |> Array.map error
    reported "the same, diagonal generator" "", diagonal |> Array.map error
    atLeast "the latter by the former" "" (2.0, 0.0),
    Array.map2 (fun low other -> error other / error low) lowRank diagonal
]

/// The entries below and on the diagonal beside the true ones.
let entries (_, found: float[,], truth: float[,]) = [
    for i in 0..3 do
        for j in 0..i -> truth[i, j], found[i, j]
]

Figure.create "The covariance of errors, entry by entry" [
    Panel.plot "x given z" "true" "found" [
        Series.points "low-rank generator" (Seq.collect entries lowRank)
        Series.points "diagonal generator" (Seq.collect entries diagonal)
        Series.line "truth" [ (0.0, 0.0); (0.3, 0.3) ]
    ]
]
|> Figure.withCaption $"{learned} rows, five seeds"
|> concludeOf seeds "bgm/low-rank" "Errors that columns share" learned (findingsWith quantities)
