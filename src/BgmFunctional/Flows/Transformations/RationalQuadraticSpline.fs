// Durkan, Bekasov, Murray and Papamakarios, Neural Spline Flows, NeurIPS 2019, arXiv:1906.04032, section 3.1; parameters as in zuko.
namespace BgmFunctional.Flows

open BgmFunctional.Autodiff

/// What a spline's parameters make, (n, K + 1) each, or (1, K + 1) for all rows.
[<NoComparison>]
type private Knots = {
    /// Where the bins meet, z₀ = −5 < … < z_K = 5.
    Z: Tensor
    /// The spline there, y₀ = −5 < … < y_K = 5.
    Y: Tensor
    /// Its derivatives there, between 1e-3 and 1e3.
    Slope: Tensor
}

/// The monotone rational-quadratic spline of K bins between (−5, −5) and (5, 5), on z, the value scaled so that its range lands on ±5;
/// beyond, lines with the slopes of the end knots. With learned tails these slopes are parameters and a line follows,
/// h = exp(a / (1 + |a / ln 1e3|))·y + b, which moves the ends of the box where the data want them; with fixed ones h = y, and the slopes are 1.
/// θ: K widths, K heights, the slopes (K + 1, or K − 1), and a, b of the line. At θ = 0 it is the identity, h = z.
[<RequireQualifiedAccess>]
module internal RationalQuadraticSpline =

    // ---- from parameters to knots -----------------------------------------------------------------------------------

    let private slopes bins tails =
        match tails with
        | Tails.Learned -> bins + 1
        | Tails.Fixed -> bins - 1

    let private line tails =
        match tails with
        | Tails.Learned -> AffineLine.parameters
        | Tails.Fixed -> 0

    let private parameters bins tails = 2 * bins + slopes bins tails + line tails

    /// The number between a row of numbers before it and after it.
    let private between (first: float) (last: float) (inner: Tensor) =
        let column number = Tensor.fill inner.DType [| inner.Shape[0]; 1 |] number
        Tensor.concat 1 [ column first; inner; column last ]

    /// K unconstrained numbers as K + 1 places from −5 to 5, no two nearer than a thousandth of the farthest two.
    let private places (raw: Tensor) =
        let shares = Tensor.softmax 1 (Squash.within (Squash.limit / 2.0) raw)
        let inner = Tensor.cumulativeSum (Tensor.slice 1 0 (raw.Shape[1] - 1) shares)
        between -Scaled.bound Scaled.bound (2.0 * Scaled.bound * inner - Scaled.bound)

    let private knots bins tails theta =
        let slope = exp (Squash.within Squash.limit (Tensor.slice 1 (2 * bins) (slopes bins tails) theta))

        {
            Z = places (Tensor.slice 1 0 bins theta)
            Y = places (Tensor.slice 1 bins bins theta)
            Slope =
                match tails with
                | Tails.Learned -> slope
                | Tails.Fixed -> between 1.0 1.0 slope
        }

    let private lineOf bins tails theta = Tensor.slice 1 (2 * bins + slopes bins tails) AffineLine.parameters theta

    // ---- forward ----------------------------------------------------------------------------------------------------

    /// Which bin each z lies in, one-hot, (n, K).
    let private bin bins (z: Tensor) (places: Tensor) =
        let isBeyond = Tensor.greaterOrEqual z (Tensor.slice 1 1 (bins - 1) places)
        let column number = Tensor.fill z.DType [| z.Shape[0]; 1 |] number

        Tensor.concat 1 [ column 1.0; isBeyond ]
        - Tensor.concat 1 [ isBeyond; column 0.0 ]

    /// The spline and its derivative, (n, 1) each, at z (n, 1); equations 4 and 5 of the paper.
    let private evaluate bins knots (z: Tensor) =
        let inside = Tensor.clamp -Scaled.bound Scaled.bound z
        let bin = bin bins inside knots.Z
        let ends of' = rowDot bin (Tensor.slice 1 0 bins of'), rowDot bin (Tensor.slice 1 1 bins of')
        let z0, z1 = ends knots.Z
        let y0, y1 = ends knots.Y
        let d0, d1 = ends knots.Slope
        let width, height = z1 - z0, y1 - y0
        let chord = height / width
        let left, right = (inside - z0) / width, (z1 - inside) / width
        let both = left * right
        let denominator = chord + (d0 + d1 - 2.0 * chord) * both
        let y = y0 + height * (chord * Tensor.square left + d0 * both) / denominator

        let slope =
            (d1 * Tensor.square left + 2.0 * chord * both + d0 * Tensor.square right)
            * Tensor.square (chord / denominator)

        // Beyond the box, where `inside` is its end, the slope is that of the end knot.
        y + (z - inside) * slope, slope

    let private forward bins tails features theta =
        let y, slope = evaluate bins (knots bins tails theta) features.Value
        let logSlope = log slope + features.Slope

        match tails with
        | Tails.Learned ->
            let h, logLineSlope = AffineLine.forward y (lineOf bins tails theta)
            h, logSlope + logLineSlope
        | Tails.Fixed -> y, logSlope

    // ---- inverse ----------------------------------------------------------------------------------------------------

    /// z in [z₀, z₁] where the spline is y in [y₀, y₁], given the ends of the bin: the root of the quadratic in the form that does not cancel.
    let private solve (z0: float) z1 (y0: float) y1 (d0: float) d1 y =
        let height, rise = y1 - y0, y - y0
        let chord = height / (z1 - z0)
        let bend = rise * (d0 + d1 - 2.0 * chord)
        let a, b, c = height * (chord - d0) + bend, height * d0 - bend, -chord * rise
        let root = sqrt (max 0.0 (b * b - 4.0 * a * c))
        let share = if b >= 0.0 then -2.0 * c / (b + root) else (root - b) / (2.0 * a)
        z0 + share * (z1 - z0)

    /// z, (n), where the spline is y, (n).
    let private invert bins knots (y: float[]) =
        let zs, ys, slopes = Tensor.toArray knots.Z, Tensor.toArray knots.Y, Tensor.toArray knots.Slope
        let isShared = knots.Z.Shape[0] = 1

        y
        |> Array.mapi (fun row y ->
            let first = if isShared then 0 else row * (bins + 1)
            let last = first + bins

            if y < ys[first] then
                zs[first] + (y - ys[first]) / slopes[first]
            elif y >= ys[last] then
                zs[last] + (y - ys[last]) / slopes[last]
            else
                let mutable k = first

                while y >= ys[k + 1] do
                    k <- k + 1

                solve zs[k] zs[k + 1] ys[k] ys[k + 1] slopes[k] slopes[k + 1] y)

    let private inverse bins tails range theta u =
        let y =
            match tails with
            | Tails.Learned -> AffineLine.inverse (lineOf bins tails theta) u
            | Tails.Fixed -> u

        invert bins (knots bins tails theta) y |> Scaled.undo range

    let create bins tails range = {
        Parameters = parameters bins tails
        Features = Scaled.features range
        Forward = forward bins tails
        Inverse = inverse bins tails range
        Calibrated =
            match tails with
            | Tails.Learned ->
                Array.append (Array.zeroCreate (parameters bins tails - AffineLine.parameters)) AffineLine.calibrated
            | Tails.Fixed -> Array.zeroCreate (parameters bins tails)
    }
