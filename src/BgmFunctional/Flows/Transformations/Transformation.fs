// Monotone transformations of a continuous node's value to the latent scale: the contract, and what several of them share. Values enter
// through features that do not depend on parameters, so a fit computes them once.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Autodiff

/// What a density needs of a node's values, whatever its parameters: (n, f) each.
type Features = {
    /// What the value enters through, (n, f).
    Value: Tensor
    /// What the derivative in the value needs, (n, f).
    Slope: Tensor
}

/// The bulk of a node's training values: their 5 % and 95 % quantiles.
type ValueRange = {
    /// 5 % of the values lie below.
    Low: float
    /// 5 % of the values lie above.
    High: float
}

/// A pair of functions: value and log-derivative together, and the way back. P parameters, unconstrained; θ is (n, P), or (1, P) for all rows.
[<NoComparison; NoEquality>]
type Transformation = {
    /// P.
    Parameters: int
    /// (n) values -> features, float64.
    Features: float[] -> Features
    /// features -> θ -> h (n, 1), log h′ (n, 1).
    Forward: Features -> Tensor -> Tensor * Tensor
    /// θ -> u (n) -> x (n) with h(x) = u, float64.
    Inverse: Tensor -> float[] -> float[]
    /// θ, (P), of a line that gives the range of the values the mass it has: from (low, logit .05) to (high, logit .95). Zeros where no θ does.
    Calibrated: float[]
}

[<AutoOpen>]
module internal RowProducts =
    /// Σ_f a·w along each row: (n, f) -> (n, f) or (1, f) -> (n, 1).
    let rowDot (a: Tensor) (w: Tensor) =
        if w.Shape[0] = 1 then
            Tensor.matMul a (Tensor.transpose w)
        else
            Tensor.sumKeep 1 (a * w)

/// The bulk of the values.
[<RequireQualifiedAccess>]
module internal ValueRange =
    /// The share of values on either side of the range.
    let tail = 0.05

    /// logit(1 − tail): above it lies as much of a standard logistic latent as of the values above the range, below −latent likewise.
    let latent = log ((1.0 - tail) / tail)

/// z, the value scaled so that its range lands on ±5.
[<RequireQualifiedAccess>]
module internal Scaled =
    /// Where the ends of the range land.
    let bound = 5.0

    let private scale range = 2.0 * bound / (range.High - range.Low)

    /// z and log z′, (n, 1) each.
    let features range (x: float[]) : Features =
        let scale = scale range

        {
            Value = Tensor.view [| x.Length; 1 |] (x |> Array.map (fun x -> (x - range.Low) * scale - bound))
            Slope = Tensor.view [| x.Length; 1 |] (Array.create x.Length (log scale))
        }

    /// The values that z scales.
    let undo range (z: float[]) = z |> Array.map (fun z -> range.Low + (z + bound) / scale range)

/// Numbers squashed into (−limit, limit), as zuko does: a / (1 + |a / limit|).
[<RequireQualifiedAccess>]
module internal Squash =
    /// ln 1e3: exponents between −limit and limit give factors from 1e-3 to 1e3.
    let limit = log 1e3

    /// Into (−limit, limit).
    let within (limit: float) (a: Tensor) = a / (1.0 + abs (a / limit))

    /// The number that is squashed to a.
    let undo (limit: float) (a: float) = a / (1.0 - abs (a / limit))
