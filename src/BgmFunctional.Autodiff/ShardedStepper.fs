namespace BgmFunctional.Autodiff

/// A compiled function of a stepper's present state and of some inputs, such as the loss on shards of validation rows.
[<Sealed>]
type Observer<'Input, 'Output> internal (state: Slot[], routines: Routine[], output: 'Output) =

    /// Number of inputs.
    member _.Count = routines.Length

    /// Runs on input i and the stepper's present state. Different inputs may run at once.
    member _.Run(i: int) =
        for s in 0 .. state.Length - 1 do
            routines[i].Inputs[s].Follow state[s]

        routines[i].Execute()

    /// Copies of the outputs of the last run on input i.
    member _.Output(i: int) : 'Output = Trace.read routines[i].Outputs output

/// A compiled step whose work falls into shards of rows: map runs on each shard, on any thread and in any order, then reduce makes the new
/// state from the parts in their order. The shards are part of the step, not of the machine, so the bits do not depend on
/// the number of threads.
[<Sealed>]
type ShardedStepper<'State, 'Shard, 'Part, 'Control>
    internal
    (
        shards: Routine[],
        reduce: Routine,
        initial: 'State,
        state: Tensor[],
        shardInput: Tensor[],
        partCount: int,
        controls: Tensor[]
    ) =

    let count = state.Length
    let stateIn = reduce.Inputs[.. count - 1]
    let parts = reduce.Inputs[count .. count + shards.Length * partCount - 1]
    let controlIn = reduce.Inputs[count + parts.Length ..]

    do
        Trace.bindCopy stateIn state initial

        shards
        |> Array.iteri (fun i shard ->
            Array.iter2
                (fun (part: Slot) output -> part.Follow output)
                parts[i * partCount .. (i + 1) * partCount - 1]
                shard.Outputs)

    /// Number of shards.
    member _.Shards = shards.Length

    /// Points the input of a shard at other tensors; their arrays are read at each later step.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.BindShard(shard: int, value: 'Shard) = Trace.bind shards[shard].Inputs[count..] shardInput value

    /// Points the control input of reduce at other tensors; their arrays are read at each later step.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.BindControl(value: 'Control) = Trace.bind controlIn controls value

    /// The part of one shard from the present state. Different shards may run at once.
    member _.Map(shard: int) =
        let inputs = shards[shard].Inputs

        for i in 0 .. count - 1 do
            inputs[i].Follow stateIn[i]

        shards[shard].Execute()

    /// The next state from the parts of all shards, which have run.
    member _.Reduce() =
        reduce.Execute()

        for i in 0 .. count - 1 do
            stateIn[i].Exchange reduce.Outputs[i]

    /// A copy of the state.
    member _.State: 'State = Trace.read stateIn initial

    /// A function of the present state, compiled once for inputs of one form.
    /// <exception cref="System.ArgumentException">No inputs, or inputs of different shapes.</exception>
    member _.Observe(f: 'State -> 'Input -> 'Output, inputs: 'Input[]) : Observer<'Input, 'Output> =
        if inputs.Length = 0 then
            invalidArg (nameof inputs) "an observer needs one input at least"

        let stateInput = Trace.parameters 0 initial
        let input = Trace.parameters count inputs[0]
        let inputLeaves = Tree.leaves input
        let output = f stateInput input
        let blueprint = Blueprint(Array.append (Tree.leaves stateInput) inputLeaves, Tree.leaves output, 0)

        let routine input =
            let routine = Routine blueprint
            Trace.bind routine.Inputs[count..] inputLeaves input
            routine

        Observer(stateIn, Array.map routine inputs, output)

/// Compiles sharded steps.
[<RequireQualifiedAccess>]
module ShardedStepper =

    /// map and reduce, traced on an initial state, an example of a shard's input, the number of shards, and an example of the control input.
    let compile
        (map: 'State -> 'Shard -> 'Part)
        (reduce: 'State -> 'Part list -> 'Control -> 'State)
        (initial: 'State)
        (shard: 'Shard)
        (shards: int)
        (control: 'Control)
        : ShardedStepper<'State, 'Shard, 'Part, 'Control> =

        let state = Trace.parameters 0 initial
        let stateLeaves = Tree.leaves state
        let shardInput = Trace.parameters stateLeaves.Length shard
        let shardLeaves = Tree.leaves shardInput
        let part = map state shardInput
        let mapBlueprint = Blueprint(Array.append stateLeaves shardLeaves, Tree.leaves part, 0)

        let partCount = (Tree.leaves part).Length
        let parts = [ for i in 0 .. shards - 1 -> Trace.parameters (stateLeaves.Length + i * partCount) part ]
        let controlInput = Trace.parameters (stateLeaves.Length + shards * partCount) control
        let next = reduce state parts controlInput
        Trace.requireSameState state next

        let reduceLeaves =
            Array.concat [ stateLeaves; parts |> List.toArray |> Array.collect Tree.leaves; Tree.leaves controlInput ]

        ShardedStepper(
            Array.init shards (fun _ -> Routine mapBlueprint),
            Routine(Blueprint(reduceLeaves, Tree.leaves next, stateLeaves.Length)),
            initial,
            stateLeaves,
            shardLeaves,
            partCount,
            Tree.leaves controlInput
        )
