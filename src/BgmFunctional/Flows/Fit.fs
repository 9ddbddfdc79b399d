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

    let private collect (check: Node -> float[] -> Result<unit, DataError>) dag (values: float[][]) =
        List.zip (Dag.nodes dag) (List.ofArray values)
        |> List.tryPick (fun (node, values) ->
            match check node values with
            | Ok() -> None
            | Error error -> Some(FlowError.Data error))
        |> function
            | Some error -> Error error
            | None -> Ok values

    /// A column without variation teaches nothing and has no scale.
    let private checkVaries =
        collect (fun node values -> Column.varying node.Name (Column.Numeric values) |> Result.map ignore)

    let private scalesOf dag (values: float[][]) =
        List.zip (Dag.nodes dag) (List.ofArray values)
        |> List.choose (fun (node, values) ->
            match node.Kind with
            | Continuous _ -> Some(node.Name, Scale.ofValues values)
            | Ordinal _ -> None)
        |> Map.ofList

    /// The inputs of a node, float32, shared by all its shards.
    let private inputOf dag scales (values: float[][]) (node: Node) : NodeInput =
        let head = NodeModel.head node (Map.tryFind node.Name scales)

        {
            Features = NodeModel.features head values[Dag.position node.Name dag]
            Parents = Rows.parents dag scales values node
        }
        |> Tree.map (Tensor.cast Float32)

    /// Fixed shards over all validation rows.
    let private validationShards dag scales (values: float[][] option) node =
        match values with
        | None -> [||]
        | Some values ->
            let rows = values[0].Length
            let batches = Batches.create rows rows
            let shards = ShardRows.create batches
            ShardRows.fill batches [| 0 .. rows - 1 |] 0 shards
            let input = inputOf dag scales values node
            shards |> Array.map (ShardInput.create input)

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
        let rows = training[0].Length
        let batches = Batches.create rows options.BatchSize
        let perEpoch = Batches.count batches
        let shards = ShardRows.create batches
        let order = Array.zeroCreate rows

        let fits = Array.zeroCreate<NodeFit> nodes.Length

        team.Run(
            nodes.Length,
            fun i ->
                let node = nodes[i]
                let head = NodeModel.head node (Map.tryFind node.Name scales)
                let input = inputOf dag scales training node
                let widths = input.Parents |> List.map (fun x -> x.Shape[1])
                let weights = NodeModel.init (keyWeights.Child(int64 i)) options.Units head node widths
                let inputs = shards |> Array.map (ShardInput.create input)

                fits[i] <-
                    NodeFit(head, weights, inputs, perEpoch, validationShards dag scales validation node, options)
        )

        // Bodies are made once, so that handing work to the team allocates nothing.
        let active = ResizeArray [ 0 .. nodes.Length - 1 ]

        let validationCount =
            validation
            |> Option.map (fun (values: float[][]) -> (Batches.create values[0].Length values[0].Length).Shards)
            |> Option.defaultValue 0

        let mutable batch = 0
        let map = Action<int>(fun task -> fits[active[task / shards.Length]].MapShard(task % shards.Length))
        let step = Action<int>(fun task -> fits[active[task]].Step batch)

        let validate =
            Action<int>(fun task -> fits[active[task / validationCount]].Validate(task % validationCount))

        let mutable losses: Map<string, float * float option> = Map.empty
        let history = ResizeArray<Epoch>()
        let mutable failure = None

        let runEpoch epoch =
            (keyOrder.Child(int64 epoch)).Permute(Span order)

            for b in 0 .. perEpoch - 1 do
                batch <- b
                ShardRows.fill batches order b shards
                team.Run(active.Count * shards.Length, map)
                team.Run(active.Count, step)

            team.Run(active.Count * validationCount, validate)

            for i in active do
                let training, validation = fits[i].EndEpoch()
                losses <- losses.Add(nodes[i].Name, (training, validation))

                if not (Double.IsFinite training) && failure.IsNone then
                    failure <- Some(FlowError.Diverged(nodes[i].Name, epoch + 1))

            active.RemoveAll(fun i -> fits[i].IsFrozen) |> ignore

            history.Add {
                Training = losses |> Map.map (fun _ (training, _) -> training)
                Validation =
                    losses
                    |> Map.toSeq
                    |> Seq.choose (fun (name, (_, loss)) -> loss |> Option.map (fun loss -> name, loss))
                    |> Map.ofSeq
            }

            options.Progress {
                Epoch = epoch + 1
                Epochs = options.Epochs
                Losses = history[history.Count - 1]
                Active = [ for i in active -> nodes[i].Name ]
            }

        while history.Count < options.Epochs && active.Count > 0 && failure.IsNone do
            options.Cancellation.ThrowIfCancellationRequested()
            runEpoch history.Count

        match failure with
        | Some error -> Error error
        | None ->
            Ok {
                Dag = dag
                Units = options.Units
                Weights = nodes |> Array.mapi (fun i node -> node.Name, fits[i].Weights) |> Map.ofArray
                Scales = scales
                History = List.ofSeq history
                Provenance = {
                    Seed = options.Seed
                    Rows = rows
                    Epochs = history.Count
                    Library = typeof<FitResult>.Assembly.GetName().Version.ToString 3
                }
            }

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
