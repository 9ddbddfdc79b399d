// ACIC 2018: births with a simulated treatment and outcome.
//
// Source      Shimoni et al., arXiv:1802.05046; the files of the challenge, which do not come with this repository
// Published   no figure for one data set
// Tolerance   the average effect and those of single rows are nearer to the truth than the naive contrast
// Recipe      the published settings of CausalBGM, latents 3, 3, 3, 6
// Run time    minutes, by the size of the data set
// Command     dotnet fsi build.fsx paper causalbgm/acic --folder DIR [--id UFID] [--quick]
#load "library.fsx"

open Library
open Paper
open CausalPaper
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Studies

let folder = folderOf "ACIC2018_FOLDER" "the files of the ACIC 2018 challenge"

let id = wordAfter "--id" |> Option.defaultValue "d5bd8e4814904c58a79d7cdcd7c2a1bb"

let study = Acic2018.load id folder |> ofStudy |> fewer 1000
let frame = study.Sample.Rows

let truth =
    study.Sample.Effects
    |> Option.defaultWith (fun () ->
        eprintfn "%s: the counterfactual file %s_cf.csv is missing" folder id
        exit 2)

let predictions =
    seeds
    |> Array.map (fun seed ->
        let model, data = fitTo Binary { Z0 = 3; Z1 = 3; Z2 = 3; Z3 = 6 } seed frame

        Predict.run { PredictOptions.defaults with Sampling.Alpha = 0.05; Sampling.Seed = seed } model data
        |> ofCausal)

let naiveAte, naivePehe = errorsOfNaive frame truth
let errors = predictions |> Array.map (fun prediction -> errorsOfEffects prediction truth)

let quantities = [
    atMost "error of the ATE (ε_ATE); at most the naive contrast's" "" (naiveAte, naiveAte), fst
    atMost "error of single rows' effects (√ε_PEHE); at most the naive contrast's" "" (naivePehe, naivePehe), snd
]

Figure.create $"ACIC 2018, {id}: effects of single rows" [ effectsPanel truth predictions[0] ]
|> conclude "causalbgm/acic" "ACIC 2018" (Frame.rowCount frame) (findingsOf quantities errors)
