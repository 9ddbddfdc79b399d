// What the uncertainty of a network's weights does to an effect: weights drawn by Hamiltonian Monte Carlo instead of points. Run by
// `dotnet fsi build.fsx tutorials weights-by-full-mcmc`, which builds the library first.
//
// A fit gives every row a latent Z and one best value to each weight of the networks g (covariates), h (treatment) and f (outcome). FullMCMCCausalBGM
// then draws the weights of each at those latents, from N(0, 1) on each weight times the likelihood of all rows, and effects pass through the draws.

#load "library.fsx"

open BgmFunctional.CausalBgm
open BgmFunctional.CausalBgm.Model
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Simulators

let ok result =
    match result with
    | Ok value -> value
    | Error error ->
        eprintfn "%s" (CausalError.message error)
        exit 2

// ---- a fit with weights that are points ------------------------------------------------------------------------------------

let sample = TreatmentSimulator.sample (Key.OfSeed 1L) 200 TreatmentSimulator.binary |> ok
let data = Dataset.ofFrame Binary "x" "y" None sample.Rows |> ok

let config = {
    Config.defaults Binary { Z0 = 2; Z1 = 1; Z2 = 1; Z3 = 1 } with
        Networks = Plain
        GUnits = [ 16 ]
        EUnits = [ 16 ]
        FUnits = [ 8 ]
        HUnits = [ 8 ]
}

let fitted =
    Fit.run config { FitOptions.defaults with Training.EgmIterations = 1000; Training.Epochs = 20 } data
    |> ok

// ---- their posterior -------------------------------------------------------------------------------------------------------
//
// The published settings take 3000 transitions of three leapfrog steps; a tenth of them is enough to see how it goes.

let weights = { WeightOptions.defaults with BurnIn = 200; Draws = 300; Kept = 30 }
let model, reports = WeightPosterior.run weights fitted data.Observations |> ok

for name, report in [ "g", reports.Covariates; "h", reports.Treatment; "f", reports.Outcome ] do
    printfn
        "%s: acceptance %.2f, step %.4f, R-hat %.2f, %.0f effective draws of the log density"
        name
        report.Acceptance
        report.StepSize
        report.RHat
        report.Ess

// ---- the effect, with and without it ---------------------------------------------------------------------------------------

let options = {
    PredictOptions.defaults with
        Sampling.Alpha = 0.05
        WeightDraws = 30
        Sampling.Draws = 300
}

for name, model in [ "weights as fitted", fitted; "weights drawn", model ] do
    let prediction = Predict.run options model data.Observations |> ok

    match prediction.Effect with
    | Effects(ate, _, rows) ->
        let width = rows |> Array.averageBy (fun row -> row.High - row.Low)
        printfn "%-18s ATE %.2f (%.2f to %.2f), a row's own interval %.2f wide" name ate.Mean ate.Low ate.High width
    | Curve _ -> ()

printfn "truth              %.2f" (Array.average sample.Effects.Value)
