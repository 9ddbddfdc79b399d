// The log-likelihood of a node of linear shifts in what a search moves: its free numbers, and of a Bernstein polynomial the increments. float64, with the exact
// gradient and Hessian.
namespace BgmFunctional.Flows

open BgmFunctional.Autodiff
open BgmFunctional.Numerics

/// Where the log-likelihood is asked for, and along which direction its Hessian; (p) each.
type internal Question = { Numbers: Tensor; Direction: Tensor }

/// −log-likelihood, its gradient, and its Hessian times the direction.
type internal Answer = { Value: Tensor; Gradient: Tensor; Curvature: Tensor }

/// What the search moves: the free numbers, but of a Bernstein polynomial the increments softplus(t), in which its likelihood is
/// concave, and which have a bound that many of them reach.
type internal Coordinates = {
    Objective: Objective
    Bounds: float[]
    ToNumbers: float[] -> float[]
    OfNumbers: float[] -> float[]
    /// ∂number/∂coordinate at a point.
    Slopes: float[] -> float[]
}

/// Likelihoods of nodes.
[<RequireQualifiedAccess>]
module internal NodeLikelihood =

    let private questions dag head node (input: NodeInput) : Program<Question, Answer> =
        let loss numbers =
            -(Tensor.sum (
                NodeModel.logProb
                    NetworkUnits.defaults.Activation
                    head
                    (FreeNumbers.toWeights dag head node numbers)
                    input
            ))

        let answer question =
            let along numbers =
                let value, gradient = valueAndGrad loss numbers
                Tensor.dot gradient question.Direction, (value, gradient)

            let (_, (value, gradient)), curvature = valueAndGradWith along question.Numbers
            { Value = value; Gradient = gradient; Curvature = curvature }

        let zeros = Tensor.vector (Array.zeroCreate (FreeNumbers.count dag head node))
        Program.compile answer { Numbers = zeros; Direction = zeros }

    /// −log-likelihood of a node's rows as a function of its free numbers.
    let objective dag head node (input: NodeInput) : Objective =
        let program = questions dag head node input
        let size = FreeNumbers.count dag head node
        let unit i = Tensor.vector (Array.init size (fun j -> if i = j then 1.0 else 0.0))
        let units = Array.init size unit
        let ask numbers i = program.Run { Numbers = Tensor.vector numbers; Direction = units[i] }

        {
            ValueAndGradient =
                fun numbers ->
                    let answer = ask numbers 0
                    Tensor.item answer.Value, Tensor.toArray answer.Gradient
            Hessian =
                fun numbers ->
                    let rows = Array.init size (fun i -> Tensor.toArray (ask numbers i).Curvature)
                    Array2D.init size size (fun i j -> 0.5 * (rows[i][j] + rows[j][i]))
        }

    /// Numbers at which exp and softplus are as good as zero, and a cut point as good as infinite.
    let private vanishing, private far = -29.0, 30.0

    /// Where the search begins, and which numbers it holds: cut points where the shares of the levels put them, all else zero. A cut point
    /// beside levels without rows, at the end, is held far away, and in between on its neighbour, which is where the maximum lies.
    let start dag head node (values: float[]) : float[] * Set<int> =
        let numbers = Array.zeroCreate (FreeNumbers.count dag head node)

        match head with
        | Monotone _ -> numbers, Set.empty
        | Levelled levels ->
            let counts = Array.init levels (fun level -> values |> Seq.filter ((=) (float level)) |> Seq.length)

            let lowest, highest = Array.findIndex ((<) 0) counts, Array.findIndexBack ((<) 0) counts
            let below = Array.scan (+) 0 counts

            let cut k =
                if k < lowest then
                    -far
                else
                    Logistic.quantile (float below[k + 1] / float values.Length)

            let place k =
                if k = 0 then Some(cut 0), lowest > 0
                elif k = highest then Some(log far), true
                elif counts[k] = 0 then None, true
                else Some(log (cut k - cut (k - 1))), false

            let places = Array.init (levels - 1) place

            places
            |> Array.iteri (fun k (number, _) -> numbers[k] <- Option.defaultValue vanishing number)

            numbers,
            places
            |> Seq.indexed
            |> Seq.filter (fun (_, (_, isHeld)) -> isHeld)
            |> Seq.map fst
            |> Set.ofSeq

    let private leastIncrement = 1e-12

    /// eˣ − 1, accurate near 0.
    let private expm1 (x: float) = 2.0 * exp (0.5 * x) * sinh (0.5 * x)

    /// The coordinates of the numbers in these places; all others stay.
    let coordinates (objective: Objective) (node: Node) (numbers: float[]) (free: int[]) =
        let isIncrement =
            match node.Kind with
            | Continuous(Bernstein count) -> fun place -> place > 0 && place < count
            | Continuous _
            | Ordinal _ -> fun _ -> false

        let whole (part: float[]) =
            let all = Array.copy numbers

            free
            |> Array.iteri (fun i place ->
                all[place] <- if isIncrement place then part[i] + log (-(expm1 (-part[i]))) else part[i])

            all

        /// 1/σ(t) = 1/(1 − e⁻ʷ) for an increment w = softplus(t).
        let slopes (part: float[]) =
            Array.map2 (fun place x -> if isIncrement place then -1.0 / expm1 (-x) else 1.0) free part

        {
            Objective = {
                ValueAndGradient =
                    fun part ->
                        let value, gradient = objective.ValueAndGradient(whole part)
                        value, Array.map2 (fun place slope -> slope * gradient[place]) free (slopes part)
                Hessian =
                    fun part ->
                        let numbers = whole part
                        let hessian, gradient = objective.Hessian numbers, snd (objective.ValueAndGradient numbers)
                        let slopes = slopes part

                        // ∂²t/∂w² = −e⁻ʷ/(1 − e⁻ʷ)², times the gradient in t.
                        let bend i =
                            if isIncrement free[i] then
                                -(exp -part[i]) * slopes[i] * slopes[i] * gradient[free[i]]
                            else
                                0.0

                        Array2D.init free.Length free.Length (fun i j ->
                            slopes[i] * slopes[j] * hessian[free[i], free[j]]
                            + (if i = j then bend i else 0.0))
            }
            Bounds =
                free
                |> Array.map (fun place -> if isIncrement place then leastIncrement else -infinity)
            ToNumbers = whole
            OfNumbers =
                fun numbers ->
                    free
                    |> Array.map (fun place ->
                        if isIncrement place then log (1.0 + exp numbers[place]) else numbers[place])
            Slopes = slopes
        }
