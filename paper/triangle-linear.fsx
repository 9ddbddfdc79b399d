// A triangle of continuous variables whose arrows are all linear shifts: their coefficients.
//
// Source      Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 6.1, figure 14
// Published   β₁₂ 1.981, β₁₃ −0.161, β₂₃ 0.281 by the authors' package (the paper: 1.98, −0.21, 0.26); the truth is 2, −0.2, 0.3
// Tolerance   median of five seeds 0.03, 0.05, 0.05 off (--quick: 0.3); the standard errors of one fit are 0.034, 0.036, 0.024
// Recipe      n = 40 000; the exact maximum-likelihood estimate, where the paper's 500 epochs of Adam lead
// Run time    25 s of processor time, half of that on two cores
// Command     dotnet fsi build.fsx paper triangle-linear [--quick]
#load "flows.fsx"

open Paper
open FlowPaper
open BgmFunctional.Charts
open BgmFunctional.Simulators

let coefficients = [
    "β₁₂", Triangle.beta12, "1.981", (0.03, 0.3)
    "β₁₃", Triangle.beta13, "−0.161", (0.05, 0.3)
    "β₂₃", Triangle.beta23, "0.281", (0.05, 0.3)
]

let quantities = [ for name, truth, published, tolerances in coefficients -> near name truth published tolerances ]
let fits, fitsOnFewRows = study (linearFit (Triangle.simulator Triangle.Linear))
let estimates = Array.map (linearEffects >> List.map _.Estimate)

coefficients
|> List.mapi (fun i (name, truth, _, _) -> fits |> Array.map (linearEffects >> List.item i) |> forest name truth)
|> Figure.create "Linear shifts of the triangle"
|> Figure.withSubtitle "Exact maximum-likelihood estimates with 95 % intervals"
|> Figure.withCaption $"{rows} rows; Sick and Dürr 2025, figure 14"
|> conclude
    "triangle-linear"
    "Triangle, linear shifts (§6.1)"
    rows
    (findings quantities (estimates fits) (estimates fitsOnFewRows))
