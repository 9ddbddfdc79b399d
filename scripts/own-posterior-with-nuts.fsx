// A posterior of your own, sampled with NUTS. Do eight schools' coaching programmes raise test scores, and by how much in each? (Rubin 1981; Gelman
// et al., Bayesian Data Analysis, section 5.5.) Run by `dotnet fsi build.fsx tutorials own-posterior-with-nuts`, which builds the library first.
//
// All that is needed is a log density written with tensors; gradients, tuning and chains are the library's.

#load "library.fsx"

open System
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc

// ---- the data: effects on the score, and their standard errors -----------------------------------------------------------

let effects = Tensor.ofFloats Float64 [| 1; 8 |] [| 28.0; 8.0; -3.0; 7.0; -1.0; 1.0; 18.0; 12.0 |]
let errors = Tensor.ofFloats Float64 [| 1; 8 |] [| 15.0; 10.0; 16.0; 11.0; 9.0; 11.0; 10.0; 18.0 |]

// ---- the model -------------------------------------------------------------------------------------------------------------
//
//     effect_i ~ N(θ_i, error_i²),   θ_i = μ + τ·η_i,   η_i ~ N(0, 1),   μ ~ N(0, 5²),   τ ~ half-Cauchy(5)
//
// A chain moves ten unconstrained numbers: μ, log τ and the eight η (the non-centred form, whose geometry is easy). Positions come as rows, one
// for each chain: (m, 10) -> (m).

let logNormal (x: Tensor) mean (sd: Tensor) = Tensor.sumAxis 1 (-0.5 * Tensor.square ((x - mean) / sd))

let logDensity (position: Tensor) =
    let mu = Tensor.slice 1 0 1 position
    let logTau = Tensor.slice 1 1 1 position
    let eta = Tensor.slice 1 2 8 position
    let tau = exp logTau
    let theta = mu + tau * eta

    let prior =
        -0.5 * Tensor.square (mu / 5.0) - Tensor.log1p (Tensor.square (tau / 5.0))
        + logTau // the density of log τ is that of τ times dτ / d log τ = τ

    logNormal effects theta errors - 0.5 * Tensor.sumAxis 1 (Tensor.square eta)
    + Tensor.squeeze 1 prior

// ---- four chains -----------------------------------------------------------------------------------------------------------

let target = Target.ofFunction Float64 10 logDensity

let options = {
    ChainOptions.defaults with
        Sampler = Nuts { NutsOptions.defaults with Adapt = Adapt.StepSizeAndMass 0.9 }
        Draws = 2000
}

let chains =
    use team = new Team(Environment.ProcessorCount)

    match Chains.run team options (Key.OfSeed 1L) target (Keep.draws target.Dimension (ChainOptions.kept options)) with
    | Ok chains -> chains
    | Error error ->
        eprintfn "%s" (McmcError.message error)
        exit 2

// ---- what they say -----------------------------------------------------------------------------------------------------------

let mu (position: float[]) = position[0]
let tau (position: float[]) = exp position[1]
let theta school (position: float[]) = mu position + tau position * position[1 + school]

let quantities =
    [ "mu", mu; "tau", tau ]
    @ [ for school in 1..8 -> $"theta {school}", theta school ]

let summaries = chains |> Array.map _.Kept |> Summary.ofDraws quantities
summaries |> Summary.table |> List.iter (printfn "%s")

let divergences = chains |> Array.sumBy _.Report.Divergences
let acceptance = chains |> Array.averageBy _.Report.AcceptanceRate
let evaluations = chains |> Array.sumBy _.Report.Evaluations
printfn "\n%d divergences, acceptance %.2f, %d gradients" divergences acceptance evaluations
summaries |> List.collect Summary.warnings |> List.iter (printfn "%s")

let helps =
    let isHelped position = if theta 1 position > 0.0 then 1.0 else 0.0

    chains
    |> Array.averageBy (fun chain -> Draws.positions chain.Kept |> Array.averageBy isHelped)

printfn "P(coaching helps in school 1) = %.2f" helps
