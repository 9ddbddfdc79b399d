// Between a caller's trees of tensors and the slots of a routine.
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

    /// Refuses tensors of other shapes than those that a program was compiled for.
    let requireShapes (example: Tensor[]) (value: (string * Tensor)[]) =
        if value.Length <> example.Length then
            invalidArg
                (nameof value)
                $"the program was compiled for {example.Length} tensors, {value.Length} were given"

        for i in 0 .. value.Length - 1 do
            let path, t = value[i]

            if t.DType <> example[i].DType || t.Shape <> example[i].Shape then
                invalidArg (nameof value) $"input {path}: the program was compiled for {example[i]}, found {t}"

    /// Points input slots at a value's arrays, after checking that the shapes are those of the example.
    let bind (slots: Slot[]) (example: Tensor[]) (value: 'a) =
        let leaves = Tree.namedLeaves value
        requireShapes example leaves
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
        requireShapes example (Tree.namedLeaves value)
        Array.iter2 (fun (slot: Slot) (t: Tensor) -> slot.BindCopy(Evaluate.force t)) slots (Tree.leaves value)

    /// A value of the form of an example with copies of what lies in slots.
    let read (slots: Slot[]) (example: 'a) : 'a =
        let leaves =
            Tree.leaves example
            |> Array.map2 (fun (slot: Slot) t -> Node.concrete t.DType t.Shape (slot.ToArray())) slots

        Tree.withLeaves leaves example
