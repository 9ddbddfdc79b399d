/// Two roots and two children: x₁, x₂ ~ Laplace(0, 1/√2), x₃ = x₁ + ½x₂³ + Laplace, x₄ = −x₂ + ½x₁² + Laplace, every Laplace of variance 1.
/// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, appendix C.2, after CAREFL (Khemakhem et al., AISTATS 2021).
module BgmFunctional.Simulators.Carefl

open BgmFunctional.Flows

/// A row of the four variables.
type Row = {
    /// The first root.
    X1: float
    /// The second root.
    X2: float
    /// Child of both.
    X3: float
    /// Child of both.
    X4: float
}

/// The row whose counterfactuals the paper draws.
let observed = { X1 = 2.0; X2 = 1.5; X3 = 0.81; X4 = -0.28 }

let private third x1 x2 = x1 + 0.5 * x2 ** 3.0
let private fourth x1 x2 = -x2 + 0.5 * x1 ** 2.0

/// x₃ of a row, had x₂ been alpha.
let x3Under (alpha: float) (row: Row) = row.X3 - third row.X1 row.X2 + third row.X1 alpha

/// x₄ of a row, had x₁ been alpha.
let x4Under (alpha: float) (row: Row) = row.X4 - fourth row.X1 row.X2 + fourth alpha row.X2

/// The values of alpha that the paper draws: −3, −2.9, …, 3.
let alphas = [ for tenth in -30 .. 30 -> float tenth / 10.0 ]

let private truth () =
    let row = "where (x1, x2, x3, x4) = (2.00, 1.50, 0.81, -0.28) was seen"

    {
        Truth.nothing with
            Effects = [
                for alpha in alphas do
                    {
                        Quantity = $"counterfactual x3 {row}"
                        Do = [ "x2", alpha ]
                        Value = x3Under alpha observed
                    }

                for alpha in alphas do
                    {
                        Quantity = $"counterfactual x4 {row}"
                        Do = [ "x1", alpha ]
                        Value = x4Under alpha observed
                    }
            ]
    }

/// The simulator; every arrow of its graph is a complex intercept.
let simulator: Simulator =
    let child name = Node.continuous name |> Node.withTerms [ Intercept [ "x1"; "x2" ] ]
    let laplace = Noise.Laplace(1.0 / sqrt 2.0)

    [
        Variable.root (Node.continuous "x1") laplace id
        Variable.root (Node.continuous "x2") laplace id
        Variable.two (child "x3") laplace (fun x1 x2 u -> third x1 x2 + u)
        Variable.two (child "x4") laplace (fun x1 x2 u -> fourth x1 x2 + u)
    ]
    |> Simulator.create "carefl" "Powers of two roots, Laplace noises, for counterfactuals (appendix C.2)." truth
