namespace BgmFunctional.Flows

open System
open BgmFunctional.Autodiff

/// The head of an ordinal node with K levels 0 … K − 1: P(Y ≤ k) = σ(θ_k − s), cut points θ₀ = t₀, θ_k = θ_{k−1} + exp(t_k). Shifts s are
/// SUBTRACTED here, added for continuous nodes. Sick and Dürr, arXiv:2503.16206, section 3.
[<RequireQualifiedAccess>]
module internal OrderedLogit =

    /// Which cut point bounds each row's level above (Value) and below (Slope), one-hot, (n, K − 1); none for the top and the bottom.
    let features levels (codes: float[]) : Features =
        let width = levels - 1

        let oneHot shift =
            let values = Array.zeroCreate (codes.Length * width)

            codes
            |> Array.iteri (fun row code ->
                let cut = int code + shift

                if cut >= 0 && cut < width then
                    values[row * width + cut] <- 1.0)

            Tensor.view [| codes.Length; width |] values

        { Value = oneHot 0; Slope = oneHot -1 }

    /// (·, K − 1) parameters -> first number and log-increments -> increasing cut points, log-odds.
    let cutPoints (theta: Tensor) =
        let width = theta.Shape[1]
        let first = Tensor.slice 1 0 1 theta

        if width = 1 then
            first
        else
            let increments = exp (Tensor.slice 1 1 (width - 1) theta)
            Tensor.cumulativeSum (Tensor.concat 1 [ first; increments ])

    /// Parameters, (K − 1), whose levels have the shares that they have among the codes; a level that is not there counts half a row.
    let calibrated levels (codes: float[]) =
        let rows = Array.zeroCreate levels

        for code in codes do
            rows[int code] <- rows[int code] + 1.0

        let rows = rows |> Array.map (max 0.5)
        let below = Array.scan (+) 0.0 rows

        let cuts = Array.init (levels - 1) (fun k -> log below[k + 1] - log (below[levels] - below[k + 1]))

        Array.append [| cuts[0] |] (Array.pairwise cuts |> Array.map (fun (low, high) -> log (high - low)))

    /// log P(Y = y) = log(σ(θ_y − s) − σ(θ_{y−1} − s)) for each row, (n, 1), in log space: with a = θ_y − s and b = θ_{y−1} − s it is
    /// log σ(a) + log σ(−b) + log(1 − e^{b−a}), whose gradient survives saturation on either side.
    let logProb (features: Features) (theta: Tensor) (shift: Tensor option) =
        let cuts = cutPoints theta
        let width = theta.Shape[1]
        let hasUpper, hasLower = Tensor.sumKeep 1 features.Value, Tensor.sumKeep 1 features.Slope

        let shifted (cut: Tensor) =
            match shift with
            | Some shift -> cut - shift
            | None -> cut

        let below = hasUpper * Tensor.logSigmoid (shifted (rowDot features.Value cuts))
        let above = hasLower * Tensor.logSigmoid (-(shifted (rowDot features.Slope cuts)))

        if width = 1 then
            below + above
        else
            let gap =
                exp (rowDot (Tensor.slice 1 1 (width - 1) features.Value) (Tensor.slice 1 1 (width - 1) theta))

            let isInner = hasUpper * hasLower
            below + above + isInner * log (-(Tensor.expm1 (-gap)))

    /// The bounds (low, high) of each row's latent, given its level; infinite at the ends.
    let bounds levels (cuts: int -> int -> float) (shift: int -> float) (code: int) row =
        let low = if code = 0 then Double.NegativeInfinity else cuts row (code - 1) - shift row
        let high = if code = levels - 1 then Double.PositiveInfinity else cuts row code - shift row
        low, high

    /// The level of a latent: the number of cut points θ_k − s below u.
    let level levels (cuts: int -> int -> float) (shift: int -> float) (u: float) row =
        let mutable code = 0

        while code < levels - 1 && cuts row code - shift row < u do
            code <- code + 1

        code
