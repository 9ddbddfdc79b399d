// The dose-response curve of a continuous treatment, from observational rows, with a band. The population is simulated, so that the truth is known:
// covariates move both the dose and the outcome. Run by `dotnet fsi build.fsx tutorials dose-response`, which builds the library first.
//
// scripts/binary-treatment.fsx tells of a binary treatment; paper/causalbgm has three populations at full size.

#load "library.fsx"

open System
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Kernels
open BgmFunctional.Simulators
open Library

// ---- rows: a dose x, an outcome y, covariates v1 … v100 --------------------------------------------------------------------

let population = TreatmentSimulator.colangeloLee
let sample = TreatmentSimulator.sample (Key.OfSeed 1L) 4000 population |> ofCausal
let data = Dataset.ofFrame Continuous "x" "y" None sample.Rows |> ofCausal
let doses = [ -0.8; -0.4; 0.0; 0.4; 0.8 ]
let truth (x: float) = 1.2 * x + x ** 3.0

// ---- what does not work: the mean outcome of those who had about that dose ---------------------------------------------------
//
// Who takes a high dose differs from who takes a low one, and would have fared differently anyway.

let x, y = numbers "x" sample.Rows, numbers "y" sample.Rows

let naive dose =
    Array.zip x y
    |> Array.filter (fun (x, _) -> abs (x - dose) < 0.1)
    |> Array.averageBy snd

// ---- the model -------------------------------------------------------------------------------------------------------------
//
// Three numbers of Z confound here, one moves the outcome, one the dose, three the covariates alone. The preset `recommended` differs from the
// published settings in what its critic sees, in rates that fall, and in its epochs; the warm start is short for a quick answer.

let config, fit =
    (Config.defaults Continuous { Z0 = 3; Z1 = 1; Z2 = 1; Z3 = 3 }, FitOptions.defaults)
    |> Preset.apply Preset.Recommended

let model = Fit.run config { fit with Training.EgmIterations = 4000 } data |> ofCausal

// ---- the curve -------------------------------------------------------------------------------------------------------------
//
// Each draw takes every row's latents and the networks' weights from their posterior, sets everyone's dose to x, and averages the outcome. The band
// is of that average: it says how well the curve is known, not where the next patient's outcome will lie (DrawnOutcome asks that).

// Fewer draws than are usual, for a quick answer.

let options = {
    PredictOptions.defaults with
        Doses = doses
        Sampling.Alpha = 0.05
        Sampling.BurnIn = 100
        Sampling.Draws = 150
}

let prediction = Predict.run options model data.Observations |> ofCausal

match prediction.Effect with
| Curve points ->
    printfn "  dose   truth   naive   CausalBGM (95 %% credible interval)"

    for point in points do
        let { Mean = mean; Low = low; High = high } = point.Outcome
        printfn "%6.1f  %6.2f  %6.2f  %6.2f (%.2f to %.2f)" point.X (truth point.X) (naive point.X) mean low high

    let rmse estimate = sqrt (points |> Array.averageBy (fun point -> (estimate point - truth point.X) ** 2.0))

    printfn
        "root mean square error: naive %.2f, CausalBGM %.2f"
        (rmse (fun point -> naive point.X))
        (rmse _.Outcome.Mean)
| Effects _ -> ()

// ---- can it be believed? ---------------------------------------------------------------------------------------------------
//
// Chains that have not converged, few effective draws, and doses where there are no rows: warnings say so. None of them knows whether the
// covariates hold all that confounds.

printfn "acceptance %.2f, R-hat %.3f, %.0f effective draws" prediction.Acceptance prediction.RHat prediction.Ess
prediction.Warnings |> List.iter (printfn "%s")

// The curve with its band, as a page that needs no network.

let page = "dose-response.html"

EffectReport.create "The dose-response curve" model prediction
|> Report.save page
|> ofData

printfn "Report: %s" (IO.Path.GetFullPath page)
