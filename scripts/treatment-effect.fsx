// The effect of a treatment, from observational rows, with a posterior interval. The population is simulated, so that the truth is known: four
// factors that nobody sees stand behind 25 covariates; two of them confound. Run by `dotnet fsi build.fsx tutorials treatment-effect`, which
// builds the library first.
//
// CausalBGM (Liu and Wong, arXiv:2501.00755) gives every row a latent Z that explains its covariates, its treatment and its outcome, and asks
// what the outcome would have been under the other treatment, given all that the row shows.

#load "library.fsx"

open System
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Simulators

let ok result =
    match result with
    | Ok value -> value
    | Error error ->
        eprintfn "%s" (CausalError.message error)
        exit 2

// ---- rows: a binary treatment x, an outcome y, covariates v1 … v25 ---------------------------------------------------------

let sample = TreatmentSimulator.sample (Key.OfSeed 1L) 300 TreatmentSimulator.binary |> ok
let data = Dataset.ofFrame Binary "x" "y" None sample.Rows |> ok
let truth = sample.Effects.Value

// ---- what does not work: the treated against the others --------------------------------------------------------------------

let x, y =
    BgmFunctional.Autodiff.Tensor.toArray data.Observations.X, BgmFunctional.Autodiff.Tensor.toArray data.Observations.Y

let meanWhere treatment =
    Array.zip x y
    |> Array.filter (fun (x, _) -> x = treatment)
    |> Array.averageBy snd

printfn "truth                 %.2f" (Array.average truth)
printfn "treated − untreated   %.2f, confounded" (meanWhere 1.0 - meanWhere 0.0)

// ---- the model -------------------------------------------------------------------------------------------------------------
//
// One number of Z confounds or two, one moves the outcome, one the treatment, the rest the covariates. The published settings train much longer.

let config = Config.defaults Binary { Z0 = 2; Z1 = 1; Z2 = 1; Z3 = 1 }
let fit = { FitOptions.defaults with EgmIterations = 2000; Epochs = 20 }
let model = Fit.run config fit data |> ok

// ---- the effect ------------------------------------------------------------------------------------------------------------

// Fewer draws than are usual, for a quick answer: enough for averages, not for every row's own interval, and a warning says so.

let options = { PredictOptions.defaults with Alpha = 0.05; WeightDraws = 8; Draws = 256 }
let prediction = Predict.run options model data.Observations |> ok

match prediction.Effect with
| Effects(ate, att, rows) ->
    printfn "CausalBGM             %.2f (95 %% credible interval %.2f to %.2f)" ate.Mean ate.Low ate.High

    att
    |> Option.iter (fun att -> printfn "  of the treated      %.2f (%.2f to %.2f)" att.Mean att.Low att.High)

    let error = Array.map2 (fun (row: Posterior) truth -> (row.Mean - truth) ** 2.0) rows truth

    printfn
        "  row by row, root mean square error %.2f where effects spread by %.2f"
        (sqrt (Array.average error))
        (sqrt (Array.averageBy (fun e -> (e - Array.average truth) ** 2.0) truth))
| Curve _ -> ()

printfn "acceptance %.2f, R-hat %.3f, %.0f effective draws" prediction.Acceptance prediction.RHat prediction.Ess
prediction.Warnings |> List.iter (printfn "%s")
