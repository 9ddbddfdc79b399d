namespace BgmFunctional.Flows

open BgmFunctional.Kernels
open BgmFunctional.Autodiff
open BgmFunctional.Optim

/// What a step of training carries on: weights, moments, and the sum of the epoch's batch losses so far, (1).
type internal NodeState = { Weights: NodeWeights; Adam: Adam.State<NodeWeights>; LossSum: Tensor }

/// What decides about a step besides the data: the rate, and 0 to begin a new sum of losses or 1 to go on, (1) each.
type internal StepControl = { Rate: Tensor; GoOn: Tensor }

/// A shard's share of the batch's loss, (1), and of its gradient.
type internal ShardPart = { Loss: Tensor; Gradient: NodeWeights }

/// The tensors that a node's training carries from epoch to epoch.
type internal NodeTensors = {
    Weights: NodeWeights
    Adam: Adam.State<NodeWeights>
    /// Those of its best epoch, where they are to be kept.
    Best: NodeWeights option
}

/// What else it carries: what its losses have decided so far.
type NodeRecord = {
    /// Of its learning rate.
    Schedule: ScheduleState
    /// The loss of its best epoch, nats; infinite where that does not matter.
    BestLoss: float
    /// Whether it has left the computation.
    IsFrozen: bool
}

/// What a node's training carries from epoch to epoch.
type internal CarriedNode = { Tensors: NodeTensors; Record: NodeRecord }

[<RequireQualifiedAccess>]
module internal CarriedNode =
    /// Before the first epoch.
    let init (options: FitOptions) weights = {
        Tensors = {
            Weights = weights
            Adam = Adam.init weights
            Best = if options.RestoreBest then Some weights else None
        }
        Record = { Schedule = Schedule.init; BestLoss = infinity; IsFrozen = false }
    }

/// A node's losses of an epoch, nats.
type internal NodeLosses = { Training: float; Validation: float option }

/// The training of one node, in place. Nodes have independent gradients, so each trains as if it were alone. A batch is MapShard for every
/// shard, on any threads, then Step; an epoch ends with Validate for every validation shard, then EndEpoch.
[<Sealed>]
type internal NodeFit
    (
        head: Head,
        carried: CarriedNode,
        epochsDone: int,
        training: ShardInput<NodeInput>[],
        batchesPerEpoch: int,
        validation: ShardInput<NodeInput>[],
        options: FitOptions
    ) =

    let rate = [| 0.0f |]
    let goOn = [| 0.0f |]

    let control = { Rate = Tensor.view [| 1 |] rate; GoOn = Tensor.view [| 1 |] goOn }

    /// −Σ weight·log p over a shard's rows.
    let loss weights (input: ShardInput<NodeInput>) =
        let logProb = NodeModel.logProb options.Units.Activation head weights (ShardInput.rows input)
        -(Tensor.sum (input.Weights * logProb))

    let map (state: NodeState) input =
        let loss, gradient = valueAndGrad (fun weights -> loss weights input) state.Weights

        { Loss = Tensor.reshape [| 1 |] loss; Gradient = gradient }

    let reduce (state: NodeState) (parts: ShardPart list) control =
        let loss = parts |> List.map _.Loss |> List.reduce (+)
        let gradient = parts |> List.map _.Gradient |> List.reduce (Tree.map2 (+))
        let weights, adam = Adam.update Adam.Config.defaults control.Rate gradient state.Adam state.Weights

        {
            Weights = weights
            Adam = adam
            LossSum = control.GoOn * state.LossSum + loss
        }

    let initial: NodeState = {
        Weights = carried.Tensors.Weights
        Adam = carried.Tensors.Adam
        LossSum = Tensor.float32 [| 1 |] [| 0.0f |]
    }

    let stepper = ShardedStepper.compile map reduce initial training[0] training.Length control

    do
        training |> Array.iteri (fun i input -> stepper.BindShard(i, input))
        stepper.BindControl control

    let lossSum = stepper.Observe((fun state () -> state.LossSum), [| () |])

    let validator =
        if validation.Length = 0 then
            None
        else
            Some(stepper.Observe((fun state input -> loss state.Weights input), validation))

    let mutable record = carried.Record
    let mutable best = carried.Tensors.Best
    let mutable epochs = epochsDone

    /// True once the node has left the computation.
    member _.IsFrozen = record.IsFrozen

    /// Number of weights.
    member _.Size = Tree.size carried.Tensors.Weights

    /// A shard's part of the loss and the gradient.
    member _.MapShard shard = stepper.Map shard

    /// One step down the gradient that the shards have made together.
    member _.Step(batch: int) =
        let progress = (float epochs + float batch / float batchesPerEpoch) / float options.Epochs
        rate[0] <- float32 (options.LearningRate * Schedule.factor options.Schedule progress record.Schedule)
        goOn[0] <- if batch = 0 then 0.0f else 1.0f
        stepper.Reduce()

    /// A shard's part of the validation loss.
    member _.Validate shard = validator |> Option.iter (fun validator -> validator.Run shard)

    /// The epoch's losses; moves the schedule on.
    member _.EndEpoch() : NodeLosses =
        lossSum.Run 0
        let trainingLoss = Tensor.item (lossSum.Output 0) / float batchesPerEpoch

        let validationLoss =
            validator
            |> Option.map (fun validator -> Seq.sum (Seq.init validator.Count (validator.Output >> Tensor.item)))

        let watched = Option.defaultValue trainingLoss validationLoss

        let isBest = options.RestoreBest && watched < record.BestLoss

        if isBest then
            best <- Some stepper.State.Weights

        epochs <- epochs + 1
        let schedule = Schedule.advance options.Schedule watched record.Schedule

        record <- {
            Schedule = schedule
            BestLoss = if isBest then watched else record.BestLoss
            IsFrozen =
                options.FreezePatience
                |> Option.exists (fun patience ->
                    Schedule.isSettled options.Schedule patience (float epochs / float options.Epochs) schedule)
        }

        { Training = trainingLoss; Validation = validationLoss }

    /// What the training carries on.
    member _.Carried: CarriedNode =
        let state = stepper.State

        {
            Tensors = { Weights = state.Weights; Adam = state.Adam; Best = best }
            Record = record
        }

    /// The weights to keep.
    member _.Weights = best |> Option.defaultWith (fun () -> stepper.State.Weights)
