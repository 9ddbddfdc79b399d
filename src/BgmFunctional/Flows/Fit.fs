// Fitting a flow: all nodes side by side, batch by batch, each with its own schedule, on a team of threads.
namespace BgmFunctional.Flows

open System
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A fitted flow and its losses on the data it was fitted to.
type FitResult = {
    /// What was fitted.
    Flow: Flow
    /// Mean negative log-likelihood of each node on the training rows, nats.
    Nll: Map<string, float>
    /// The same on the validation rows, if there were any.
    ValidationNll: Map<string, float> option
    /// Epochs run.
    Epochs: int
    /// Wall-clock time of the training, seconds.
    Seconds: float
}

/// Fitting.
[<RequireQualifiedAccess>]
module Fit =

    /// A column without variation teaches nothing and has no scale.
    let internal checkVaries dag (values: float[][]) : Result<float[][], FlowError> =
        List.zip (Dag.nodes dag) (List.ofArray values)
        |> Result.traverse (fun (node, values) -> Column.varying node.Name (Column.Numeric values))
        |> Result.map List.toArray
        |> Result.mapError FlowError.Data

    let internal scalesOf dag (values: float[][]) =
        List.zip (Dag.nodes dag) (List.ofArray values)
        |> List.choose (fun (node, values) ->
            match node.Kind with
            | Continuous _ -> Some(node.Name, Scale.ofValues values)
            | Ordinal _ -> None)
        |> Map.ofList

    /// This library's version.
    let internal library = typeof<FitResult>.Assembly.GetName().Version.ToString 3

    /// A node's inputs to its compiled programs: all rows in float32, seen through the rows of each shard.
    let private inputs dag scales (values: float[][]) (node: Node) (shards: ShardRows[]) =
        let head = NodeModel.head node (Map.tryFind node.Name scales)

        let input: NodeInput =
            {
                Features = NodeModel.features head values[Dag.position node.Name dag]
                Parents = Rows.parents dag scales values node
            }
            |> Tree.map (Tensor.cast Float32)

        shards |> Array.map (ShardInput.create input)

    /// Fixed shards over all validation rows.
    let private validationShards (values: float[][] option) =
        match values with
        | None -> [||]
        | Some values ->
            let batches = Batches.whole (Rows.count values)
            let shards = ShardRows.create batches
            ShardRows.fill batches [| 0 .. batches.Rows - 1 |] 0 shards
            shards

    let private train
        dag
        scales
        (training: float[][])
        (validation: float[][] option)
        (options: FitOptions)
        (team: Team)
        =
        let key = Key.OfSeed options.Seed
        let keyWeights, keyOrder = key.Child 0L, key.Child 1L
        let nodes = Dag.nodes dag |> List.toArray
        let batches = Batches.create (Rows.count training) options.BatchSize
        let shards = ShardRows.create batches
        let held = validationShards validation

        let nodeFit i node =
            let head = NodeModel.head node (Map.tryFind node.Name scales)
            let trainingInputs = inputs dag scales training node shards
            let validationInputs = validation |> Option.map (fun values -> inputs dag scales values node held)
            let widths = trainingInputs[0].Data.Parents |> List.map (fun x -> x.Shape[1])
            let weights = NodeModel.init (keyWeights.Child(int64 i)) options.Units head node widths

            let weights =
                if options.MarginalInit then
                    NodeModel.calibrate head training[i] weights
                else
                    weights

            NodeFit(
                head,
                weights,
                trainingInputs,
                Batches.count batches,
                Option.defaultValue [||] validationInputs,
                options
            )

        let fits = Array.zeroCreate nodes.Length
        team.Run(nodes.Length, fun i -> fits[i] <- nodes[i].Name, nodeFit i nodes[i])
        let run = Training(fits, batches, shards, held.Length, keyOrder, team)

        let rec epochs (history: Epoch list) =
            options.Cancellation.ThrowIfCancellationRequested()
            let epoch = run.RunEpoch history.Length
            let history = epoch :: history

            options.Progress {
                Epoch = history.Length
                Epochs = options.Epochs
                Losses = epoch
                Active = run.Active
            }

            match epoch.Training |> Map.tryFindKey (fun _ loss -> not (Double.IsFinite loss)) with
            | Some node -> Error(FlowError.Diverged(node, history.Length))
            | None when history.Length < options.Epochs && not run.Active.IsEmpty -> epochs history
            | None -> Ok(List.rev history)

        epochs []
        |> Result.map (fun history -> {
            Dag = dag
            Units = options.Units
            Weights = fits |> Array.map (fun (name, fit) -> name, fit.Weights) |> Map.ofArray
            Scales = scales
            History = history
            Provenance = {
                Seed = options.Seed
                Rows = batches.Rows
                Epochs = history.Length
                Library = library
            }
            Inference = Map.empty
        })

    /// Fits a flow to data by maximum likelihood. Everything is checked before any work; the columns must be exactly the nodes.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run
        (dag: Dag)
        (options: FitOptions)
        (training: Frame)
        (validation: Frame option)
        : Result<FitResult, FlowError> =
        let encodeValidation =
            match validation with
            | Some frame -> Rows.encode dag frame |> Result.map Some
            | None -> Ok None

        FitOptions.check options validation.IsSome
        |> Result.bind (fun options -> Rows.encode dag training |> Result.map (fun values -> options, values))
        |> Result.bind (fun (options, values) -> checkVaries dag values |> Result.map (fun values -> options, values))
        |> Result.bind (fun (options, values) ->
            encodeValidation |> Result.map (fun validation -> options, values, validation))
        |> Result.bind (fun (options, values, validation) ->
            use team = new Team(options.Threads)
            let watch = Diagnostics.Stopwatch.StartNew()

            train dag (scalesOf dag values) values validation options team
            |> Result.map (fun flow ->
                let seconds = watch.Elapsed.TotalSeconds

                {
                    Flow = flow
                    Nll = Density.nll team flow values
                    ValidationNll = validation |> Option.map (Density.nll team flow)
                    Epochs = flow.Provenance.Epochs
                    Seconds = seconds
                }))

    /// Splits rows at random into training and validation rows; the share is that of validation rows.
    let split (seed: int64) (share: float) (frame: Frame) : Result<Frame * Frame, FlowError> =
        let rows = Frame.rowCount frame
        let held = int (round (share * float rows))

        if not (share > 0.0 && share < 1.0) || held < 1 || held >= rows then
            Error(
                FlowError.BadOption(
                    "validation",
                    string share,
                    $"a share of {rows} rows between 0 and 1 that leaves rows on both sides"
                )
            )
        else
            let order = Array.zeroCreate rows
            ((Key.OfSeed seed).Child 2L).Permute(Span order)
            Ok(Frame.take order[held..] frame, Frame.take order[.. held - 1] frame)
