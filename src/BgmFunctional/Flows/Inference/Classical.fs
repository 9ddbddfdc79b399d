// The exact maximum-likelihood estimate of a graph of linear shifts, node by node: full batch, float64, Newton's method with the exact
// Hessian of the node's own log-density; and from that Hessian the covariance of what it finds.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels

/// Classical fits.
[<RequireQualifiedAccess>]
module Classical =

    /// A node's estimate; the search begins at the node of another flow of the graph, if there is one.
    let private fitNode dag scales (columns: float[][]) (near: Flow option) (node: Node) =
        let head = NodeModel.head node (Map.tryFind node.Name scales)
        let values = columns[Dag.position node.Name dag]

        let input = {
            Features = NodeModel.features head values
            Parents = Rows.parents dag scales columns node
        }

        let start, held = NodeLikelihood.start dag head node values

        let start =
            match near with
            | None -> start
            | Some flow ->
                FreeNumbers.ofWeights flow.Weights[node.Name]
                |> Array.mapi (fun place number -> if held.Contains place then start[place] else number)

        let free = [| 0 .. start.Length - 1 |] |> Array.filter (held.Contains >> not)
        let objective = NodeLikelihood.objective dag head node input
        let coordinates = NodeLikelihood.coordinates objective node start free

        let optimum = Newton.minimise coordinates.Bounds coordinates.Objective (coordinates.OfNumbers start)

        let weights =
            FreeNumbers.toWeights dag head node (Tensor.vector (coordinates.ToNumbers optimum.Point))
            |> Tree.map Tensor.force

        weights, ObservedInformation.infer dag scales head node values coordinates free optimum, optimum.Iterations

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
                Provenance = Provenance.ofFit 0L (Rows.count columns) iterations
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
