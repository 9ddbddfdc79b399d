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

/// A node's losses of an epoch, nats.
type internal NodeLosses = { Training: float; Validation: float option }

/// The training of one node, in place. Nodes have independent gradients, so each trains as if it were alone. A batch is MapShard for every
/// shard, on any threads, then Step; an epoch ends with Validate for every validation shard, then EndEpoch.
[<Sealed>]
type internal NodeFit
    (
        head: Head,
        weights: NodeWeights,
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
        let logProb = NodeModel.logProb head weights (ShardInput.rows input)
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

    let initial = {
        Weights = weights
        Adam = Adam.init weights
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

    let mutable schedule = Schedule.init
    let mutable epochs = 0
    let mutable isFrozen = false
    let mutable best = infinity, weights

    /// True once the node has left the computation.
    member _.IsFrozen = isFrozen

    /// Number of weights.
    member _.Size = Tree.size weights

    /// A shard's part of the loss and the gradient.
    member _.MapShard shard = stepper.Map shard

    /// One step down the gradient that the shards have made together.
    member _.Step(batch: int) =
        let progress = (float epochs + float batch / float batchesPerEpoch) / float options.Epochs
        rate[0] <- float32 (options.LearningRate * Schedule.factor options.Schedule progress schedule)
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

        if options.RestoreBest && watched < fst best then
            best <- watched, stepper.State.Weights

        epochs <- epochs + 1
        schedule <- Schedule.advance options.Schedule watched schedule

        isFrozen <-
            options.FreezePatience
            |> Option.exists (fun patience ->
                Schedule.isSettled options.Schedule patience (float epochs / float options.Epochs) schedule)

        { Training = trainingLoss; Validation = validationLoss }

    /// The weights to keep.
    member _.Weights = if options.RestoreBest then snd best else stepper.State.Weights
