// From an expression to the works of a program: groups of elementwise operations become one fused operation each.
namespace BgmFunctional.Autodiff

open System.Collections.Generic

/// A unit of work of a program: an operation, what it reads, what it makes.
[<NoComparison; ReferenceEquality>]
type internal Work = { Op: Op; Args: Tensor[]; Results: Tensor[] }

[<RequireQualifiedAccess>]
module internal Fuse =

    /// The fused operation of a group, with what it reads and which members it stores.
    let private work (isNeededOutside: Tensor -> bool) (group: Group) : Work =
        let inputs = ResizeArray<Tensor>()
        let spreads = ResizeArray<Spread>()
        let known = Dictionary<struct (int64 * Spread), int>()
        let members = group.Members.ToArray() |> Array.sortBy _.Id
        let position = Dictionary<Tensor, int>(HashIdentity.Reference)
        members |> Array.iteri (fun i m -> position[m] <- i)

        let rows = if group.Rows = 0 then 1 else group.Rows

        let read (arg: Tensor) =
            let source, how =
                match arg.Op with
                | Broadcast ->
                    match Group.spread arg.Args[0] group.Shape with
                    | Some(how, wanted) when wanted = 0 || wanted = rows -> arg.Args[0], how
                    | _ -> arg, Whole
                | Fill number -> Node.fill arg.DType [||] number, OneNumber
                | _ -> arg, Whole

            match known.TryGetValue(struct (source.Id, how)) with
            | true, i -> i
            | _ ->
                known[struct (source.Id, how)] <- inputs.Count
                inputs.Add source
                spreads.Add how
                inputs.Count - 1

        // Inputs get their registers first, so operands that are steps are numbered once all inputs are known.
        let operand (arg: Tensor) =
            match position.TryGetValue arg with
            | true, i -> Choice1Of2 i
            | _ -> Choice2Of2(read arg)

        let number (x: Tensor) =
            match x.Op with
            | Fill number -> Some number
            | _ -> None

        let operands =
            members
            |> Array.map (fun m ->
                match m.Op with
                | Binary _ when (number m.Args[1]).IsSome -> [| operand m.Args[0] |]
                | Binary _ when (number m.Args[0]).IsSome -> [| operand m.Args[1] |]
                | _ -> Array.map operand m.Args)

        let register =
            function
            | Choice1Of2 step -> inputs.Count + step
            | Choice2Of2 input -> input

        let steps =
            Array.map2
                (fun (m: Tensor) (operands: Choice<int, int>[]) ->
                    let r i = register operands[i]

                    match m.Op with
                    | Unary op -> Map1(op, r 0)
                    | Binary op ->
                        match number m.Args[0], number m.Args[1] with
                        | _, Some right -> MapRight(op, r 0, right)
                        | Some left, _ -> MapLeft(op, left, r 0)
                        | None, None -> Map2(op, r 0, r 1)
                    | _ -> Map3(r 0, r 1, r 2))
                members
                operands

        let stored = members |> Array.indexed |> Array.filter (fun (_, m) -> isNeededOutside m)
        let size = Shape.size group.Shape

        {
            Op =
                Fused {
                    Inputs = spreads.ToArray()
                    Steps = steps
                    Rows = rows
                    Columns = size / max 1 rows
                    Stored = stored |> Array.map (fun (i, _) -> inputs.Count + i)
                }
            Args = inputs.ToArray()
            Results = Array.map snd stored
        }

    /// The works that make the roots, in an order that runs.
    let works (roots: Tensor[]) : Work list =
        let order = Graph.topological roots
        let groups = Group.all order
        let outside = HashSet<Tensor>(roots, HashIdentity.Reference)

        let groupOf node =
            match groups.TryGetValue node with
            | true, group -> Some group
            | _ -> None

        for node in order do
            for arg in node.Args do
                match groupOf arg, groupOf node with
                | Some a, Some b when obj.ReferenceEquals(a, b) -> ()
                | _ -> outside.Add arg |> ignore

        let units = Dictionary<obj, Work>(HashIdentity.Reference)

        let workOf (node: Tensor) =
            let unit: obj = groupOf node |> Option.map box |> Option.defaultValue node

            match units.TryGetValue unit with
            | true, work -> work
            | _ ->
                let made =
                    match groupOf node with
                    | Some group -> work outside.Contains group
                    | None -> { Op = node.Op; Args = node.Args; Results = [| node |] }

                units[unit] <- made
                made

        let started = HashSet<Work>(HashIdentity.Reference)
        let finished = HashSet<Work>(HashIdentity.Reference)
        let works = ResizeArray<Work>()
        let pending = Stack<Work>()

        for root in roots do
            pending.Push(workOf root)

            while pending.Count > 0 do
                let work = pending.Peek()

                if started.Add work then
                    for arg in Array.rev work.Args do
                        if not (finished.Contains(workOf arg)) then
                            pending.Push(workOf arg)
                else
                    pending.Pop() |> ignore

                    if finished.Add work && not (work.Op.IsConcrete || work.Op.IsParameter) then
                        works.Add work

        List.ofSeq works
