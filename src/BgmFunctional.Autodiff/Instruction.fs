// From an operation and the slots of its operands to something that runs: kernel calls closed over slots.
namespace BgmFunctional.Autodiff

open System
open System.Numerics
open BgmFunctional.Kernels

/// An operand or a result of an instruction.
[<NoComparison; NoEquality>]
type internal Place = { Slot: Slot; Shape: int[] }

/// Something that runs without arguments and without allocating.
type internal Instruction = unit -> unit

[<RequireQualifiedAccess>]
module internal Instruction =

    let private contiguousOffset (shape: int[]) (starts: int[]) =
        Array.fold2 (fun sum stride start -> sum + stride * start) 0 (Shape.strides shape) starts

    /// The strides of x that repeat it over a shape.
    let private broadcastStrides (shape: int[]) (target: int[]) =
        if shape.Length = 0 then
            Array.zeroCreate target.Length
        else
            Array.map2 (fun stride length -> if length = 1 then 0 else stride) (Shape.strides shape) shape

    let private build<'T
        when 'T: unmanaged
        and 'T :> IBinaryFloatingPointIeee754<'T>
        and 'T: (new: unit -> 'T)
        and 'T: struct
        and 'T :> ValueType>
        (kernels: Kernels<'T>)
        (workspace: Workspace<'T>)
        (op: Op)
        (args: Place[])
        (results: Place[])
        : Instruction =

        let slot i = args[i].Slot :?> Slot<'T>
        let shape i = args[i].Shape
        let y = results[0].Slot :?> Slot<'T>
        let outShape = results[0].Shape

        let copyFrom (strides: int[]) offset =
            let x = slot 0

            fun () ->
                kernels.CopyStrided(ReadOnlySpan<int> outShape, ReadOnlySpan<int> strides, offset, x.ReadOnly, y.Span)

        let copyInto i (strides: int[]) offset =
            let x, shape = slot i, shape i

            fun () ->
                kernels.CopyToStrided(ReadOnlySpan<int> shape, ReadOnlySpan<int> strides, offset, x.ReadOnly, y.Span)

        // A bias that is not there is an empty span.
        let matMul transposeA transposeB (bias: Slot<'T>) activation =
            let a, b = slot 0, slot 1
            let widthA, widthB = (shape 0)[1], (shape 1)[1]
            let m, n = outShape[0], outShape[1]
            let k = if transposeA then (shape 0)[0] else widthA
            let aRow, aColumn = if transposeA then 1, widthA else widthA, 1
            let bRow, bColumn = if transposeB then 1, widthB else widthB, 1

            fun () ->
                let bias = bias.ReadOnly
                kernels.MatMul(m, n, k, a.ReadOnly, aRow, aColumn, b.ReadOnly, bRow, bColumn, bias, activation, y.Span)

        let convolve sizes (bias: Slot<'T>) activation =
            let images, weights = slot 0, slot 1

            fun () -> kernels.Convolve(&sizes, images.ReadOnly, weights.ReadOnly, bias.ReadOnly, activation, y.Span)

        let product op activation : Instruction =
            let bias = if args.Length > 2 then slot 2 else Slot<'T> 0

            match op with
            | MatMul(transposeA, transposeB) -> matMul transposeA transposeB bias activation
            | Convolve sizes -> convolve sizes bias activation
            | op -> invalidOp $"{op} is no product"

        match op with
        | Fill value ->
            let value = 'T.CreateChecked value
            fun () -> y.Span.Fill value
        | Identity
        | Detach
        | Reshape ->
            let x = slot 0
            fun () -> x.Span.CopyTo y.Span
        | Unary op ->
            let x = slot 0
            fun () -> kernels.Map(op, x.ReadOnly, y.Span)
        | Binary op ->
            let a, b = slot 0, slot 1
            fun () -> kernels.Map(op, a.ReadOnly, b.ReadOnly, y.Span)
        | Select ->
            let condition, a, b = slot 0, slot 1, slot 2
            fun () -> kernels.Select(condition.ReadOnly, a.ReadOnly, b.ReadOnly, y.Span)
        | Broadcast -> copyFrom (broadcastStrides (shape 0) outShape) 0
        | Transpose order ->
            let strides = Shape.strides (shape 0)
            copyFrom (order |> Array.map (fun axis -> strides[axis])) 0
        | Slice starts -> copyFrom (Shape.strides (shape 0)) (contiguousOffset (shape 0) starts)
        | Pad starts ->
            let place = copyInto 0 (Shape.strides outShape) (contiguousOffset outShape starts)

            fun () ->
                y.Span.Clear()
                place ()
        | Concat axis ->
            let strides = Shape.strides outShape
            let starts = args |> Array.scan (fun start arg -> start + arg.Shape[axis]) 0
            let parts = args |> Array.mapi (fun i _ -> copyInto i strides (starts[i] * strides[axis]))

            fun () ->
                for part in parts do
                    part ()
        | Reduce(op, axis) ->
            let x = slot 0
            let outer, n, inner = Shape.around axis (shape 0)
            fun () -> kernels.Reduce(op, outer, n, inner, x.ReadOnly, y.Span)
        | MatMul _
        | Convolve _ -> product op Activation.None
        | Linear(op, activation) -> product op activation
        | ConvolveImages sizes ->
            let outputs, weights = slot 0, slot 1
            fun () -> kernels.ConvolveImages(&sizes, outputs.ReadOnly, weights.ReadOnly, y.Span)
        | ConvolveWeights sizes ->
            let images, outputs = slot 0, slot 1
            fun () -> kernels.ConvolveWeights(&sizes, images.ReadOnly, outputs.ReadOnly, y.Span)
        | GatherRows ->
            let x, indices = slot 0, args[1].Slot :?> Slot<int>
            let columns = Array.tail (shape 0) |> Shape.size
            fun () -> kernels.GatherRows(columns, x.ReadOnly, indices.ReadOnly, y.Span)
        | ScatterAddRows ->
            let x, indices = slot 0, args[1].Slot :?> Slot<int>
            let columns = Array.tail outShape |> Shape.size

            fun () ->
                y.Span.Clear()
                kernels.ScatterAddRows(columns, x.ReadOnly, indices.ReadOnly, y.Span)
        | Fused map ->
            let inputs = args |> Array.map (fun arg -> arg.Slot :?> Slot<'T>)
            let outputs = results |> Array.map (fun result -> result.Slot :?> Slot<'T>)
            let run = FusedRun<'T>(kernels, workspace, map, inputs, outputs)
            run.Run
        | Concrete
        | Parameter _ -> invalidOp $"{op} holds values; there is nothing to run"

    /// Scratch memory and kernels of one element type, with the type hidden.
    [<AbstractClass>]
    type Machine() =
        /// The instruction that computes the results of an operation from its arguments.
        abstract Build: op: Op -> args: Place[] -> results: Place[] -> Instruction

        /// New slots of these lengths, packed into one arena at these offsets.
        abstract Lay: lengths: int[] -> offsets: int[] -> Slot[]

        /// A slot that is not yet bound.
        abstract Unbound: length: int -> Slot

    let private machineOf<'T
        when 'T: unmanaged
        and 'T :> IBinaryFloatingPointIeee754<'T>
        and 'T: (new: unit -> 'T)
        and 'T: struct
        and 'T :> ValueType>
        ()
        =
        let kernels = Kernels<'T>.Best
        let workspace = Workspace<'T>()

        {
            new Machine() with
                override _.Build op args results = build kernels workspace op args results

                override _.Lay lengths offsets =
                    let array, start =
                        Arena.allocate<'T>(
                            Seq.fold2 (fun most length offset -> max most (length + offset)) 0 lengths offsets
                        )

                    Array.map2 (fun length offset -> Slot<'T>(array, start + offset, length) :> Slot) lengths offsets

                override _.Unbound length = Slot<'T>(length)
        }

    /// A machine for an element type.
    let machine dtype =
        match dtype with
        | Float32 -> machineOf<float32>()
        | Float64 -> machineOf<float>()
        | Int32 -> invalidArg (nameof dtype) "int32 holds indices; arithmetic wants float32 or float64"
