// ACIC 2018: births with a simulated treatment and outcome.
//
// Source      Shimoni et al., arXiv:1802.05046; the files of the challenge, which do not come with this repository
// Published   no figure for one data set
// Tolerance   the average effect and those of single rows are nearer to the truth than the naive contrast
// Recipe      the published settings of CausalBGM, latents 3, 3, 3, 6
// Run time    minutes, by the size of the data set
// Command     dotnet fsi build.fsx paper causalbgm/acic --folder DIR [--id UFID] [--quick]
#load "../library.fsx"
#load "library.fsx"

open Library
open Paper
open CausalPaper
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Studies

let folder = folderOf "ACIC2018_FOLDER" "the files of the ACIC 2018 challenge"

let id =
    arguments
    |> List.pairwise
    |> List.tryPick (fun (option, value) -> if option = "--id" then Some value else None)
    |> Option.defaultValue "d5bd8e4814904c58a79d7cdcd7c2a1bb"

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

let errors = predictions |> Array.map (fun prediction -> errorsOfEffects prediction truth)
let naiveAte, naivePehe = errorsOfNaive frame truth

let quantities = [
    atMost "error of the ATE (ε_ATE); at most the naive contrast's" "" (naiveAte, naiveAte)
    atMost "error of single rows' effects (√ε_PEHE); at most the naive contrast's" "" (naivePehe, naivePehe)
]

let figure =
    let shown = predictions[0]

    match shown.Effect with
    | Effects(_, _, rows) ->
        [
            Panel.plot "" "true effect" "posterior mean" [
                Series.points "rows" (Seq.truncate 2000 (Seq.zip truth (rows |> Seq.map _.Mean)))
            ]
            |> Panel.withReferences [ Reference.Diagonal ]
        ]
        |> Figure.create $"ACIC 2018, {id}: effects of single rows"
    | Curve _ -> failwith "effects of a binary treatment"

conclude
    "causalbgm/acic"
    "ACIC 2018"
    (Frame.rowCount frame)
    (findings quantities (errors |> Array.map (fun (ate, pehe) -> [ ate; pehe ])) [||])
    figure
