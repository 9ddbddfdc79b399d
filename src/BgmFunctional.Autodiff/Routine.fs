// What a compiled function is made of: the plan of its memory, the blueprint that instances share, and the routine that runs.
namespace BgmFunctional.Autodiff

open System
open System.Collections.Generic

/// Where the values of a program lie.
[<RequireQualifiedAccess>]
module private Plan =

    /// The lowest gap that holds a length among the intervals in use.
    let private place (inUse: ResizeArray<struct (int * int)>) length =
        let mutable offset = 0
        let mutable i = 0

        while i < inUse.Count && (let struct (start, _) = inUse[i] in start < offset + length) do
            let struct (start, used) = inUse[i]
            offset <- max offset (start + used)
            i <- i + 1

        inUse.Insert(i, struct (offset, length))
        offset

    /// Offsets for values with a first and a last moment of use, so that values that live at once do not overlap.
    let offsets (lane: int) (values: (int * int * int)[]) =
        let round length = (max 1 length + lane - 1) / lane * lane
        let result = Array.zeroCreate values.Length
        let inUse = ResizeArray<struct (int * int)>()
        let ending = values |> Array.indexed |> Array.groupBy (fun (_, (_, _, last)) -> last) |> dict

        let starting =
            values
            |> Array.indexed
            |> Array.groupBy (fun (_, (_, first, _)) -> first)
            |> Array.sortBy fst

        let mutable moment = Int32.MinValue

        let release upTo =
            for last in ending.Keys do
                if last >= moment && last < upTo then
                    for i, (length, _, _) in ending[last] do
                        inUse.Remove(struct (result[i], round length)) |> ignore

            moment <- upTo

        for first, group in starting do
            release first

            for i, (length, _, _) in group do
                result[i] <- place inUse (round length)

        result

/// Which outputs of a step may be written over the state they replace.
[<RequireQualifiedAccess>]
module private InPlace =

    /// True if a fused operation may write output register `written` where its input register `read` lies: it reads no element of it later.
    let private canOverwrite (map: FusedMap) read written =
        let operands =
            function
            | Map1(_, x)
            | MapRight(_, x, _)
            | MapLeft(_, _, x) -> [ x ]
            | Map2(_, a, b) -> [ a; b ]
            | Map3(c, a, b) -> [ c; a; b ]

        map.Inputs[read] = Whole
        && map.Steps
           |> Array.indexed
           |> Array.forall (fun (i, step) ->
               map.Inputs.Length + i <= written || not (List.contains read (operands step)))

    /// The number of the parameter that a root replaces for each root, of the first `donated` ones, that can take its parameter's place: a fused
    /// operation makes it element by element, and nobody wants the parameter afterwards.
    let find (source: Tensor -> Tensor) (works: Work[]) (roots: Tensor[]) donated =
        let places = Dictionary<Tensor, int>(HashIdentity.Reference)
        let isParameter index t = (source t).Op = Parameter index

        for i in 0 .. donated - 1 do
            let root = source roots[i]

            match works |> Array.tryFindIndex (fun work -> Array.contains root work.Results) with
            | Some k when not (places.ContainsKey root || Array.exists (isParameter i) roots) ->
                let work = works[k]

                let isReadLater =
                    works[k + 1 ..]
                    |> Array.exists (fun work -> Array.exists (isParameter i) work.Args)

                match work.Op, work.Args |> Array.indexed |> Array.filter (snd >> isParameter i) with
                | Fused map, [| read, _ |] when
                    not isReadLater
                    && canOverwrite map read map.Stored[Array.findIndex ((=) root) work.Results]
                    ->
                    places[root] <- i
                | _ -> ()
            | _ -> ()

        places

/// A function that is traced, simplified, fused and laid out: everything about a program but its memory, so that many instances share it. The
/// first `donated` outputs are the next values of the parameters of the same numbers, which may be written over.
[<Sealed>]
type internal Blueprint(parameters: Tensor[], outputs: Tensor[], donated: int) =
    let roots = Simplify.roots outputs

    /// Reshapes share the place of what they reshape, so they are no work.
    let works = Fuse.works roots |> List.filter (fun work -> work.Op <> Reshape) |> List.toArray

    let rec source (t: Tensor) = if t.Op = Reshape then source t.Args[0] else t

    let inPlace = InPlace.find source works roots donated

    let layouts =
        let last = Dictionary<Tensor, int>(HashIdentity.Reference)

        works
        |> Array.iteri (fun i work ->
            for value in Array.append work.Results work.Args do
                last[source value] <- i)

        for root in roots do
            last[source root] <- works.Length

        // Outputs keep their place from the start: a stepper reads the last step's while it makes the next.
        let life (t: Tensor, first) = t.Size, (if last[t] = works.Length then -1 else first), last[t]

        works
        |> Array.indexed
        |> Array.collect (fun (i, work) -> work.Results |> Array.map (fun t -> t, i))
        |> Array.filter (fun (t, _) -> not (inPlace.ContainsKey t))
        |> Array.groupBy (fun (t, _) -> t.DType)
        |> Array.map (fun (dtype, values) ->
            dtype, Array.map fst values, Plan.offsets (Arena.laneOf dtype) (Array.map life values))

    /// Values that lie where a parameter of that number does.
    member _.InPlace = inPlace

    member _.Parameters = parameters
    member _.Roots = roots
    member _.Works = works

    /// Values of one element type with their offsets in its arena.
    member _.Layouts = layouts

    /// What holds the elements of a value.
    member _.Source t = source t

/// How listings call operations.
[<RequireQualifiedAccess>]
module private Listing =

    let rec name (op: Op) =
        match op with
        | Fused map -> $"fused {map.Steps.Length} steps"
        | Linear(product, activation) -> $"Linear ({name product}, slope {activation.Slope})"
        | Convolve c -> $"Convolve {c.KernelHeight}×{c.KernelWidth} stride {c.Stride}"
        | ConvolveImages c -> $"ConvolveImages {c.KernelHeight}×{c.KernelWidth} stride {c.Stride}"
        | ConvolveWeights c -> $"ConvolveWeights {c.KernelHeight}×{c.KernelWidth} stride {c.Stride}"
        | op -> $"{op}"

/// A blueprint with memory of its own. Input and output slots stay the same for its life.
[<Sealed>]
type internal Routine(blueprint: Blueprint) =
    let machines = Dictionary<DType, Instruction.Machine>()

    let machine dtype =
        match machines.TryGetValue dtype with
        | true, machine -> machine
        | _ ->
            let machine = Instruction.machine dtype
            machines[dtype] <- machine
            machine

    let unbound (t: Tensor) : Slot =
        match t.DType with
        | Int32 -> Slot<int>(t.Size)
        | dtype -> (machine dtype).Unbound t.Size

    let inputs = blueprint.Parameters |> Array.map unbound
    let slots = Dictionary<Tensor, Slot>(HashIdentity.Reference)

    do
        for dtype, values, offsets in blueprint.Layouts do
            let laid = (machine dtype).Lay (values |> Array.map _.Size) offsets
            Array.iter2 (fun value slot -> slots[value] <- slot) values laid

        for value in blueprint.InPlace do
            slots[value.Key] <- inputs[value.Value]

    let slotOf (t: Tensor) =
        let t = blueprint.Source t

        match t.Op, slots.TryGetValue t with
        | _, (true, slot) -> slot
        | Parameter index, _ -> inputs[index]
        | Concrete, _ ->
            let slot = unbound t
            slot.Bind t.Value
            slots[t] <- slot
            slot
        | op, _ -> invalidOp $"{op} was never computed"

    let place (t: Tensor) = { Slot = slotOf t; Shape = t.Shape }

    let instructions =
        blueprint.Works
        |> Array.map (fun work ->
            (machine work.Results[0].DType).Build work.Op (Array.map place work.Args) (Array.map place work.Results))

    /// An output that is also an input, a constant, or another output gets a copy of its own.
    let results, copies =
        let taken = HashSet<Slot>(HashIdentity.Reference)

        blueprint.Roots
        |> Array.map (fun root ->
            let from = place root
            let holder = (blueprint.Source root).Op

            if not (holder.IsParameter || holder.IsConcrete) && taken.Add from.Slot then
                from.Slot, None
            else
                let machine = machine root.DType
                let own = (machine.Lay [| root.Size |] [| 0 |])[0]
                own, Some(machine.Build Identity [| from |] [| { from with Slot = own } |]))
        |> Array.unzip

    let all = Array.append instructions (Array.choose id copies)

    /// One slot for each parameter, to be bound or to follow another slot before a run.
    member _.Inputs = inputs

    /// One slot for each output, valid until the next run.
    member _.Outputs = results

    /// Runs all instructions.
    member _.Execute() =
        for i in 0 .. inputs.Length - 1 do
            if not inputs[i].IsBound then
                invalidOp
                    $"input {i}, {blueprint.Parameters[i]}, has no values yet: bind the inputs before the first run"

        for i in 0 .. all.Length - 1 do
            all[i]()

    /// Number of instructions of one run.
    member _.Length = all.Length

    /// What runs, one line an instruction.
    member _.Listing =
        blueprint.Works
        |> Array.map (fun work ->
            let show (values: Tensor[]) = values |> Array.map (fun t -> Shape.format t.Shape) |> String.concat " "
            $"{Listing.name work.Op}: {show work.Args} -> {show work.Results}")
