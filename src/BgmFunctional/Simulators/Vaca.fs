/// A triangle of additive noise: x₁ ~ ½N(−2, variance 1.5) + ½N(1.5, 1), x₂ = −x₁ + N(0, 1), x₃ = x₁ + ¼x₂ + N(0, 1).
/// Sick and Dürr, CLeaR 2025, arXiv:2503.16206, appendix C.1, after VACA (Sánchez-Martin et al., AAAI 2022).
module BgmFunctional.Simulators.Vaca

open System
open BgmFunctional.Data
open BgmFunctional.Kernels

/// E x₃ under do(x₂ = a).
let meanUnder (a: float) = -0.25 + 0.25 * a

/// The standard deviation of x₃ under do(x₂ = a), whatever a is: √(var x₁ + 1).
let standardDeviationUnder = sqrt 5.3125

/// The first n draws of a variable's own stream.
let private draws draw (key: Key) variable n =
    let values = Array.zeroCreate<float> n
    Kernels<float>.Best.Random(draw, key.Child(int64 variable), 0L, Span values)
    values

/// The noises of n rows, then x₂ from x₁ and its noise.
let private simulate (key: Key) n (second: float -> float -> float) =
    if n < 1 then
        invalidArg (nameof n) $"found {n}; at least one row is needed"

    let isFirst = draws Draw.Uniform key 0 n |> Array.map (fun u -> u < 0.5)

    let x1 =
        (isFirst, draws Draw.Normal key 1 n)
        ||> Array.map2 (fun isFirst z -> if isFirst then -2.0 + sqrt 1.5 * z else 1.5 + z)

    let x2 = Array.map2 second x1 (draws Draw.Normal key 2 n)
    let x3 = Array.map3 (fun x1 x2 z -> x1 + 0.25 * x2 + z) x1 x2 (draws Draw.Normal key 3 n)

    match Frame.ofColumns [ "x1", Column.Numeric x1; "x2", Column.Numeric x2; "x3", Column.Numeric x3 ] with
    | Ok frame -> frame
    | Error error -> invalidOp (DataError.message error)

/// n rows as they are seen; row i depends on the key and on i alone.
let sample (key: Key) (n: int) : Frame = simulate key n (fun x1 noise -> -x1 + noise)

/// The same n rows, of the same noises, under do(x₂ = a).
let intervene (key: Key) (a: float) (n: int) : Frame = simulate key n (fun _ _ -> a)
