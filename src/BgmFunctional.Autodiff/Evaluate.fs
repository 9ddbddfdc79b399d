// The plain way to a value: every node of an expression in turn, each into an array of its own. Programs must agree with it.
namespace BgmFunctional.Autodiff

open System

[<RequireQualifiedAccess>]
module internal Evaluate =

    let private place (t: Tensor) (value: Array) =
        let slot: Slot =
            match value with
            | :? (float32[]) as values -> Slot<float32>(values, 0, values.Length)
            | :? (float[]) as values -> Slot<float>(values, 0, values.Length)
            | values -> Slot<int>(values :?> int[], 0, t.Size)

        { Slot = slot; Shape = t.Shape }

    let private allocate (t: Tensor) : Array =
        match t.DType with
        | Float32 -> Array.zeroCreate<float32> t.Size
        | Float64 -> Array.zeroCreate<float> t.Size
        | Int32 -> Array.zeroCreate<int> t.Size

    /// Computes the tensor's values, if they are not known yet.
    let force (t: Tensor) =
        let isKnown (node: Tensor) = not (isNull node.Value)

        if not (isKnown t) then
            let machine = lazy Instruction.machine t.DType

            for node in Graph.topologicalUntil isKnown [ t ] do
                if not (isKnown node) then
                    match node.Op with
                    | Parameter index ->
                        invalidOp
                            $"input {index} of a program has no values while the program is traced; ask for values after it has run"
                    | op ->
                        let value = allocate node
                        let args = node.Args |> Array.map (fun arg -> place arg arg.Value)
                        machine.Value.Build op args [| place node value |] ()
                        node.Value <- value

        t.Value
