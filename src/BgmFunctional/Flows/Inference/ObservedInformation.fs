// What the Hessian at a maximum of a node's likelihood, the observed information, says of the estimate: the covariance of what it reports, and the coefficients
// that the data leave open or that run off to infinity.
namespace BgmFunctional.Flows

open BgmFunctional.Data
open BgmFunctional.Numerics

/// What is wrong with an estimate, one line each.
type internal Findings = {
    /// No maximum was found, or the data leave a coefficient open.
    Faults: string list
    /// A coefficient runs off to infinity; what the estimate says about values has a limit all the same.
    Separations: string list
}

/// Inference from Hessians.
[<RequireQualifiedAccess>]
module internal ObservedInformation =

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

    /// What is known of a node by the optimum of its coordinates, which move the numbers in the free places.
    let infer
        dag
        scales
        head
        (node: Node)
        (values: float[])
        (coordinates: Coordinates)
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
