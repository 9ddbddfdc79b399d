namespace BgmFunctional.Autodiff

open System.Collections.Generic

/// Walks over expressions. Expressions can be deep (a loop of a thousand steps), so nothing here recurses.
[<RequireQualifiedAccess>]
module internal Graph =

    /// Every node that the roots need, arguments first; stop says at which nodes not to look further.
    let topologicalUntil (stop: Tensor -> bool) (roots: Tensor seq) =
        let order = ResizeArray<Tensor>()
        let seen = HashSet<Tensor>(HashIdentity.Reference)
        let work = Stack<struct (Tensor * bool)>()

        for root in Seq.rev roots do
            work.Push(struct (root, false))

        while work.Count > 0 do
            let struct (node, argsDone) = work.Pop()

            if argsDone then
                order.Add node
            elif seen.Add node then
                work.Push(struct (node, true))

                if not (stop node) then
                    for i in node.Args.Length - 1 .. -1 .. 0 do
                        if not (seen.Contains node.Args[i]) then
                            work.Push(struct (node.Args[i], false))

        order

    /// Every node that the roots need, arguments first.
    let topological roots = topologicalUntil (fun _ -> false) roots
