// Newton's method for a smooth function of few numbers, some of which have a lower bound: exact Hessian, Levenberg's damping where it is not
// positive definite, step halving; numbers that press against their bound stay there (Bertsekas, SIAM J. Control Optim. 20, 1982).
namespace BgmFunctional.Flows

open System
open BgmFunctional.Numerics

/// A function with its derivatives, p numbers to one.
[<NoComparison; NoEquality>]
type internal Objective = {
    /// Value and gradient.
    ValueAndGradient: float[] -> float * float[]
    /// (p, p).
    Hessian: float[] -> float[,]
}

/// Where a search has ended.
[<NoComparison; NoEquality>]
type internal Optimum = {
    Point: float[]
    Value: float
    Hessian: float[,]
    /// The last step: tiny, but for numbers that run off to infinity.
    Step: float[]
    /// Numbers that are held by their bounds.
    IsBound: bool[]
    Iterations: int
    IsConverged: bool
}

[<RequireQualifiedAccess>]
module internal Newton =

    /// The decrease that a step promises, after which the search ends. The error before this step is some 1e-5 standard errors, and after
    /// it the square of that.
    let private tolerance = 1e-10

    let private mostIterations = 200

    /// No number without bound moves further in a step, but for its own size, lest a bad quadratic model throws it where all is flat.
    let private longest = 4.0

    /// Pressed against its bound: so near, and downhill lies beyond.
    let private nearness = 1e-8

    /// A step down the quadratic model, with the damping that made it convex, tenfold more each time. It leaves alone the numbers that are
    /// bound, and goes from where it stands towards the minimum in the others, up to the first bound in the way, which binds a number more.
    let rec private direction
        (bounds: float[])
        (point: float[])
        (hessian: float[,])
        (gradient: float[])
        isBound
        damping
        stand
        =
        let places = [| 0 .. point.Length - 1 |]
        let free = places |> Array.filter (fun i -> not (Array.get isBound i))
        let largest = free |> Seq.map (fun i -> abs hessian[i, i]) |> Seq.fold max 1e-300
        let scale i = max (abs hessian[i, i]) (1e-12 * largest)

        let damped =
            Array2D.init free.Length free.Length (fun i j ->
                hessian[free[i], free[j]] + (if i = j then damping * scale free[i] else 0.0))

        let pull i = -gradient[i] - Array.sumBy (fun j -> hessian[i, j] * Array.get stand j) places

        match SymmetricMatrix.solve damped (Array.map pull free) with
        | None ->
            let damping = if damping = 0.0 then 1e-9 else 10.0 * damping
            direction bounds point hessian gradient isBound damping stand
        | Some part ->
            let more = Array.zeroCreate point.Length
            free |> Array.iteri (fun i place -> more[place] <- part[i])

            /// The share of the way at which a number meets its bound.
            let share i =
                if more[i] < 0.0 then
                    max 0.0 ((bounds[i] - point[i] - stand[i]) / more[i])
                else
                    infinity

            let reach = free |> Seq.map share |> Seq.fold min 1.0
            let next = Array.map2 (fun stand more -> stand + reach * more) stand more

            if reach < 1.0 then
                let isBound = places |> Array.map (fun i -> isBound[i] || share i <= reach)
                direction bounds point hessian gradient isBound damping next
            else
                next, damping

    let private shortened (bounds: float[]) (point: float[]) (step: float[]) =
        let excess i x = if Double.IsFinite bounds[i] then 1.0 else abs step[i] / (longest + abs x)
        let most = point |> Array.mapi excess |> Array.fold max 1.0
        step |> Array.map (fun x -> x / most)

    let private dot (x: float[]) (y: float[]) = Array.fold2 (fun sum x y -> sum + x * y) 0.0 x y

    /// The local minimum down from a point above the bounds (−∞ for none).
    let minimise (bounds: float[]) (objective: Objective) (start: float[]) : Optimum =

        /// The first of the step, its half, its quarter, … that, cut off at the bounds, keeps a share of what it promises, if any does.
        let rec descend (point: float[]) value (gradient: float[]) (step: float[]) halvings =
            let next = Array.map3 (fun bound x step -> max bound (x + step)) bounds point step
            let found, foundGradient = objective.ValueAndGradient next
            let promised = dot gradient (Array.map2 (-) next point)

            if Double.IsFinite found && found <= value + 1e-4 * promised + 1e-13 * abs value then
                Some(next, found, foundGradient)
            elif halvings = 0 then
                None
            else
                descend point value gradient (Array.map (fun x -> 0.5 * x) step) (halvings - 1)

        let rec search iteration damping (point: float[], value, gradient: float[]) =
            let hessian = objective.Hessian point
            let isBound = Array.mapi (fun i x -> x - bounds[i] <= nearness && gradient[i] > 0.0) point

            let step, damping =
                direction bounds point hessian gradient isBound damping (Array.zeroCreate point.Length)

            let curved = Array.init step.Length (fun i -> dot hessian[i, *] step)
            let promised = -(dot gradient step) - 0.5 * dot curved step

            let ended isConverged (point, value, _) = {
                Point = point
                Value = value
                Hessian = objective.Hessian point
                Step = step
                IsBound = isBound
                Iterations = iteration
                IsConverged = isConverged
            }

            match descend point value gradient (shortened bounds point step) 40 with
            | Some last when promised < tolerance -> ended true last
            | None when promised < 1e4 * tolerance -> ended true (point, value, gradient)
            | Some next when iteration < mostIterations ->
                search (iteration + 1) (if damping < 1e-7 then 0.0 else damping / 100.0) next
            | None when damping < 1e6 && iteration < mostIterations ->
                search (iteration + 1) (max 1e-3 (100.0 * damping)) (point, value, gradient)
            | _ -> ended false (point, value, gradient)

        let value, gradient = objective.ValueAndGradient start
        search 1 0.0 (start, value, gradient)
