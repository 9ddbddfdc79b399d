// The exact maximum-likelihood estimate of a graph of linear shifts, node by node: full batch, float64, Newton's method with the exact
// Hessian of the node's own log-density; and from that Hessian the covariance of what it finds.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels

/// Where the log-likelihood is asked for, and along which direction its Hessian; (p) each.
type internal Question = { Numbers: Tensor; Direction: Tensor }

/// −log-likelihood, its gradient, and its Hessian times the direction.
type internal Answer = { Value: Tensor; Gradient: Tensor; Curvature: Tensor }

/// What is wrong with an estimate, one line each.
type internal Findings = {
    /// No maximum was found, or the data leave a coefficient open.
    Faults: string list
    /// A coefficient runs off to infinity; what the estimate says about values has a limit all the same.
    Separations: string list
}

/// Classical fits.
[<RequireQualifiedAccess>]
module Classical =

    // ---- one node's likelihood --------------------------------------------------------------------------------------

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
    let internal objective dag head node (input: NodeInput) : Objective =
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
    let internal start dag head node (values: float[]) : float[] * Set<int> =
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

    /// What the search moves: the free numbers, but of a Bernstein polynomial the increments softplus(t), in which its likelihood is
    /// concave, and which have a bound that many of them reach.
    type private Coordinates = {
        Objective: Objective
        Bounds: float[]
        ToNumbers: float[] -> float[]
        OfNumbers: float[] -> float[]
        /// ∂number/∂coordinate at a point.
        Slopes: float[] -> float[]
    }

    let private leastIncrement = 1e-12

    /// eˣ − 1, accurate near 0.
    let private expm1 (x: float) = 2.0 * exp (0.5 * x) * sinh (0.5 * x)

    let private coordinates (objective: Objective) (node: Node) (numbers: float[]) (free: int[]) =
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

    // ---- what the Hessian says --------------------------------------------------------------------------------------

    /// A number that a last step still moves so far is on its way to infinity.
    let private runningStep = 0.05

    /// An eigenvalue this small, of a Hessian whose diagonal is scaled to one, is a flat direction.
    let private leastEigenvalue = 1e-10

    /// The pseudo-inverse of a Hessian among the numbers that no bound holds, and its flat directions with the scale of each number.
    let private invert (isBound: bool[]) (hessian: float[,]) : float[,] * (float[] * float[])[] =
        let p = Array2D.length1 hessian

        let largest =
            Seq.init p (fun i -> if isBound[i] then 0.0 else hessian[i, i])
            |> Seq.fold max 0.0

        let isCurved i = not isBound[i] && hessian[i, i] > 1e-16 * largest
        let scales = Array.init p (fun i -> 1.0 / sqrt (if isCurved i then hessian[i, i] else max largest 1.0))

        let scaled i j =
            if isCurved i && isCurved j then scales[i] * scales[j] * hessian[i, j]
            elif i = j && isBound[i] then 1.0
            else 0.0

        let values, vectors = SymmetricMatrix.eigen (Array2D.init p p scaled)
        let sound, flat = [| 0 .. p - 1 |] |> Array.partition (fun k -> values[k] >= leastEigenvalue)

        let inverse =
            Array2D.init p p (fun i j ->
                let along k = vectors[i, k] * vectors[j, k] / values[k]

                if isBound[i] || isBound[j] then
                    0.0
                else
                    scales[i] * scales[j] * Array.sumBy along sound)

        inverse, flat |> Array.map (fun k -> scales, vectors[*, k])

    /// Whether a reported number, by its derivatives, changes along a direction beyond rounding.
    let private moves (derivatives: float[]) (scales: float[], direction: float[]) =
        let slopes = Array.map2 (*) derivatives scales
        let along = Array.fold2 (fun sum x y -> sum + x * y) 0.0 slopes direction
        abs along > 1e-6 * sqrt (slopes |> Array.sumBy (fun x -> x * x))

    let private emptyLevels (node: Node) (values: float[]) =
        match node.Kind with
        | Continuous _ -> []
        | Ordinal levels ->
            let found = Set.ofArray values

            Levels.names levels
            |> List.indexed
            |> List.filter (fun (code, _) -> not (found.Contains(float code)))
            |> List.map snd

    /// Warnings of the coefficients at these places, one a parent.
    let private warnings (node: Node) (estimands: Estimand list) (places: int list) reason =
        places
        |> List.choose (fun i ->
            match estimands[i] with
            | Effect(parent, level) -> Some(parent, level)
            | Cut _ -> None)
        |> List.groupBy fst
        |> List.map (fun (parent, group) ->
            let levels =
                match List.choose snd group with
                | [] -> ""
                | [ level ] -> $" (level {level})"
                | levels ->
                    let list = String.concat ", " levels
                    $" (levels {list})"

            $"node '{node.Name}': the coefficient of '{parent}'{levels} {reason}; it has no standard error")

    let private infer
        dag
        scales
        head
        (node: Node)
        (values: float[])
        coordinates
        (free: int[])
        (optimum: Optimum)
        : NodeInference * Findings =
        let estimands = FreeNumbers.estimands dag node
        let slopes = coordinates.Slopes optimum.Point
        let numbers = coordinates.ToNumbers optimum.Point
        let _, derivatives = FreeNumbers.reported dag scales head node numbers

        let derivatives =
            derivatives
            |> Array.map (fun row -> Array.map2 (fun place slope -> row[place] * slope) free slopes)

        let inverse, flat = invert optimum.IsBound optimum.Hessian
        let places = [ 0 .. derivatives.Length - 1 ]
        let theta = NodeModel.parameters head
        let empty = emptyLevels node values

        let isRunning i =
            derivatives[i]
            |> Array.indexed
            |> Array.exists (fun (j, slope) -> free[j] >= theta && slope <> 0.0 && abs optimum.Step[j] > runningStep)

        let isOpen i = flat |> Array.exists (moves derivatives[i])

        let isBesideEmpty i =
            match estimands[i] with
            | Cut(below, above) -> List.contains below empty || List.contains above empty
            | Effect _ -> false

        let running = places |> List.filter isRunning
        let opened = places |> List.filter isOpen |> List.except running

        let unknown =
            places
            |> List.filter (fun i -> not optimum.IsConverged || isRunning i || isOpen i || isBesideEmpty i)
            |> Set.ofList

        let covariance =
            SymmetricMatrix.sandwich derivatives inverse
            |> Array.mapi (fun i row ->
                row
                |> Array.mapi (fun j cell -> if unknown.Contains i || unknown.Contains j then nan else cell))

        let unconverged = [
            if not optimum.IsConverged then
                $"node '{node.Name}': the search stopped after {optimum.Iterations} steps without a maximum of the likelihood"
        ]

        let empty = [
            for level in empty do
                $"node '{node.Name}': no row has level {level}, so the cut points beside it have no standard error"
        ]

        let separations =
            warnings node estimands running "runs off to infinity, as this parent separates the node's values"

        let undetermined =
            warnings
                node
                estimands
                opened
                "is not determined by the data: no row has the level, or other columns add up to the same"

        {
            LogLikelihood = -optimum.Value
            Parameters = optimum.Point.Length - flat.Length
            Covariance = covariance
            Warnings = unconverged @ empty @ separations @ undetermined
        },
        { Faults = unconverged @ undetermined; Separations = separations }

    // ---- the fit ----------------------------------------------------------------------------------------------------

    /// A node's estimate; the search begins at the node of another flow of the graph, if there is one.
    let private fitNode dag scales (columns: float[][]) (near: Flow option) (node: Node) =
        let head = NodeModel.head node (Map.tryFind node.Name scales)
        let values = columns[Dag.position node.Name dag]

        let input = {
            Features = NodeModel.features head values
            Parents = Rows.parents dag scales columns node
        }

        let start, held = start dag head node values

        let start =
            match near with
            | None -> start
            | Some flow ->
                FreeNumbers.ofWeights flow.Weights[node.Name]
                |> Array.mapi (fun place number -> if held.Contains place then start[place] else number)

        let free = [| 0 .. start.Length - 1 |] |> Array.filter (held.Contains >> not)
        let coordinates = coordinates (objective dag head node input) node start free

        let optimum = Newton.minimise coordinates.Bounds coordinates.Objective (coordinates.OfNumbers start)

        let weights =
            FreeNumbers.toWeights dag head node (Tensor.vector (coordinates.ToNumbers optimum.Point))
            |> Tree.map Tensor.force

        weights, infer dag scales head node values coordinates free optimum, optimum.Iterations

    let private checkLinear dag : Result<unit, FlowError> =
        let other (node: Node) =
            node.Terms
            |> List.tryFind (fun term -> not term.IsLinearShift)
            |> Option.map (fun term -> FlowError.NotLinear(node.Name, List.head (Term.parents term), Term.label term))

        match Dag.nodes dag |> List.tryPick other with
        | Some error -> Error error
        | None -> Ok()

    let private estimate dag (columns: float[][]) scales near (team: Team) =
        let watch = Diagnostics.Stopwatch.StartNew()
        let nodes = Dag.nodes dag |> List.toArray
        let found = Array.zeroCreate nodes.Length
        team.Run(nodes.Length, fun i -> found[i] <- fitNode dag scales columns near nodes[i])
        let iterations = found |> Array.map (fun (_, _, iterations) -> iterations) |> Array.max

        let byNode pick =
            Array.map2 (fun (node: Node) found -> node.Name, pick found) nodes found
            |> Map.ofArray

        let inference = byNode (fun (_, (inference, _), _) -> inference)
        let findings = found |> List.ofArray |> List.map (fun (_, (_, findings), _) -> findings)

        {
            Flow = {
                Dag = dag
                Units = NetworkUnits.defaults
                Weights = byNode (fun (weights, _, _) -> weights)
                Scales = scales
                History = []
                Provenance = {
                    Seed = 0L
                    Rows = Rows.count columns
                    Epochs = iterations
                    Library = Fit.library
                }
                Inference = inference
                Recipe = Recipe.ofFit Exact columns None
            }
            Nll =
                inference
                |> Map.map (fun _ node -> -node.LogLikelihood / float (Rows.count columns))
            ValidationNll = None
            Epochs = iterations
            Seconds = watch.Elapsed.TotalSeconds
        },
        {
            Faults = findings |> List.collect _.Faults
            Separations = findings |> List.collect _.Separations
        }

    /// The estimate and what is wrong with it; the search begins at another flow of the graph, if there is one.
    let internal refit team near dag frame : Result<FitResult * Findings, FlowError> =
        TrainingRows.encode dag frame
        |> Result.map (fun (columns, scales) -> estimate dag columns scales near team)

    /// The maximum-likelihood estimate of a graph whose terms are all linear shifts, with what Flow.inference tells about it. Deterministic: the same bits
    /// on any number of threads, 1 or more. The result's epochs are the steps of the slowest node.
    let fit (threads: int) (dag: Dag) (frame: Frame) : Result<FitResult, FlowError> =
        FitOptions.check { FitOptions.defaults with Threads = threads } false
        |> Result.bind (fun _ -> checkLinear dag)
        |> Result.bind (fun () ->
            use team = new Team(threads)
            refit team None dag frame |> Result.map fst)
