// What the replications of CausalBGM's dose-response curves share: a population with a known curve, a fit, its curve with a band, and how near
// they come.
module DoseResponseCurves

#load "library.fsx"

open System
open System.Diagnostics
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open Library
open Paper
open CausalPaper

/// Each seed draws the data, as `bgm data NAME --seed S` does, and starts fit and chains.
let seeds = firstSeeds 3L

/// The papers' sample size.
let rows = if isQuick then 500 else 20_000

/// With --published the settings are those of the published package; nothing is written then.
let isPublished = List.contains "--published" arguments

/// With --rows FILE every seed starts a fit to the rows of this table, x, y and covariates; nothing is written then.
let givenRows = wordAfter "--rows"

/// A curve to find.
type Study = {
    Simulator: TreatmentSimulator
    /// Where it is looked at, given the treatments of the rows.
    Doses: float[] -> float[]
}

/// So many doses from the 5 % to the 95 % quantile of the treatment.
let bulk count (x: float[]) =
    let sorted = Array.sort x
    let quantile p = sorted[int (Math.Round(p * float (x.Length - 1)))]
    between (quantile 0.05) (quantile 0.95) count

/// What a seed found.
type Answer = {
    Doses: float[]
    Truth: float[]
    Curve: Posterior[]
    /// What fit and chains took together.
    Minutes: float
}

/// Doses and outcomes are of the order of 1, and learned as they are, as in the package.
let private settings seed latents =
    let published =
        { Config.defaults Continuous latents with XUnits = AsIs; YUnits = AsIs },
        { FitOptions.defaults with Training.Seed = seed }

    let config, options = if isPublished then published else Preset.apply Preset.Recommended published

    config,
    (if isQuick then
         { options with Training.EgmIterations = 500; Training.Epochs = 3 }
     else
         options)

/// One chain a row: the average over so many rows has hardly any of a single row's spread, and what is left is the weights', of which a chain has as many
/// draws as it has of the latents.
let private effect seed doses = {
    PredictOptions.defaults with
        Chains = 1
        Sampling.BurnIn = 30
        Sampling.Draws = if isQuick then 32 else 200
        Doses = List.ofArray doses
        Sampling.Seed = seed
}

/// A seed's rows of a population, unless others are given.
let rowsOf study (seed: int64) =
    let table =
        match givenRows with
        | Some file -> Csv.read file |> ofData
        | None -> (TreatmentSimulator.sample (Key.OfSeed seed) rows study.Simulator |> ofCausal).Rows

    Dataset.ofFrame Continuous "x" "y" None table |> ofCausal

/// A model of them.
let fit study seed dataset =
    let config, options = settings seed study.Simulator.Latents
    Fit.run config options dataset |> ofCausal

let private answer study seed =
    let dataset = rowsOf study seed
    let doses = Tensor.toArray dataset.Observations.X |> study.Doses
    let clock = Stopwatch.StartNew()
    let model = fit study seed dataset
    let prediction = Predict.run (effect seed doses) model dataset.Observations |> ofCausal

    match study.Simulator.Truth, prediction.Effect with
    | TrueDoseResponse(truth, _, _), Curve points -> {
        Doses = doses
        Truth = Array.map truth doses
        Curve = points |> Array.map _.Outcome
        Minutes = clock.Elapsed.TotalMinutes
      }
    | _ -> invalidOp $"{study.Simulator.Name} has no dose-response curve"

let private errors answer = errorsOfCurve answer.Truth answer.Curve

/// At how many doses the band covers the truth.
let private covered answer =
    Array.map2 (fun (point: Posterior) truth -> point.Low <= truth && truth <= point.High) answer.Curve answer.Truth
    |> Array.sumBy (fun isCovered -> if isCovered then 1.0 else 0.0)

/// Mean half width of the band.
let private halfWidth answer = answer.Curve |> Array.averageBy (fun point -> (point.High - point.Low) / 2.0)

let private figure title source (answers: Answer[]) =
    let first = answers[0]
    let at values = Array.zip first.Doses values

    let errorsOf seed answer = Series.line $"seed {seed}" (Array.zip answer.Doses (errors answer))

    Figure.create title [
        Panel.plot "The average dose-response curve" "x" "mean y" [
            Series.band "99 % credible band, seed 1" [ for x, point in at first.Curve -> x, point.Low, point.High ]
            Series.line "truth" (at first.Truth)
            Series.line "estimate, seed 1" (at (first.Curve |> Array.map _.Mean))
        ]
        Panel.plot "Estimate − truth" "x" "error" [ yield! Array.map2 errorsOf seeds answers ]
        |> Panel.withReferences [ Reference.Horizontal(0.0, "") ]
    ]
    |> Figure.withCaption $"{rows} rows; {source}"

/// Runs a study and judges it: bounds of the root mean square error and, where no truth is near 0, of the mean absolute relative error, each with
/// its value for --quick.
let replicate name title source study published (mostRmse: float * float) (mostMape: (float * float) option) =
    let answers = Array.map (answer study) seeds

    let quantities = [
        atMost "RMSE of the curve" (fst published) mostRmse, (errors >> rootMeanSquare)
        match mostMape with
        | Some bound ->
            atMost "MAPE of the curve" (snd published) bound, (fun answer -> relativeError answer.Truth answer.Curve)
        | None -> ()
        atLeast $"doses of {answers[0].Doses.Length} whose 99 %% band covers the truth" "" (15.0, 0.0), covered
        reported "mean half width of that band" "", halfWidth
        reported "minutes, fit and chains" "", _.Minutes
    ]

    let findings = findingsOf quantities answers

    if isPublished || givenRows.IsSome then
        for finding in findings do
            let estimates = finding.Estimates |> Array.map show |> String.concat ", "
            printfn $"{finding.Quantity.Name}: {show (median finding.Estimates)} ({estimates})"
    else
        figure title source answers |> concludeOf seeds name title rows findings
