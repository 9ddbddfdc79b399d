// Monotone transformations of a continuous node's value to the latent scale. Values enter through features that do not depend on
// parameters, so a fit computes them once.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Kernels
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
}

[<AutoOpen>]
module internal RowProducts =
    /// Σ_f a·w along each row: (n, f) -> (n, f) or (1, f) -> (n, 1).
    let rowDot (a: Tensor) (w: Tensor) =
        if w.Shape[0] = 1 then
            Tensor.matMul a (Tensor.transpose w)
        else
            Tensor.sumKeep 1 (a * w)

/// The Bernstein polynomial of TRAMs, as the published package parametrises it: control points
/// cumsum[t₀, s(t₁), s(t₁), s(t₂), …, s(t_{P−1}), s(t_{P−1})] − P·ln2/2 with s = softplus, so that the second derivative vanishes at
/// both ends, where the polynomial goes on as a line. In terms of the increments w = s(t) it is
/// h = t₀ − P·ln2/2 + Σ_j w_j·G_j(x), each G_j increasing: a product of features and positive numbers without cancellation.
[<RequireQualifiedAccess>]
module internal BernsteinPolynomial =

    /// Which increment between control points m and m + 1, of P + 1, is made by which of the P − 1 numbers.
    let private increment parameters m = max 0 (min (m - 1) (parameters - 2))

    let private offset parameters = float parameters * log 2.0 / 2.0

    let private basis degree (t: float[]) =
        let values = Array.zeroCreate (t.Length * (degree + 1))
        let slopes = Array.zeroCreate values.Length
        Kernels<float>.Best.Bernstein(degree, ReadOnlySpan t, Span values, Span slopes)
        values

    let private features parameters range (x: float[]) =
        let degree = parameters + 1
        let width = parameters - 1
        let scale = 1.0 / (range.High - range.Low)
        let t = x |> Array.map (fun x -> (x - range.Low) * scale)
        let values = basis degree t
        let slopes = basis (degree - 1) (t |> Array.map (fun t -> Math.Clamp(t, 0.0, 1.0)))
        let value = Array.zeroCreate (x.Length * width)
        let slope = Array.zeroCreate value.Length

        for row in 0 .. x.Length - 1 do
            let mutable tail = 0.0

            for m in degree - 1 .. -1 .. 0 do
                // Σ_{k > m} b_k, whose derivative telescopes to degree·b_m of the next lower degree.
                tail <- tail + values[row * (degree + 1) + m + 1]
                let j = row * width + increment parameters m
                value[j] <- value[j] + tail
                slope[j] <- slope[j] + float degree * slopes[row * degree + m] * scale

        {
            Value = Tensor.view [| x.Length; width |] value
            Slope = Tensor.view [| x.Length; width |] slope
        }

    /// Increments no smaller than those of −30, 1e-13, so that h is never flat, however far a network extrapolates.
    let private increments (t: Tensor) = Tensor.softplus (Tensor.maximum t (Tensor.fill t.DType t.Shape -30.0))

    let private split parameters theta =
        Tensor.slice 1 0 1 theta - offset parameters, increments (Tensor.slice 1 1 (parameters - 1) theta)

    let private forward parameters features theta =
        let start, increments = split parameters theta
        start + rowDot features.Value increments, log (rowDot features.Slope increments)

    /// How often each increment counts in each control point, (P − 1, P + 2).
    let private cumulative parameters =
        let points = parameters + 2

        let cells =
            Array.init ((parameters - 1) * points) (fun i ->
                let j, point = i / points, i % points

                Seq.init point (increment parameters)
                |> Seq.filter ((=) j)
                |> Seq.length
                |> float)

        Tensor.float64 [| parameters - 1; points |] cells

    let private inverse parameters range cumulative theta (u: float[]) =
        let t = Array.zeroCreate u.Length
        let start, increments = split parameters theta
        let points = Tensor.toArray (start + Tensor.matMul increments cumulative)
        Kernels<float>.Best.BernsteinInverse(parameters + 1, ReadOnlySpan points, ReadOnlySpan u, Span t)
        t |> Array.map (fun t -> range.Low + t * (range.High - range.Low))

    let create parameters range = {
        Parameters = parameters
        Features = features parameters range
        Forward = forward parameters
        Inverse = inverse parameters range (cumulative parameters)
    }

/// A line: h = exp(a / (1 + |a / ln 1e-3|))·z + b, z the value scaled so that its range lands on ±5. The exponent stays inside ±ln 1e-3.
[<RequireQualifiedAccess>]
module internal AffineLine =

    let private bound = 5.0

    let private logScale (a: Tensor) = a / (1.0 + abs (a / log 1e-3))

    let private split theta = logScale (Tensor.slice 1 0 1 theta), Tensor.slice 1 1 1 theta

    let create range =
        let scale = 2.0 * bound / (range.High - range.Low)
        let toScaled x = (x - range.Low) * scale - bound

        {
            Parameters = 2
            Features =
                fun x -> {
                    Value = Tensor.view [| x.Length; 1 |] (Array.map toScaled x)
                    Slope = Tensor.view [| x.Length; 1 |] (Array.create x.Length (log scale))
                }
            Forward =
                fun features theta ->
                    let logScale, shift = split theta
                    exp logScale * features.Value + shift, logScale + features.Slope
            Inverse =
                fun theta u ->
                    let logScale, shift = split theta
                    let z = (Tensor.float64 [| u.Length; 1 |] u - shift) / exp logScale
                    Tensor.toArray z |> Array.map (fun z -> range.Low + (z + bound) / scale)
        }

/// Transformations by name.
[<RequireQualifiedAccess>]
module Transformation =
    /// The transformation of a continuous node whose training values have this range.
    let create transform range =
        match transform with
        | Bernstein parameters -> BernsteinPolynomial.create parameters range
        | Affine -> AffineLine.create range
