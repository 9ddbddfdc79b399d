// What the replications of CausalBGM share: where files are that do not come with this repository, and how estimates are held against the truth.
module CausalPaper

#load "../library.fsx"

open System
open System.IO
open Library
open Paper
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Simulators
open BgmFunctional.Studies

/// The folder of files that do not come with this repository: the word after --folder, or an environment variable. Without one the script says so and ends.
let folderOf (variable: string) (files: string) =
    let given =
        wordAfter "--folder"
        |> Option.orElse (Option.ofObj (Environment.GetEnvironmentVariable variable))

    match given with
    | Some folder -> Path.GetFullPath folder
    | None ->
        printfn $"Skipped: {files} do not come with this repository; name their folder by --folder DIR or {variable}."
        exit 0

let ofStudy result =
    match result with
    | Ok study -> study
    | Error error ->
        eprintfn "%s" (StudyError.message error)
        exit 2

/// At most so many rows of a study, with their true effects: the first ones with --quick.
let fewer most (study: Study) =
    if isQuick && Frame.rowCount study.Sample.Rows > most then
        let indices = [| 0 .. most - 1 |]

        {
            study with
                Sample = {
                    Rows = Frame.take indices study.Sample.Rows
                    Effects = study.Sample.Effects |> Option.map (Array.truncate most)
                }
        }
    else
        study

/// The published settings, less of them with --quick.
let fitTo (treatment: TreatmentKind) latents seed (frame: Frame) =
    let data = Dataset.ofFrame treatment "x" "y" None frame |> ofCausal

    let options = {
        FitOptions.defaults with
            Training.EgmIterations = if isQuick then 500 else FitOptions.defaults.Training.EgmIterations
            Training.Epochs = if isQuick then 5 else FitOptions.defaults.Training.Epochs
            Training.Seed = seed
    }

    Fit.run (Config.defaults treatment latents) options data |> ofCausal, data.Observations

/// The treated against the others.
let naiveContrast (frame: Frame) =
    let x, y = numbers "x" frame, numbers "y" frame

    let meanWhere arm = Array.zip x y |> Array.filter (fst >> (=) arm) |> Array.averageBy snd

    meanWhere 1.0 - meanWhere 0.0

/// The average effect of a binary treatment, and the effects of single rows.
let effectsOf (prediction: Prediction) =
    match prediction.Effect with
    | Effects(ate, _, rows) -> ate, rows
    | Curve _ -> failwith "effects of a binary treatment"

/// |ATE − truth|, and the root mean square error of the effects of single rows.
let errorsOfEffects (prediction: Prediction) (truth: float[]) =
    let ate, rows = effectsOf prediction

    abs (ate.Mean - Array.average truth),
    Array.map2 (fun (row: Posterior) truth -> row.Mean - truth) rows truth
    |> rootMeanSquare

/// The same errors of the naive contrast, taken for the effect on every row.
let errorsOfNaive (frame: Frame) (truth: float[]) =
    let naive = naiveContrast frame
    abs (naive - Array.average truth), truth |> Array.map (fun truth -> naive - truth) |> rootMeanSquare

/// Estimated effects of single rows beside the true ones.
let effectsPanel (truth: float[]) (prediction: Prediction) =
    let estimates = snd (effectsOf prediction) |> Array.map _.Mean

    Panel.plot "" "true effect" "posterior mean" [ Series.points "rows" (Seq.truncate 2000 (Seq.zip truth estimates)) ]
    |> Panel.withReferences [ Reference.Diagonal ]

/// What a curve's points are off by.
let errorsOfCurve (truth: float[]) (points: Posterior[]) =
    Array.map2 (fun truth (point: Posterior) -> point.Mean - truth) truth points

/// Mean absolute error as a share of the truth.
let relativeError (truth: float[]) (points: Posterior[]) =
    Array.map2 (fun error truth -> abs (error / truth)) (errorsOfCurve truth points) truth
    |> Array.average
