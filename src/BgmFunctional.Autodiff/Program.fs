// Programs: a function is traced once on the shapes of an example and compiled; then it runs many times without allocating.
namespace BgmFunctional.Autodiff

open System

[<RequireQualifiedAccess>]
module internal Trace =

    /// Parameters in place of a value's tensors, numbered from a first index.
    let parameters first (example: 'a) : 'a =
        let leaves =
            Tree.leaves example
            |> Array.mapi (fun i t -> Node.make t.DType t.Shape (Parameter(first + i)) [||])

        Tree.withLeaves leaves example

    /// Points input slots at a value's arrays, after checking that the shapes are those of the example.
    let bind (slots: Slot[]) (example: Tensor[]) (value: 'a) =
        let leaves = Tree.namedLeaves value

        if leaves.Length <> example.Length then
            invalidArg
                (nameof value)
                $"the program was compiled for {example.Length} tensors, {leaves.Length} were given"

        leaves
        |> Array.iteri (fun i (path, t) ->
            let expected = example[i]

            if t.DType <> expected.DType || t.Shape <> expected.Shape then
                invalidArg (nameof value) $"input {path}: the program was compiled for {expected}, found {t}")

        let arrays = leaves |> Array.map (fun (_, t) -> Evaluate.force t)
        Array.iter2 (fun (slot: Slot) array -> slot.Bind array) slots arrays

    /// Refuses a step whose next state does not fit into the place of the last.
    let requireSameState (state: 'State) (next: 'State) =
        let before, after = Tree.namedLeaves state, Tree.namedLeaves next

        if before.Length <> after.Length then
            invalidArg (nameof next) $"the state has {before.Length} tensors, a step makes {after.Length} of them"

        Array.iter2
            (fun (path, t: Tensor) (_, made: Tensor) ->
                if t.DType <> made.DType || t.Shape <> made.Shape then
                    invalidArg
                        (nameof next)
                        $"state {path}: {t} becomes {made} in a step; it must keep its shape and element type")
            before
            after

    /// Points input slots at copies of a value's arrays, which steps will then write to.
    let bindCopy (slots: Slot[]) (example: Tensor[]) (value: 'a) =
        let copy (t: Tensor) = Tensor.view t.Shape ((Evaluate.force t).Clone() :?> Array)
        bind slots example (Tree.map copy value)

    /// A value of the form of an example with copies of what lies in slots.
    let read (slots: Slot[]) (example: 'a) : 'a =
        let leaves =
            Tree.leaves example
            |> Array.map2 (fun (slot: Slot) t -> Node.concrete t.DType t.Shape (slot.ToArray())) slots

        Tree.withLeaves leaves example

/// A compiled function, for the shapes of the example it was compiled on.
[<Sealed>]
type Program<'Input, 'Output> internal (blueprint: Blueprint, output: 'Output) =
    let routine = Routine blueprint
    let parameters = blueprint.Parameters

    /// Points the inputs at other tensors, without running. Their arrays are read at each later run.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.Bind(input: 'Input) = Trace.bind routine.Inputs parameters input

    /// Runs on the inputs that are bound; allocates nothing.
    member _.Execute() = routine.Execute()

    /// Copies of the outputs of the last run.
    member _.Output: 'Output = Trace.read routine.Outputs output

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
        let parameters = Tree.leaves input
        Program(Blueprint(parameters, Tree.leaves output), output)

/// A compiled step from state to state whose state stays in place: each step's new state becomes the next one's old by exchanging their
/// places, so nothing is copied and nothing allocated.
[<Sealed>]
type Stepper<'State, 'Input, 'Output>
    internal (routine: Routine, initial: 'State, state: Tensor[], input: Tensor[], output: 'Output) =

    let count = state.Length
    let stateIn = routine.Inputs[.. count - 1]
    let stateOut = routine.Outputs[.. count - 1]
    let inputs = routine.Inputs[count..]
    let outputs = routine.Outputs[count..]

    let swap = Array.map2 (fun (a: Slot) (b: Slot) -> struct (a, b)) stateIn stateOut

    do Trace.bindCopy stateIn state initial

    /// Points the inputs at other tensors, without stepping. Their arrays are read at each later step.
    /// <exception cref="System.ArgumentException">A shape or element type that differs from the example's, with its path.</exception>
    member _.Bind(value: 'Input) = Trace.bind inputs input value

    /// One step on the inputs that are bound; allocates nothing.
    member _.Advance() =
        routine.Execute()

        for struct (before, after) in swap do
            before.Exchange after

    /// A copy of the state.
    member _.State: 'State = Trace.read stateIn initial

    /// Copies of the outputs of the last step.
    member _.Output: 'Output = Trace.read outputs output

    /// Number of kernel calls of a step.
    member _.Length = routine.Length

/// Compiles steps.
[<RequireQualifiedAccess>]
module Stepper =

    /// A step, traced on an initial state and on the shapes of an example input.
    let compile
        (step: 'State -> 'Input -> 'State * 'Output)
        (initial: 'State)
        (example: 'Input)
        : Stepper<'State, 'Input, 'Output> =
        let state = Trace.parameters 0 initial
        let stateLeaves = Tree.leaves state
        let input = Trace.parameters stateLeaves.Length example
        let next, output = step state input
        Trace.requireSameState state next
        let inputLeaves = Tree.leaves input

        let blueprint =
            Blueprint(Array.append stateLeaves inputLeaves, Array.append (Tree.leaves next) (Tree.leaves output))

        Stepper(Routine blueprint, initial, stateLeaves, inputLeaves, output)
