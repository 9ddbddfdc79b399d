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

    /// Fresh weights of the nodes, or those of a flow.
    let private begun dag scales (training: float[][]) (options: FitOptions) (start: Flow option) : CarriedFit =
        let keyWeights = (Key.OfSeed options.Seed).Child 0L

        let fresh i (node: Node) =
            let head = NodeModel.head node (Map.tryFind node.Name scales)
            let widths = Encoding.widths dag node
            let weights = NodeModel.init (keyWeights.Child(int64 i)) options.Units head node widths

            if options.MarginalInit then
                NodeModel.calibrate head training[i] weights
            else
                weights

        let weights i (node: Node) =
            match start with
            | Some flow -> flow.Weights[node.Name]
            | None -> fresh i node

        {
            History = []
            Nodes =
                Dag.nodes dag
                |> List.mapi (fun i node -> node.Name, CarriedNode.init options (weights i node))
                |> Map.ofList
        }

    /// The training from where it stands to its end: its epochs, the latest first, and the weights.
    let private train
        dag
        scales
        (training: float[][])
        (validation: float[][] option)
        (options: FitOptions)
        (save: CarriedFit -> Result<unit, FlowError>)
        (start: CarriedFit)
        (team: Team)
        =
        let nodes = Dag.nodes dag |> List.toArray
        let batches = Batches.create (Rows.count training) options.BatchSize
        let shards = ShardRows.create batches
        let held = validationShards validation

        let nodeFit (node: Node) =
            let head = NodeModel.head node (Map.tryFind node.Name scales)
            let validationInputs = validation |> Option.map (fun values -> inputs dag scales values node held)

            NodeFit(
                head,
                start.Nodes[node.Name],
                start.History.Length,
                inputs dag scales training node shards,
                Batches.count batches,
                Option.defaultValue [||] validationInputs,
                options
            )

        let fits = Array.zeroCreate nodes.Length
        team.Run(nodes.Length, fun i -> fits[i] <- nodes[i].Name, nodeFit nodes[i])
        let keyOrder = (Key.OfSeed options.Seed).Child 1L
        let run = Training(fits, List.tryHead start.History, batches, shards, held.Length, keyOrder, team)

        let isDue =
            options.Checkpoint
            |> Option.map Checkpoint.due
            |> Option.defaultValue (fun _ -> false)

        let byNode pick = fits |> Array.map (fun (name, fit: NodeFit) -> name, pick fit) |> Map.ofArray
        let saveAfter history = save { History = history; Nodes = byNode _.Carried }

        let advance (history: Epoch list) =
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
            | None when isDue history.Length -> saveAfter history |> Result.map (fun () -> history)
            | None -> Ok history

        let rec epochs (history: Epoch list) =
            if history.Length >= options.Epochs || run.Active.IsEmpty then
                saveAfter history |> Result.map (fun () -> history)
            elif options.Cancellation.IsCancellationRequested then
                saveAfter history
                |> Result.bind (fun () -> raise (OperationCanceledException options.Cancellation))
            else
                match advance history with
                | Ok history -> epochs history
                | Error error -> Error error

        epochs start.History |> Result.map (fun history -> history, byNode _.Weights)

    /// A fit from fresh weights, or from those of a flow with its scales.
    let internal from
        (start: Flow option)
        dag
        (options: FitOptions)
        (training: Frame)
        (validation: Frame option)
        : Result<FitResult, FlowError> =

        let estimate (values: float[][]) scales (validation: float[][] option) =
            use team = new Team(options.Threads)
            let watch = Diagnostics.Stopwatch.StartNew()
            let recipe = Recipe.ofFit (Trained options) values validation
            let begun = begun dag scales values options start

            let carried, save =
                match options.Checkpoint with
                | None -> Ok begun, (fun _ -> Ok())
                | Some plan ->
                    let origin = FitCheckpoint.origin dag options recipe
                    FitCheckpoint.load plan origin options begun, FitCheckpoint.save plan origin

            carried
            |> Result.bind (fun carried -> train dag scales values validation options save carried team)
            |> Result.map (fun (history, weights) ->
                let seconds = watch.Elapsed.TotalSeconds

                let flow = {
                    Dag = dag
                    Units = options.Units
                    Weights = weights
                    Scales = scales
                    History = List.rev history
                    Provenance = Provenance.ofFit options.Seed (Rows.count values) history.Length
                    Inference = Map.empty
                    Recipe = recipe
                }

                {
                    Flow = flow
                    Nll = Density.nll team flow values
                    ValidationNll = validation |> Option.map (Density.nll team flow)
                    Epochs = history.Length
                    Seconds = seconds
                })

        FitOptions.check options validation.IsSome
        |> Result.bind (fun _ -> TrainingRows.encode dag training)
        |> Result.bind (fun (values, scales) ->
            let scales = start |> Option.map _.Scales |> Option.defaultValue scales

            TrainingRows.encodeValidation dag scales validation
            |> Result.bind (estimate values scales))

    /// Fits a flow to data by maximum likelihood. Everything is checked before any work; the columns must be exactly the nodes.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled; a checkpoint, if the options want any, has what
    /// was done.</exception>
    let run
        (dag: Dag)
        (options: FitOptions)
        (training: Frame)
        (validation: Frame option)
        : Result<FitResult, FlowError> =
        from None dag options training validation

    /// Refuses rows that a fit would refuse; asked of all rows before some are put aside for validation, it names the right one.
    let check (dag: Dag) (rows: Frame) : Result<unit, FlowError> = TrainingRows.encode dag rows |> Result.map ignore

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
