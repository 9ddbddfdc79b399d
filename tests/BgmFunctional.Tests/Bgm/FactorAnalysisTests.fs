module BgmFunctional.Tests.Bgm.FactorAnalysisTests

open System
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open BgmFunctional.Tests
open BgmFunctional.Tests.Data

let private ok answer = Answers.valueOf BgmError.message answer

/// Rows with holes, at least two cells of each column seen.
let private rows =
    gen {
        let! n = Gen.choose (4, 30)
        let! p = Gen.choose (2, 5)
        let number = Gen.choose (-300, 300) |> Gen.map (fun i -> float i / 100.0)
        let cell = Gen.frequency [ 3, number; 1, Gen.constant nan ]
        let! seen = Gen.arrayOfLength 3 (Gen.arrayOfLength p number)
        let! others = Gen.arrayOfLength n (Gen.arrayOfLength p cell)
        return Array.append seen others
    }
    |> Arb.fromGen

let private matrix (rows: float[][]) = Tensor.ofFloats Float64 [| rows.Length; rows[0].Length |] (Array.concat rows)

[<Fact>]
let ``no step makes the seen cells less likely`` () =
    Prop.forAll rows (fun rows ->
        let first = FactorAnalysis.fit (Key.OfSeed 3L) 1 1 (matrix rows)

        let models =
            List.scan (fun (model, _) _ -> FactorAnalysis.step (FactorAnalysis.patterns rows) model) (first, -infinity) [
                1..20
            ]

        let densities = models |> List.map snd
        // Rounding of sums of some hundred terms.
        densities
        |> List.pairwise
        |> List.forall (fun (before, after) -> after >= before - 1e-8 * (1.0 + abs after)))
    |> Law.check

[<Fact>]
let ``the covariance of a linear population is found, with a fifth of the cells missing`` () =
    let simulator = TableSimulators.lowRank
    let full = TableSimulator.sample (Key.OfSeed 2L) 5000 simulator |> ok
    let holed = Holes.completelyAtRandom (Key.OfSeed 4L) 0.2 [] full.Rows |> ok

    let columns =
        Frame.columns holed
        |> List.map (fun (name, column) -> Expect.ok (Column.numbers name column))
        |> List.toArray

    let rows = Array.init 5000 (fun i -> columns |> Array.map (fun column -> column[i]))
    let model = FactorAnalysis.fit (Key.OfSeed 3L) 2 200 (matrix rows)
    let truth = full.Matrices |> List.find (fun (name, _) -> name = "marginalCovariance") |> snd

    // Two factors and noises of four columns have more freedom than a covariance of four: the marginal one can be met exactly. Entries of about 1 have
    // standard errors of 0.03 on 5000 rows with holes.
    for i in 0..3 do
        for j in 0..3 do
            let shared = Array.map2 (*) model.Loadings[i] model.Loadings[j] |> Array.sum
            Assert.Equal(truth[i][j], shared + (if i = j then model.Noise[i] else 0.0), 0.12)

[<Fact>]
let ``holes of a linear population are filled with intervals that hold the truth`` () =
    let simulator = TableSimulators.lowRank
    let full = (TableSimulator.sample (Key.OfSeed 2L) 3000 simulator |> ok).Rows

    let numbers frame =
        Frame.columns frame
        |> List.map (fun (name, column) -> Expect.ok (Column.numbers name column))
        |> List.toArray

    let rowsOf frame =
        let columns = numbers frame in Array.init 3000 (fun i -> columns |> Array.map (fun column -> column[i]))

    let truth = rowsOf full
    let holed = rowsOf (Holes.completelyAtRandom (Key.OfSeed 4L) 0.2 [] full |> ok)
    let model = FactorAnalysis.fit (Key.OfSeed 3L) 2 100 (matrix holed)

    let covered = [|
        for seen, row in Array.zip holed truth do
            let mean, deviation = FactorAnalysis.complete model seen

            for j in 0..3 do
                if Double.IsNaN seen[j] then
                    if abs (row[j] - mean[j]) <= 1.959963984540054 * deviation[j] then 1.0 else 0.0
    |]

    // Some 2400 holes: a standard error of 0.0045.
    Assert.Equal(0.95, Array.average covered, 0.018)

/// Two factors behind four columns, a fifth of the cells missing.
let private holed =
    lazy
        (let full = TableSimulator.sample (Key.OfSeed 2L) 2000 TableSimulators.lowRank |> ok
         let holed = Holes.completelyAtRandom (Key.OfSeed 4L) 0.2 [] full.Rows |> ok
         (Dataset.ofFrame [] holed |> ok).Matrix)

[<Fact>]
let ``latents of a row without holes are independent of each other`` () =
    let model = FactorAnalysis.fit (Key.OfSeed 3L) 2 50 holed.Value

    let product =
        Array.map2 (fun (w: float[]) noise -> w[0] * w[1] / noise) model.Loadings model.Noise
        |> Array.sum

    let scale =
        Array.map2 (fun (w: float[]) noise -> (w[0] * w[0] + w[1] * w[1]) / noise) model.Loadings model.Noise
        |> Array.sum

    Assert.Equal(0.0, product / scale, 1e-12)

[<Fact>]
let ``draws of latents have the distribution N(0, I) that the model says, over the rows`` () =
    let model = FactorAnalysis.fit (Key.OfSeed 3L) 2 300 holed.Value

    let z =
        FactorAnalysis.draw (Key.OfSeed 5L) model holed.Value
        |> Tensor.toArray
        |> Array.chunkBySize 2

    let moment f = z |> Array.averageBy f
    // At the maximum of the likelihood the posteriors of the rows average to the prior; 2000 rows have standard errors of 0.022 to 0.032.
    Assert.Equal(0.0, moment (fun z -> z[0]), 0.09)
    Assert.Equal(0.0, moment (fun z -> z[1]), 0.09)
    Assert.Equal(1.0, moment (fun z -> z[0] * z[0]), 0.13)
    Assert.Equal(1.0, moment (fun z -> z[1] * z[1]), 0.13)
    Assert.Equal(0.0, moment (fun z -> z[0] * z[1]), 0.09)
