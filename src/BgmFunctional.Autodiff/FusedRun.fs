// Runs a fused group of elementwise operations block by block, so that what lies between its inputs and its stored results
// never leaves the first-level cache.
namespace BgmFunctional.Autodiff

open System
open System.Numerics
open BgmFunctional.Kernels

/// A register at run time: where it lies, and whether it moves on with the blocks (an array) or stays (scratch).
[<Struct; NoComparison; NoEquality>]
type internal Operand<'T> = { Slot: Slot<'T>; Moves: bool }

[<Sealed>]
type internal FusedRun<'T
    when 'T: unmanaged
    and 'T :> IBinaryFloatingPointIeee754<'T>
    and 'T: (new: unit -> 'T)
    and 'T: struct
    and 'T :> ValueType>
    (kernels: Kernels<'T>, workspace: Workspace<'T>, map: FusedMap, inputs: Slot<'T>[], outputs: Slot<'T>[]) =

    /// Elements of a block: eight registers of float32 fill a first-level cache of 32 KiB.
    static let blockLength = 1024

    let inputCount = inputs.Length
    let inputsThatAre (spread: Spread) = [| 0 .. inputCount - 1 |] |> Array.filter (fun i -> map.Inputs[i] = spread)
    let rowInputs, columnInputs = inputsThatAre OneRow, inputsThatAre OneColumn
    let isLinear = map.Inputs |> Array.forall (fun spread -> spread = Whole || spread = OneNumber)
    let total = map.Rows * map.Columns
    let rowsOfBlock = if isLinear then 1 else max 1 (min map.Rows (blockLength / max 1 map.Columns))
    let block = if isLinear then min blockLength total else rowsOfBlock * map.Columns
    let stride = Arena.round<'T> block

    let operandsOf step =
        match step with
        | Map1(_, x) -> [ x ]
        | Map2(_, a, b) -> [ a; b ]
        | MapRight(_, a, _) -> [ a ]
        | MapLeft(_, _, b) -> [ b ]
        | Map3(c, a, b) -> [ c; a; b ]

    /// Inputs that are numbers may stay numbers where a two-argument step can take them so.
    let isNumber register = register < inputCount && map.Inputs[register] = OneNumber

    let spreadNumbers =
        map.Steps
        |> Array.collect (fun step ->
            match step with
            | Map2(_, a, b) when isNumber a && isNumber b -> [| a |]
            | Map2 _ -> [||]
            | step -> operandsOf step |> List.filter isNumber |> List.toArray)
        |> Array.distinct

    let registers: Operand<'T>[] =
        let last = Array.create (inputCount + map.Steps.Length) -1

        map.Steps
        |> Array.iteri (fun i step ->
            for operand in operandsOf step do
                last[operand] <- i)

        let registers = Array.zeroCreate last.Length
        let free = Collections.Generic.Stack<int>()
        let mutable used = 0

        let scratch register =
            let number =
                if free.Count > 0 then
                    free.Pop()
                else
                    used <- used + 1
                    used - 1

            registers[register] <- { Slot = workspace.Register(number * stride, block); Moves = false }
            number

        let numbers = Array.create last.Length -1

        for i in 0 .. inputCount - 1 do
            match map.Inputs[i] with
            | Whole -> registers[i] <- { Slot = inputs[i]; Moves = true }
            | OneNumber when not (Array.contains i spreadNumbers) -> ()
            | OneNumber
            | OneRow
            | OneColumn -> scratch i |> ignore

        map.Steps
        |> Array.iteri (fun i step ->
            for operand in operandsOf step |> List.distinct do
                if operand >= inputCount && last[operand] = i && numbers[operand] >= 0 then
                    free.Push numbers[operand]

            let register = inputCount + i

            match Array.IndexOf(map.Stored, register) with
            | -1 -> numbers[register] <- scratch register
            | output -> registers[register] <- { Slot = outputs[output]; Moves = true })

        registers

    let at register start length =
        let operand = registers[register]
        Span<'T>(operand.Slot.Array, operand.Slot.Offset + (if operand.Moves then start else 0), length)

    let number register = inputs[register].Array[inputs[register].Offset]

    let constants =
        map.Steps
        |> Array.map (fun step ->
            match step with
            | MapRight(_, _, number)
            | MapLeft(_, number, _) -> 'T.CreateChecked number
            | _ -> 'T.Zero)

    let spreadOnce () =
        for i in spreadNumbers do
            registers[i].Slot.Span.Fill(number i)

        for i in rowInputs do
            kernels.RepeatRow(rowsOfBlock, map.Columns, inputs[i].ReadOnly, registers[i].Slot.Span)

    let spreadColumns start length =
        for i in columnInputs do
            let rows = length / map.Columns
            let column = ReadOnlySpan<'T>(inputs[i].Array, inputs[i].Offset + start / map.Columns, rows)
            kernels.RepeatColumn(rows, map.Columns, column, registers[i].Slot.Span.Slice(0, length))

    let run i start length =
        let y = at (inputCount + i) start length

        match map.Steps[i] with
        | Map1(op, x) -> kernels.Map(op, Span.op_Implicit (at x start length), y)
        | MapRight(op, a, _) -> kernels.Map(op, Span.op_Implicit (at a start length), constants[i], y)
        | MapLeft(op, _, b) -> kernels.Map(op, constants[i], Span.op_Implicit (at b start length), y)
        | Map2(op, a, b) when isNull registers[b].Slot ->
            kernels.Map(op, Span.op_Implicit (at a start length), number b, y)
        | Map2(op, a, b) when isNull registers[a].Slot ->
            kernels.Map(op, number a, Span.op_Implicit (at b start length), y)
        | Map2(op, a, b) ->
            kernels.Map(op, Span.op_Implicit (at a start length), Span.op_Implicit (at b start length), y)
        | Map3(condition, a, b) ->
            kernels.Select(
                Span.op_Implicit (at condition start length),
                Span.op_Implicit (at a start length),
                Span.op_Implicit (at b start length),
                y
            )

    /// All blocks, in order.
    member _.Run() =
        if total > 0 then
            spreadOnce ()

        let mutable start = 0

        while start < total do
            let length = min block (total - start)
            spreadColumns start length

            for i in 0 .. map.Steps.Length - 1 do
                run i start length

            start <- start + length
