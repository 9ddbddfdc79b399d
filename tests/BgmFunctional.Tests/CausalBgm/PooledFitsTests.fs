module BgmFunctional.Tests.CausalBgm.PooledFitsTests

open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.Simulators
open BgmFunctional.Tests.CausalBgm.Cases

let private interval mean halfWidth : Posterior = { Mean = mean; Low = mean - halfWidth; High = mean + halfWidth }

let private prediction effect : Prediction = {
    Effect = effect
    Fits = 1
    IntervalOf = IntervalOf.MeanOutcome
    Alpha = 0.05
    Acceptance = 0.5
    RHat = 1.0
    Ess = 100.0
    RowsConverged = 1.0
    Warnings = []
}

/// Of a curve's single point.
let private outcome (prediction: Prediction) =
    match prediction.Effect with
    | Curve points -> points[0].Outcome
    | Effects(ate, _, _) -> ate

let private curve (posterior: Posterior) = prediction (Curve [| { X = 1.0; Outcome = posterior } |])

let private pooled (posteriors: Posterior list) = posteriors |> List.map curve |> PooledFits.pool |> outcome
let private width (posterior: Posterior) = posterior.High - posterior.Low

/// Means and half widths of some fits.
let private fits =
    Gen.choose (-1000, 1000)
    |> Gen.map (fun mean -> float mean / 100.0)
    |> Gen.zip (Gen.choose (1, 300) |> Gen.map (fun half -> float half / 100.0))
    |> Gen.map (fun (half, mean) -> interval mean half)
    |> Gen.listOf
    |> Gen.resize 8
    |> Gen.filter (fun fits -> fits.Length >= 2)
    |> Arb.fromGen

[<Fact>]
let ``the pooled mean is the fits' mean, in any order, and the interval is at least as long as theirs are`` () =
    Prop.forAll fits (fun (fits: Posterior list) ->
        let answer, reversed = pooled fits, pooled (List.rev fits)
        let squares = fits |> List.averageBy (fun fit -> width fit * width fit)

        abs (answer.Mean - List.averageBy (fun (fit: Posterior) -> fit.Mean) fits) < 1e-9
        && abs (answer.Low - reversed.Low) < 1e-9 * (1.0 + width answer)
        && width answer >= (1.0 - 1e-9) * sqrt squares)
    |> Check.QuickThrowOnFailure

[<Fact>]
let ``fits that agree have the interval of each`` () =
    let answer = pooled [ interval 2.0 0.5; interval 2.0 0.5; interval 2.0 0.5 ]
    Assert.Equal(1.5, answer.Low, 6)
    Assert.Equal(2.5, answer.High, 6)

/// Five fits, each off by a draw of N(0, 1) of its own and sure of itself to 0.1: alone, one covers the truth hardly ever.
[<Fact>]
let ``the interval of fits that are too sure of themselves covers the truth as often as it says`` () =
    let runs = 2000
    let normals = normals 5L (runs * 5)

    let held =
        Array.init runs (fun run ->
            let answer = pooled [ for k in 0..4 -> interval normals[5 * run + k] (1.96 * 0.1) ]
            if answer.Low <= 0.0 && 0.0 <= answer.High then 1.0 else 0.0)
        |> Array.average

    // Four standard errors of a share. (1 + 1/m) is for a further fit, not for the mean of them all, so that it errs to the safe side.
    Assert.InRange(held, 0.95 - 4.0 * sqrt (0.95 * 0.05 / float runs), 1.0)

[<Fact>]
let ``of one fit it is the fit's own answer, of two what both say of the average, the treated and each row`` () =
    let table = (TreatmentSimulator.sample key 30 TreatmentSimulator.binary |> ok).Rows

    let fit seed =
        Fit.run (config Binary) { options with Training.Seed = seed } (dataset Binary 30)
        |> ok

    let first, second = fit 1L, fit 2L
    let mutable shares = []

    let quick: PredictOptions = {
        PredictOptions.defaults with
            WeightDraws = 2
            Sampling.BurnIn = 10
            Sampling.Draws = 16
            Sampling.Threads = 1
            Sampling.Progress = fun ended all -> shares <- float ended / float all :: shares
    }

    let alone =
        [ first; second ]
        |> List.map (fun model -> Predict.ofFrame quick model table |> ok)

    shares <- []
    let both = PooledFits.ofFrame quick [ first; second ] table |> ok

    let values (prediction: Prediction) =
        match prediction.Effect with
        | Effects(ate, Some att, rows) -> Array.concat [ [| ate; att |]; rows ] |> Array.map _.Mean
        | other -> failwith $"%A{other}"

    Assert.Equal(2, both.Fits)
    Assert.Equal(1.0, shares.Head)
    Assert.Equal<float list>(List.sort shares, List.rev shares)
    Assert.Equal(alone.Head.Effect, (PooledFits.ofFrame quick [ first ] table |> ok).Effect)

    let halves = Array.map2 (fun a b -> (a + b) / 2.0) (values alone[0]) (values alone[1])
    Array.iter2 (fun (expected: float) (found: float) -> Assert.Equal(expected, found, 9)) halves (values both)

[<Fact>]
let ``no fits, and fits of different questions, are refused`` () =
    let table = (TreatmentSimulator.sample key 30 TreatmentSimulator.binary |> ok).Rows
    let fit treatment = Fit.run (config treatment) options (dataset treatment 30) |> ok
    let refused models = PooledFits.ofFrame PredictOptions.defaults models table |> refusal

    Assert.Equal("models: found none; it must be one fit at least", refused [])

    Assert.Equal(
        "models: found continuous 'v1' and 'y'; it must be fits of binary 'x' and 'y', as the first is",
        refused [ fit Binary; fit Continuous ]
    )
