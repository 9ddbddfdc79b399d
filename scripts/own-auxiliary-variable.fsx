// An auxiliary variable of one's own. Patients of four hospitals: sicker ones are treated more often and fare worse, and how sick patients are differs
// between hospitals. Nobody has measured sickness itself, but the hospital is known of everybody. Run by
// `dotnet fsi build.fsx tutorials own-auxiliary-variable`, which builds the library first.
//
// A latent that is found from covariates alone can be turned and bent in many ways that explain them equally well. Given a variable U that shifts
// its distribution, most of these ways are ruled out (Khemakhem et al., arXiv:1907.04809); IdentifiableCausalBGM gives the latent the prior
// Z | U ~ N(μ(U), σ²(U)·I). Published, U is drawn at random, and then it says nothing. Here it is a column.

#load "library.fsx"

open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets
open Library

let ok result =
    match result with
    | Ok value -> value
    | Error error ->
        eprintfn "%s" (CausalError.message error)
        exit 2

// ---- rows ------------------------------------------------------------------------------------------------------------------

let n = 600
let hospitals = [| "city"; "coast"; "hills"; "lake" |]

/// How sick the patients of each hospital are, on average and how differently.
let sickness = [| -1.5, 0.5; -0.5, 1.0; 0.5, 0.4; 1.5, 0.8 |]

let draws child columns =
    Initial.normal ((Key.OfSeed 11L).Child child) n columns 0.0 1.0
    |> Tensor.toArray
    |> Array.chunkBySize columns

let factors =
    draws 0L 3
    |> Array.mapi (fun i z -> Array.append [| fst sickness[i % 4] + snd sickness[i % 4] * z[0] |] z[1..])

let noise = draws 1L 14

let loadings =
    Initial.normal ((Key.OfSeed 11L).Child 2L) 3 12 0.0 1.0
    |> Tensor.toArray
    |> Array.chunkBySize 12

/// Twelve measurements, each a bent mixture of the factors.
let measured i =
    Array.init 12 (fun j ->
        let mixture = Array.sum [| for k in 0..2 -> loadings[k][j] * factors[i][k] |]
        tanh mixture + 0.3 * mixture + 0.3 * noise[i][j])

let treated =
    Array.init n (fun i -> if factors[i][0] + 0.5 * factors[i][1] + noise[i][12] > 0.0 then 1.0 else 0.0)

/// The treatment helps by 2, whoever gets it.
let outcome =
    Array.init n (fun i -> 2.0 * treated[i] - 3.0 * factors[i][0] + factors[i][2] + noise[i][13])

let rows =
    let covariates = Array.init n measured

    Frame.ofColumns [
        "treated", Column.Numeric treated
        "outcome", Column.Numeric outcome
        "hospital", Column.Text(Array.init n (fun i -> hospitals[i % 4]))
        for j in 0..11 do
            $"v{j + 1}", Column.Numeric(covariates |> Array.map (fun row -> row[j]))
    ]
    |> ofData

// ---- two models, which differ in what U is ---------------------------------------------------------------------------------

let settings = {
    Settings.ofConfig (Config.identifiable Binary { Z0 = 1; Z1 = 1; Z2 = 1; Z3 = 1 }) with
        Options = { FitOptions.defaults with Training.EgmIterations = 2000; Training.Epochs = 30 }
}

let covariates = [ for j in 1..12 -> $"v{j}" ]

let roles auxiliary = {
    Treatment = "treated"
    Outcome = "outcome"
    Covariates = Some covariates
    Auxiliary = auxiliary
}

let fit auxiliary = Fit.ofFrame settings (roles auxiliary) rows |> ok

let models = [ "segments at random", fit []; "the hospital", fit [ ByContent "hospital" ] ]

// ---- what they say ---------------------------------------------------------------------------------------------------------

let mean (values: float seq) = Seq.average values

let correlation a b =
    let deviations (values: float[]) = values |> Array.map (fun value -> value - mean values)
    let a, b = deviations a, deviations b
    let product x y = Array.sum (Array.map2 (*) x y)
    product a b / sqrt (product a a * product b b)

let naive =
    let average value =
        Array.zip treated outcome
        |> Array.filter (fst >> (=) value)
        |> Array.averageBy snd

    average 1.0 - average 0.0

let options = {
    PredictOptions.defaults with
        Sampling.Alpha = 0.05
        Sampling.BurnIn = 150
        Sampling.Draws = 150
}

printfn "truth                2.00"
printfn "treated − untreated  %.2f, confounded" naive

for name, model in models do
    match (Predict.ofFrame options model rows |> ok).Effect with
    | Effects(ate, _, _) ->
        // Z₀ comes first in Z.
        let confounder = Tensor.toArray (Tensor.slice 1 0 1 model.Latents)

        printfn
            "U %-18s %.2f (%.2f to %.2f); Z₀ correlates with sickness by %.2f"
            name
            ate.Mean
            ate.Low
            ate.High
            (abs (correlation confounder (factors |> Array.map Array.head)))
    | Curve _ -> ()

    CausalModel.warnings model |> List.iter (printfn "  warning: %s")
