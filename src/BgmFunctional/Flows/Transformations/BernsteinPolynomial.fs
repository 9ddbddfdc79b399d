namespace BgmFunctional.Flows

open System
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

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

    /// Equal increments, P + 1 in number, from −latent to latent.
    let private calibrated parameters =
        let increment = 2.0 * ValueRange.latent / float (parameters + 1)

        Array.init parameters (fun j ->
            if j = 0 then
                offset parameters - ValueRange.latent
            else
                log (exp increment - 1.0))

    let create parameters range = {
        Parameters = parameters
        Features = features parameters range
        Forward = forward parameters
        Inverse = inverse parameters range (cumulative parameters)
        Calibrated = calibrated parameters
    }
