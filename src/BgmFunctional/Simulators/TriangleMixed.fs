/// The triangle with an ordinal end: x₁ and x₂ as in the continuous one, x₃ = #{k: u₃ > θ_k + 0.2x₁ + f(x₂)}, θ = (−2, 0.42, 1.02).
/// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 6.2.
module BgmFunctional.Simulators.TriangleMixed

open BgmFunctional.Flows
open BgmFunctional.Numerics

let private cuts = [| -2.0; 0.42; 1.02 |]

/// P(x₃ = 0), …, P(x₃ = 3) given x₁ and x₂.
let pmf curve (x1: float) (x2: float) =
    let below = cuts |> Array.map (fun cut -> Logistic.cdf (cut - Triangle.shift curve x1 x2))

    Array.append below [| 1.0 |]
    |> Array.mapi (fun k p -> if k = 0 then p else p - below[k - 1])

/// The simulator for a choice of f, with the terms of the continuous one.
let simulator (curve: Triangle.Curve) : Simulator =
    let name = Triangle.curveName curve
    let x3 = Node.ordinal "x3" (cuts.Length + 1) |> Node.withTerms (Triangle.terms curve)

    Triangle.roots
    @ [
        Variable.two x3 Noise.Logistic (fun x1 x2 u -> Variable.level cuts (Triangle.shift curve x1 x2) u)
    ]
    |> Simulator.create
        $"triangle-mixed-{name}"
        $"The triangle with an ordinal x3 of four levels, f: {name} (section 6.2)."
        (Triangle.truth curve)
