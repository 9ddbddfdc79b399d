/// A triangle of continuous variables: x₁ ~ ½N(0.25, 0.1²) + ½N(0.73, 0.05²), 5x₂ + 2x₁ = u₂, 0.63x₃ − 0.2x₁ − f(x₂) = u₃.
/// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, section 6.1.
module BgmFunctional.Simulators.Triangle

open BgmFunctional.Flows

/// The paper's choices of f.
type Curve =
    /// −0.3x
    | Linear
    /// 2x³ + x
    | Cubic
    /// ½eˣ
    | Exp
    /// 0.75·atan(5(x + 0.12))
    | Atan
    /// 2·sin(3x) + x
    | Sin

/// All choices of f.
let curves = [ Linear; Cubic; Exp; Atan; Sin ]

/// The name of a choice of f, as it ends the simulator's.
let curveName curve =
    match curve with
    | Linear -> "linear"
    | Cubic -> "cubic"
    | Exp -> "exp"
    | Atan -> "atan"
    | Sin -> "sin"

/// f(x).
let f curve (x: float) =
    match curve with
    | Linear -> -0.3 * x
    | Cubic -> 2.0 * x ** 3.0 + x
    | Exp -> 0.5 * exp x
    | Atan -> 0.75 * atan (5.0 * (x + 0.12))
    | Sin -> 2.0 * sin (3.0 * x) + x

/// x₂ ← x₁: raising x₁ by 1 multiplies the odds of x₂ ≤ c by e², whatever c is.
let beta12 = 2.0

/// x₃ ← x₁.
let beta13 = -0.2

/// x₃ ← x₂ where f is linear.
let beta23 = 0.3

/// What x₁ and x₂ add to u₃ of a continuous x₃ and take off the cut points of an ordinal one: −0.2x₁ − f(x₂).
let shift curve x1 x2 = beta13 * x1 - f curve x2

/// How x₁ and x₂ enter x₃.
let internal terms curve =
    match curve with
    | Linear -> [ LinearShift "x1"; LinearShift "x2" ]
    | Cubic
    | Exp
    | Atan
    | Sin -> [ LinearShift "x1"; ComplexShift [ "x2" ] ]

/// x₁ and x₂.
let internal roots =
    let halves =
        Noise.Halves({ Mean = 0.25; StandardDeviation = 0.1 }, { Mean = 0.73; StandardDeviation = 0.05 })

    [
        Variable.root (Node.continuous "x1") halves id
        Variable.one (Node.continuous "x2" |> Node.withTerms [ LinearShift "x1" ]) Noise.Logistic (fun x1 u ->
            (u - beta12 * x1) / 5.0)
    ]

let internal truth curve () =
    let known = {
        Truth.nothing with
            Coefficients = [ Truth.coefficient "x2" "x1" beta12; Truth.coefficient "x3" "x1" beta13 ]
    }

    match curve with
    | Linear -> {
        known with
            Coefficients = known.Coefficients @ [ Truth.coefficient "x3" "x2" beta23 ]
      }
    | Cubic
    | Exp
    | Atan
    | Sin -> {
        known with
            Curves = [ Truth.curve "x3" "x2" (-1.0, 1.0) (fun x2 -> -(f curve x2)) ]
      }

/// The simulator for a choice of f; x₁ → x₃ is a linear shift, and so is x₂ → x₃ where f is linear, else a complex one.
let simulator (curve: Curve) : Simulator =
    let name = curveName curve
    let x3 = Node.continuous "x3" |> Node.withTerms (terms curve)

    roots
    @ [ Variable.two x3 Noise.Logistic (fun x1 x2 u -> (u - shift curve x1 x2) / 0.63) ]
    |> Simulator.create
        $"triangle-{name}"
        $"Three continuous variables, f of the arrow x2 -> x3: {name} (section 6.1)."
        (truth curve)
