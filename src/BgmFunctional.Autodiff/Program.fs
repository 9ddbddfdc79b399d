// Programs: a function is traced once on the shapes of an example and compiled; then it runs many times without allocating.
namespace BgmFunctional.Autodiff

open System

/// A compiled function, for the shapes of the example it was compiled on.
[<Sealed>]
type Program<'Input, 'Output> internal (blueprint: Blueprint, output: 'Output) =
    let routine = Routine blueprint
    let parameters = blueprint.Parameters
    let feed = Feed(routine.Inputs, parameters)

    /// Points the inputs at other tensors, without running. Their arrays are read at each later run.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.Bind(input: 'Input) = feed.Bind input

    /// Takes the inputs from where they live, at each later run anew.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.Follow(input: Live<'Input>) = feed.Follow input

    /// Runs on the inputs that are bound or followed; allocates nothing.
    member _.Execute() =
        feed.Refresh()
        routine.Execute()

    /// The outputs of the last run, where they live.
    member val Results: Live<'Output> = Live(routine.Outputs, output)

    /// Copies of the outputs of the last run.
    member this.Output: 'Output = Live.read this.Results

    /// Number of tensors of the output.
    member _.Outputs = routine.Outputs.Length

    /// The values of tensor i of the output of the last run, as float64 whatever the element type, without allocating.
    member _.ReadOutput(i: int, target: Span<float>) =
        match routine.Outputs[i] with
        | :? Slot<float> as slot -> slot.ReadOnly.CopyTo target
        | slot ->
            let values = (slot :?> Slot<float32>).ReadOnly

            for j in 0 .. values.Length - 1 do
                target[j] <- float values[j]

    /// The same program with memory and bindings of its own, so that both may run at once.
    member _.Twin() : Program<'Input, 'Output> = Program(blueprint, output)

    /// Binds, runs, and copies the outputs: a pure function.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member this.Run(input: 'Input) : 'Output =
        this.Bind input
        this.Execute()
        this.Output

    /// Number of kernel calls of a run.
    member _.Length = routine.Length

    /// The kernel calls of a run, one line each.
    member _.Listing = routine.Listing

/// Compiles functions.
[<RequireQualifiedAccess>]
module Program =

    /// f, traced on the shapes of an example and compiled for them.
    let compile (f: 'Input -> 'Output) (example: 'Input) : Program<'Input, 'Output> =
        let input = Trace.parameters 0 example
        let output = f input
        Program(Blueprint(Tree.leaves input, Tree.leaves output, 0), output)

    /// So many programs of one function, traced and compiled once, each with memory of its own, so that they may run at once.
    let copies count (f: 'Input -> 'Output) (example: 'Input) : Program<'Input, 'Output>[] =
        let first = compile f example
        Array.init count (fun i -> if i = 0 then first else first.Twin())

/// A compiled step from state to state whose state stays in place: new values are written over the old ones where the step is elementwise, else
/// the two exchange their places, so nothing is copied and nothing allocated.
[<Sealed>]
type Stepper<'State, 'Input, 'Output>
    internal (routine: Routine, initial: 'State, state: Tensor[], input: Tensor[], output: 'Output) =

    let count = state.Length
    let stateIn = routine.Inputs[.. count - 1]
    let stateOut = routine.Outputs[.. count - 1]
    let feed = Feed(routine.Inputs[count..], input)

    let swap = Array.map2 (fun (a: Slot) (b: Slot) -> struct (a, b)) stateIn stateOut

    do Trace.bindCopy stateIn state initial

    /// Points the inputs at other tensors, without stepping. Their arrays are read at each later step.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.Bind(value: 'Input) = feed.Bind value

    /// Takes the inputs from where they live, at each later step anew.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.Follow(value: Live<'Input>) = feed.Follow value

    /// Makes the next state on the inputs that are bound or followed; allocates nothing. The present state is what it was before, if it is kept.
    member _.Prepare() =
        feed.Refresh()
        routine.Execute()

    /// Makes the state that was prepared the present one.
    member _.Accept() =
        for struct (before, after) in swap do
            before.Exchange after

    /// One step on the inputs that are bound or followed; allocates nothing.
    member this.Advance() =
        this.Prepare()
        this.Accept()

    /// The state, where it lives.
    member val Current: Live<'State> = Live(stateIn, Tree.withLeaves state initial)

    /// The outputs of the last step, where they live.
    member val Results: Live<'Output> = Live(routine.Outputs[count..], output)

    /// A copy of the state.
    member this.State: 'State = Live.read this.Current

    /// Copies of the outputs of the last step.
    member this.Output: 'Output = Live.read this.Results

    /// Number of kernel calls of a step.
    member _.Length = routine.Length

/// Compiles steps.
[<RequireQualifiedAccess>]
module Stepper =

    let private compiled isKept step (initial: 'State) (example: 'Input) : Stepper<'State, 'Input, 'Output> =
        let state = Trace.parameters 0 initial
        let stateLeaves = Tree.leaves state
        let input = Trace.parameters stateLeaves.Length example
        let next, output = step state input
        Trace.requireSameState state next
        let inputLeaves = Tree.leaves input

        let blueprint =
            Blueprint(
                Array.append stateLeaves inputLeaves,
                Array.append (Tree.leaves next) (Tree.leaves output),
                (if isKept then 0 else stateLeaves.Length)
            )

        Stepper(Routine blueprint, initial, stateLeaves, inputLeaves, output)

    /// A step, traced on an initial state and on the shapes of an example input.
    let compile
        (step: 'State -> 'Input -> 'State * 'Output)
        (initial: 'State)
        (example: 'Input)
        : Stepper<'State, 'Input, 'Output> =
        compiled false step initial example

    /// The same, except that the next state is always made beside the present one, which others may read until the next is accepted.
    let compileKeeping
        (step: 'State -> 'Input -> 'State * 'Output)
        (initial: 'State)
        (example: 'Input)
        : Stepper<'State, 'Input, 'Output> =
        compiled true step initial example
