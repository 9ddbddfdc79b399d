// Twins lighter than 2 kg: what it does to death in the first year to be the heavier one of a pair; and a dose-response curve of weight at birth.
//
// Source      Louizos et al., NeurIPS 2017, whose files do not come with this repository; the curve as Liu and Wong, arXiv:2501.00755, simulate it
// Published   no figure to compare with: which twin is seen, and the simulated outcome, are drawn anew
// Tolerance   the average effect is nearer to the truth than the naive contrast; RMSE and MAPE of the curve at most 0.1
// Recipe      the published settings of CausalBGM, latents 3, 3, 3, 6
// Run time    minutes
// Command     dotnet fsi build.fsx paper causalbgm/twins --folder DIR [--quick]
#load "library.fsx"

open Library
open Paper
open CausalPaper
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Simulators
open BgmFunctional.Studies

let folder = folderOf "TWINS_FOLDER" "the twins' files"
let latents = { Z0 = 3; Z1 = 3; Z2 = 3; Z3 = 6 }
let load treatment seed = Twins.load treatment seed folder |> ofStudy |> fewer 1000

// ---- the heavier twin ----------------------------------------------------------------------------------------------------

let heavier seed =
    let study = load TwinTreatment.Heavier seed
    let model, data = fitTo Binary latents seed study.Sample.Rows

    let prediction =
        Predict.run { PredictOptions.defaults with Sampling.Alpha = 0.05; Sampling.Seed = seed } model data
        |> ofCausal

    let truth = study.Sample.Effects.Value
    errorsOfEffects prediction truth, errorsOfNaive study.Sample.Rows truth

// ---- weight at birth -----------------------------------------------------------------------------------------------------

let weight seed =
    let study = load TwinTreatment.Weight seed

    match study.Truth with
    | Some(TrueDoseResponse(adrf, low, high)) ->
        let doses = between low high 20
        let model, data = fitTo Continuous latents seed study.Sample.Rows

        let options = {
            PredictOptions.defaults with
                Doses = List.ofArray doses
                Sampling.Seed = seed
        }

        match (Predict.run options model data |> ofCausal).Effect with
        | Curve points -> doses, Array.map adrf doses, points |> Array.map _.Outcome
        | Effects _ -> failwith "a curve of a continuous treatment"
    | _ -> failwith "a curve is known"

// ---- how near they come --------------------------------------------------------------------------------------------------

let pairs = Frame.rowCount (load TwinTreatment.Heavier 1L).Sample.Rows
let effects, curves = Array.map heavier seeds, Array.map weight seeds
let ofEffects f = effects |> Array.map (fst >> f)
let ofNaive f = effects |> Array.map (snd >> f) |> median
let ofCurves f = curves |> Array.map (fun (_, truth, points) -> f truth points)

let quantities = [
    atMost "error of the ATE (ε_ATE); at most the naive contrast's" "" (ofNaive fst, ofNaive fst), ofEffects fst
    atMost "error of single pairs' effects (√ε_PEHE); at most the naive contrast's" "" (ofNaive snd, ofNaive snd),
    ofEffects snd
    atMost "RMSE of the dose-response curve" "" (0.1, 1.0),
    ofCurves (fun truth points -> rootMeanSquare (errorsOfCurve truth points))
    atMost "MAPE of the dose-response curve" "" (0.1, 1.0), ofCurves relativeError
]

let figure =
    let doses, truth, points = curves[0]

    Figure.create "Twins: the average dose-response curve of weight at birth" [
        Panel.plot "" "weight at birth, kg" "mean outcome" [
            Series.band "99 % credible interval" [ for x, point in Seq.zip doses points -> x, point.Low, point.High ]
            Series.line "posterior mean" [ for x, point in Seq.zip doses points -> x, point.Mean ]
            Series.line "truth" (Seq.zip doses truth)
        ]
    ]

conclude "causalbgm/twins" "Twins" pairs (findingsWith quantities) figure
