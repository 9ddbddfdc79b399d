// Values that programs hand to each other where they lie, without copies.
namespace BgmFunctional.Autodiff

open System

/// Tensors where they live: the present state of a stepper, the outputs of a program's last run, or arrays of the caller's own. A program that
/// follows them reads, at each run, what is there then.
[<Sealed>]
type Live<'T> internal (slots: Slot[], value: 'T) =
    let leaves = Tree.namedLeaves value

    /// One slot for each tensor.
    member internal _.Slots = slots

    /// Tensors of the same shapes, in place of the values.
    member internal _.Value = value

    member internal _.Leaves = leaves

    /// A copier of rows into a target of the same form, whose tensors are views: row i of every tensor goes to row indices[i], for the first count
    /// indices. Made once, it copies without allocating.
    member _.RowsInto(target: 'T) : int[] -> int -> unit =
        let targets = Tree.leaves target
        let columns = targets |> Array.map (fun t -> t.Size / max 1 t.Shape[0])

        fun indices count ->
            for i in 0 .. slots.Length - 1 do
                slots[i].ScatterRows(columns[i], indices, count, targets[i].Value)

/// Live tensors.
[<RequireQualifiedAccess>]
module Live =

    /// Arrays of the caller's own, such as views that are refilled between runs.
    let ofTensors (value: 'T) : Live<'T> =
        let slot (t: Tensor) =
            let slot: Slot =
                match t.DType with
                | Float32 -> Slot<float32> t.Size
                | Float64 -> Slot<float> t.Size
                | Int32 -> Slot<int> t.Size

            slot.Bind(Evaluate.force t)
            slot

        Live(Tree.leaves value |> Array.map slot, value)

    /// Another arrangement of the same tensors, such as a field of a record; nothing can be computed on the way.
    /// <exception cref="System.ArgumentException">The result has a tensor that is none of the value's.</exception>
    let map (f: 'T -> 'U) (live: Live<'T>) : Live<'U> =
        let chosen = f live.Value

        let slot (path: string, t: Tensor) =
            match
                live.Leaves
                |> Array.tryFindIndex (fun (_, leaf) -> obj.ReferenceEquals(leaf, t))
            with
            | Some i -> live.Slots[i]
            | None ->
                invalidArg (nameof f) $"{path} is computed, not chosen; only tensors of the value itself live anywhere"

        Live(Tree.namedLeaves chosen |> Array.map slot, chosen)

    /// Both.
    let pair (a: Live<'A>) (b: Live<'B>) : Live<'A * 'B> = Live(Array.append a.Slots b.Slots, (a.Value, b.Value))

    /// All of them.
    let list (items: Live<'T> list) : Live<'T list> =
        Live(items |> List.toArray |> Array.collect _.Slots, items |> List.map _.Value)

    /// Copies.
    let read (live: Live<'T>) : 'T = Trace.read live.Slots live.Value

/// The inputs of a compiled function: bound to arrays, or following what lives elsewhere.
[<Sealed>]
type internal Feed(slots: Slot[], example: Tensor[]) =
    let mutable sources: Slot[] = [||]

    member _.Bind(value: 'T) =
        sources <- [||]
        Trace.bind slots example value

    member _.Follow(live: Live<'T>) =
        Trace.requireShapes example live.Leaves
        sources <- live.Slots

    /// Points the slots where their sources point now.
    member _.Refresh() =
        for i in 0 .. sources.Length - 1 do
            slots[i].Follow sources[i]
