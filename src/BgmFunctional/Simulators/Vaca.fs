/// A triangle of additive noise: x₁ ~ ½N(−2, variance 1.5) + ½N(1.5, 1), x₂ = −x₁ + N(0, 1), x₃ = x₁ + ¼x₂ + N(0, 1).
/// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, appendix C.1, after VACA (Sánchez-Martin et al., AAAI 2022).
module BgmFunctional.Simulators.Vaca

open BgmFunctional.Flows

/// E x₃ under do(x₂ = a).
let meanUnder (a: float) = -0.25 + 0.25 * a

/// The standard deviation of x₃ under do(x₂ = a), whatever a is: √(var x₁ + 1).
let standardDeviationUnder = sqrt 5.3125

let private truth () = {
    Truth.nothing with
        Effects = [
            for a in [ -3.0; -1.0; 0.0 ] do
                { Quantity = "mean of x3"; Do = [ "x2", a ]; Value = meanUnder a }

                {
                    Quantity = "standard deviation of x3"
                    Do = [ "x2", a ]
                    Value = standardDeviationUnder
                }
        ]
}

/// The simulator; every arrow of its graph is a complex intercept.
let simulator: Simulator =
    let node name parents = Node.continuous name |> Node.withTerms [ Intercept parents ]

    let halves =
        Noise.Halves({ Mean = -2.0; StandardDeviation = sqrt 1.5 }, { Mean = 1.5; StandardDeviation = 1.0 })

    [
        Variable.root (Node.continuous "x1") halves id
        Variable.one (node "x2" [ "x1" ]) Noise.Normal (fun x1 u -> -x1 + u)
        Variable.two (node "x3" [ "x1"; "x2" ]) Noise.Normal (fun x1 x2 u -> x1 + 0.25 * x2 + u)
    ]
    |> Simulator.create "vaca" "Linear equations with normal noises below a two-humped root (appendix C.1)." truth
