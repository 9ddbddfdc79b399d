// A binary treatment from the first look at the rows to a page that can be shown: fit, check, effect of each row. The population is simulated, so that
// every answer can be held against the truth. Run by `dotnet fsi build.fsx tutorials binary-treatment`, which builds the library first.

#load "library.fsx"

open System
open Library
open BgmFunctional.CausalBgm
open BgmFunctional.CausalChecks
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Simulators

// ---- rows to learn from, and rows that the model never sees ----------------------------------------------------------------
//
// Treatment x, outcome y, and 25 covariates behind which four factors stand that nobody sees. Half the rows are held out: a model looks better than it
// is on rows that it was fitted to.

let rows =
    TreatmentSimulator.sample (Key.OfSeed 1L) 1200 TreatmentSimulator.binary
    |> ofCausal

let training, heldOut = BgmFunctional.Flows.Fit.split 1L 0.5 rows.Rows |> ofFlow

// ---- the model -------------------------------------------------------------------------------------------------------------
//
// How many latents? Two that confound, one that moves the outcome alone, one the treatment alone, one the covariates: here that is known. In the
// field one begins with a guess and lets the checks say what is missing.

let fitWith latents =
    let options = { FitOptions.defaults with Training.EgmIterations = 2000; Training.Epochs = 20 }

    Dataset.ofFrame Binary "x" "y" None training
    |> Result.bind (Fit.run (Config.defaults Binary latents) options)
    |> ofCausal

let model = fitWith { Z0 = 2; Z1 = 1; Z2 = 1; Z3 = 1 }

// ---- can its answers be believed? ------------------------------------------------------------------------------------------
//
// Each held-out row's treatment is predicted from its covariates, its outcome from covariates and treatment. If the model is right, residuals are uniform
// and hang on nothing, arms are alike once weighted, and every latent learns something.

let checkOf model =
    CausalCheck.ofFrame { CausalCheckOptions.defaults with MostRows = 300 } model heldOut
    |> ofCausal

let check = checkOf model

printfn "Latents, and what a row teaches about them (0: nothing, 1: all):"

for latent in check.Latents do
    printfn "  %s, moves %-21s %.2f" latent.Latent (LatentUse.describe latent.Part) latent.Learned

for balance in check.Balance do
    printfn
        "%s differs between arms by %.2f standard deviations; weighted by 1/propensity by %.2f"
        balance.Latent
        (LatentBalance.largest balance.Before)
        (LatentBalance.largest balance.After)

let arms =
    check.Overlap.Arms
    |> List.map (fun arm -> $"{arm.Label}: {arm.Rows} rows, worth %.0f{arm.EffectiveRows}")

printfn "Overlap, arms weighted by 1/propensity: %s" (String.concat "; " arms)

for level, share in check.OfOutcome.Coverage do
    printfn "%.0f %% intervals of y hold %.1f %% of the rows" (100.0 * level) (100.0 * share)

printfn "Warnings:"
check.Warnings |> List.iter (printfn "  %s")

// ---- the effect ------------------------------------------------------------------------------------------------------------
//
// On average (ATE), on average of the treated (ATT), and on each row (ITE), with credible intervals.

let options = { PredictOptions.defaults with Sampling.Alpha = 0.05; Sampling.Draws = 200 }
let prediction = Predict.ofFrame options model rows.Rows |> ofCausal
let truth = rows.Effects.Value

match prediction.Effect with
| Effects(ate, att, effects) ->
    let show (posterior: Posterior) = $"%.2f{posterior.Mean} (%.2f{posterior.Low} to %.2f{posterior.High})"
    printfn "ATE %s; truth %.2f" (show ate) (Array.average truth)
    att |> Option.iter (fun att -> printfn "ATT %s" (show att))
    let quantile p = (effects |> Array.map _.Mean |> Array.sort)[int (p * float (effects.Length - 1))]

    printfn
        "Effects of single rows: a tenth below %.2f, half below %.2f, a tenth above %.2f"
        (quantile 0.1)
        (quantile 0.5)
        (quantile 0.9)

    let inside = Array.map2 (fun (e: Posterior) truth -> e.Low <= truth && truth <= e.High) effects truth
    let share = float (inside |> Array.filter id |> Array.length) / float inside.Length
    printfn "95 %% intervals of single rows hold the truth of %.0f %%" (100.0 * share)
| Curve _ -> ()

// ---- two pages that need no network ----------------------------------------------------------------------------------------

let save path report =
    Report.save path report |> ofData
    printfn "Report: %s" (IO.Path.GetFullPath path)

save "binary-treatment-checks.html" (CausalCheckReport.create "Is the model to be believed?" check)
save "binary-treatment-effect.html" (EffectReport.create "What does the treatment do?" model prediction)
