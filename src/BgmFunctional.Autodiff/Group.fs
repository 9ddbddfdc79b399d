// Groups elementwise operations of one shape, so that each group can run as one pass over its inputs.
namespace BgmFunctional.Autodiff

open System.Collections.Generic

/// A growing group of elementwise operations: its members, and the rows of its view once an input fixes them (0 before).
[<Sealed; AllowNullLiteral>]
type internal Group(shape: int[], first: Tensor, rows: int) =
    member val Members = ResizeArray [ first ]
    member val Rows = rows with get, set
    member _.Shape = shape

[<RequireQualifiedAccess>]
module internal Group =

    let private isElementwise (x: Tensor) =
        match x.Op with
        | Unary _
        | Binary _
        | Select -> true
        | _ -> false

    /// How x spreads over a shape, with the number of rows of the view in which it does.
    let spread (x: Tensor) (shape: int[]) =
        let agrees axes = axes |> Seq.forall (fun axis -> x.Shape[axis] = shape[axis])
        let isOne axes = axes |> Seq.forall (fun axis -> x.Shape[axis] = 1)
        let rows axis = Shape.size shape[.. axis - 1]
        let axes = [ 1 .. shape.Length - 1 ]

        if x.Size = 1 then
            Some(OneNumber, 0)
        else
            axes
            |> List.tryPick (fun axis ->
                if isOne [ 0 .. axis - 1 ] && agrees [ axis .. shape.Length - 1 ] then
                    Some(OneRow, rows axis)
                elif agrees [ 0 .. axis - 1 ] && isOne [ axis .. shape.Length - 1 ] then
                    Some(OneColumn, rows axis)
                else
                    None)

    /// The rows that a group's view gets when a node joins; None if its inputs want another view.
    let private rowsWith (rows: int) (node: Tensor) =
        node.Args
        |> Array.fold
            (fun rows arg ->
                match rows, arg.Op with
                | Some rows, Broadcast ->
                    match spread arg.Args[0] node.Shape with
                    | Some(_, wanted) when wanted = 0 || rows = 0 || wanted = rows -> Some(max rows wanted)
                    | Some _ -> None
                    | None -> Some rows
                | rows, _ -> rows)
            (Some rows)

    /// The group of every elementwise operation among nodes that come in topological order.
    let all (order: Tensor seq) =
        let groupOf = Dictionary<Tensor, Group>(HashIdentity.Reference)

        let find (node: Tensor) =
            match groupOf.TryGetValue node with
            | true, group -> group
            | _ -> null

        /// True if the first group needs the second by way of something outside both.
        let reaches (from: Group) (target: Group) =
            let seen = HashSet<obj>(HashIdentity.Reference)
            let work = Stack<Tensor>()

            let push (node: Tensor) =
                for arg in node.Args do
                    work.Push arg

            let isInside (node: Tensor) =
                let group = find node

                not (isNull group)
                && (obj.ReferenceEquals(group, from) || obj.ReferenceEquals(group, target))

            for m in from.Members do
                for arg in m.Args do
                    if not (isInside arg) then
                        work.Push arg

            let mutable found = false

            while not found && work.Count > 0 do
                let node = work.Pop()
                let group = find node

                if isNull group then
                    if seen.Add node then
                        push node
                elif obj.ReferenceEquals(group, target) then
                    found <- true
                elif seen.Add group then
                    Seq.iter push group.Members

            found

        /// Merges the group of the newest node with one that it reads, unless they would wait for each other or want other views.
        /// The other one cannot need the newest: nobody reads the newest node yet, and a way to its group was refused when it joined.
        let merge (newest: Group) (other: Group) =
            let agree = newest.Rows = 0 || other.Rows = 0 || newest.Rows = other.Rows

            if agree && not (reaches newest other) then
                let large, small =
                    if newest.Members.Count > other.Members.Count then
                        newest, other
                    else
                        other, newest

                large.Rows <- max large.Rows small.Rows
                large.Members.AddRange small.Members

                for m in small.Members do
                    groupOf[m] <- large

        for node in order do
            if isElementwise node then
                let rows = rowsWith 0 node |> Option.defaultValue 0
                groupOf[node] <- Group(node.Shape, node, rows)

                for arg in node.Args do
                    match groupOf.TryGetValue arg with
                    | true, other when other.Shape = node.Shape && not (obj.ReferenceEquals(other, groupOf[node])) ->
                        merge groupOf[node] other
                    | _ -> ()

        groupOf
