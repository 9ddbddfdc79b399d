namespace BgmFunctional.Flows

open BgmFunctional.Autodiff
open BgmFunctional.Numerics

/// The distribution of a node in n rows given its parents there: its parameters θ, (n, P) or (1, P), and its shift, (n, 1) or none. Float64.
[<NoComparison; NoEquality>]
type internal Conditional = { Head: Head; Theta: Tensor; Shift: Tensor option }

/// From values to latents and back. The latent of x is the log-odds of a value at most x, so that P(X ≤ x) = σ(u).
[<RequireQualifiedAccess>]
module internal Conditional =

    /// Given each term's parents, (n, f).
    let create (ready: ReadyNode) (parents: Tensor list) : Conditional =
        let theta, shift = NodeModel.conditioners ready.Activation ready.Weights parents

        {
            Head = ready.Head
            Theta = Tensor.force theta
            Shift = Option.map Tensor.force shift
        }

    let private rowReader (x: Tensor) =
        let values = Tensor.toArray x
        let width = x.Shape[1]

        if x.Shape[0] = 1 then
            (fun _ k -> values[k])
        else
            (fun row k -> values[row * width + k])

    let private shiftReader (shift: Tensor option) =
        match shift with
        | Some shift ->
            let values = Tensor.toArray shift
            fun row -> values[row]
        | None -> fun _ -> 0.0

    /// The values of latents, (n).
    let values (given: Conditional) (u: float[]) : float[] =
        let shiftOf = shiftReader given.Shift

        match given.Head with
        | Monotone transformation -> transformation.Inverse given.Theta (u |> Array.mapi (fun row u -> u - shiftOf row))
        | Levelled levels ->
            let cuts = rowReader (OrderedLogit.cutPoints given.Theta)

            u
            |> Array.mapi (fun row u -> float (OrderedLogit.level levels cuts shiftOf u row))

    /// The interval of latents, open below, that makes a level, by row.
    let private interval (given: Conditional) levels : int -> int -> float * float =
        let cuts = rowReader (OrderedLogit.cutPoints given.Theta)
        let shiftOf = shiftReader given.Shift
        fun row code -> OrderedLogit.bounds levels cuts shiftOf code row

    /// The latents of a continuous node's values, (n), and log du/dx, (n, 1).
    let private latentsAndSlopes (transformation: Transformation) (given: Conditional) (x: float[]) =
        let h, logSlope = transformation.Forward (transformation.Features x) given.Theta
        let shiftOf = shiftReader given.Shift
        Tensor.toArray h |> Array.mapi (fun row h -> h + shiftOf row), logSlope

    /// The latents of values, (n); p places an ordinal node's latent inside its level's interval.
    let latents (given: Conditional) (x: float[]) (p: float[]) : float[] =
        match given.Head with
        | Monotone transformation -> fst (latentsAndSlopes transformation given x)
        | Levelled levels ->
            let interval = interval given levels

            x
            |> Array.mapi (fun row code ->
                let low, high = interval row (int code)
                Logistic.truncatedQuantile low high p[row])

    /// log(P(X ≤ x) / P(X > x)), (n); +∞ at the top level of an ordinal node.
    let logOdds (given: Conditional) (x: float[]) : float[] =
        match given.Head with
        | Monotone transformation -> fst (latentsAndSlopes transformation given x)
        | Levelled levels ->
            let interval = interval given levels
            x |> Array.mapi (fun row code -> snd (interval row (int code)))

    /// Σ_k w_k·P(X = k) of an ordinal node, (n): by parts, w_top + Σ_k (w_k − w_{k+1})·P(X ≤ k).
    let weighted (given: Conditional) rows (weights: float[]) : float[] =
        let interval = interval given weights.Length

        Array.init rows (fun row ->
            let mutable sum = Array.last weights

            for k in 0 .. weights.Length - 2 do
                let step = weights[k] - weights[k + 1]

                if step <> 0.0 then
                    sum <- sum + step * Logistic.cdf (snd (interval row k))

            sum)

    /// P(X ≤ x) and the density at x of a continuous node, (n) each.
    let cdfAndDensity (given: Conditional) (x: float[]) : float[] * float[] =
        match given.Head with
        | Levelled _ -> invalidArg (nameof given) "a continuous node is needed"
        | Monotone transformation ->
            let u, logSlope = latentsAndSlopes transformation given x
            let slope = Tensor.toArray (exp logSlope)
            Array.map Logistic.cdf u, Array.map2 (fun u slope -> Logistic.density u * slope) u slope
