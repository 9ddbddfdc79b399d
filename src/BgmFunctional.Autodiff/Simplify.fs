// Rewrites an expression into an equal, smaller one: shared subexpressions once, constants computed, operations that do nothing removed,
// transposes folded into products, products with a bias and a rectifier made one operation.
namespace BgmFunctional.Autodiff

open System.Collections.Generic
open BgmFunctional.Kernels

[<RequireQualifiedAccess>]
module internal Simplify =

    let private (|Number|_|) (x: Tensor) =
        match x.Op with
        | Fill number -> Some number
        | _ -> None

    let private isKnown (x: Tensor) = not (isNull x.Value)

    let private canFold (args: Tensor[]) =
        Array.exists isKnown args
        && args
           |> Array.forall (fun x ->
               isKnown x
               || match x with
                  | Number _ -> true
                  | _ -> false)

    let private evaluated (x: Tensor) = Node.concrete x.DType x.Shape (Evaluate.force x)

    /// The number that an elementwise operation makes of numbers.
    let private ofNumbers dtype shape op (numbers: float[]) =
        let args = numbers |> Array.map (Node.fill dtype [||])
        Node.fill dtype shape (Tensor.item (Node.make dtype [||] op args))

    /// True if a reordering moves axes of length 1 only, so that no element moves.
    let private movesNothing (order: int[]) (x: Tensor) =
        let long = order |> Array.filter (fun axis -> x.Shape[axis] <> 1)
        long = Array.sort long

    /// Two pads whose contents touch along one axis: the axis, the contents in order, and the starts of the first.
    let private (|Touching|_|) (args: Tensor[]) =
        match args |> Array.map _.Op with
        | [| Pad p; Pad q |] ->
            let a, b = args[0].Args[0], args[1].Args[0]

            match
                [
                    for axis in 0 .. p.Length - 1 do
                        if p[axis] <> q[axis] || a.Shape[axis] <> b.Shape[axis] then
                            axis
                ]
            with
            | [ axis ] when p[axis] + a.Shape[axis] = q[axis] -> Some(axis, [| a; b |], p)
            | [ axis ] when q[axis] + b.Shape[axis] = p[axis] -> Some(axis, [| b; a |], q)
            | _ -> None
        | _ -> None

    /// One node from simplified arguments, simplified.
    let rec private make dtype (shape: int[]) op (args: Tensor[]) : Tensor =
        let again = make dtype shape
        let arg = if args.Length > 0 then args[0] else null

        match op, args with
        | (Identity | Detach), _ -> arg
        | (Reshape | Broadcast | Slice _ | Pad _ | Transpose _), _ when shape = arg.Shape && not (op.IsTranspose) -> arg
        | (Reshape | Broadcast | Slice _ | Transpose _), [| Number number |] -> Node.fill dtype shape number
        | Reshape, [| x |] when x.Op = Reshape -> again Reshape x.Args
        | Broadcast, [| x |] when x.Op = Broadcast -> again Broadcast x.Args
        | Broadcast, [| x |] when x.Size = 1 && x.Rank > 0 -> again Broadcast [| make dtype [||] Reshape [| x |] |]
        | Transpose order, [| x |] when movesNothing order x -> again Reshape [| x |]
        | Transpose outer, [| x |] when x.Op.IsTranspose ->
            match x.Op with
            | Transpose inner -> again (Transpose(outer |> Array.map (fun axis -> inner[axis]))) x.Args
            | _ -> Node.make dtype shape op args
        | Slice starts, [| x |] when x.Op = Pad starts && x.Args[0].Shape = shape -> x.Args[0]
        | Concat axis, _ when args |> Array.exists (fun x -> x.Op = Concat axis) ->
            again (Concat axis) (args |> Array.collect (fun x -> if x.Op = Concat axis then x.Args else [| x |]))
        | Binary BinaryOp.Add, Touching(axis, parts, starts) ->
            let length = parts |> Array.sumBy (fun x -> x.Shape[axis])
            again (Pad starts) [| make dtype (Shape.withAxis axis length parts[0].Shape) (Concat axis) parts |]
        | Reduce(ReduceOp.Sum, axis), [| Number number |] -> Node.fill dtype shape (number * float arg.Shape[axis])
        | Reduce(_, axis), _ when arg.Shape[axis] = 1 -> arg
        | Reduce(ReduceOp.Sum, axis), [| x |] when
            x.Op = Broadcast && x.Args[0].Rank = x.Rank && x.Args[0].Shape[axis] = 1
            ->
            let once = make dtype shape Broadcast x.Args
            again (Binary BinaryOp.Multiply) [| once; Node.fill dtype shape (float x.Shape[axis]) |]
        | Unary _, [| Number x |] -> ofNumbers dtype shape op [| x |]
        | Binary _, [| Number a; Number b |] -> ofNumbers dtype shape op [| a; b |]
        | Unary UnaryOp.Negate, [| x |] when x.Op = Unary UnaryOp.Negate -> x.Args[0]
        | Binary(BinaryOp.Add | BinaryOp.Subtract), [| x; Number 0.0 |]
        | Binary BinaryOp.Add, [| Number 0.0; x |]
        | Binary(BinaryOp.Multiply | BinaryOp.Divide), [| x; Number 1.0 |]
        | Binary BinaryOp.Multiply, [| Number 1.0; x |] -> x
        | Binary BinaryOp.Subtract, [| Number 0.0; x |]
        | Binary BinaryOp.Multiply, ([| x; Number -1.0 |] | [| Number -1.0; x |]) ->
            again (Unary UnaryOp.Negate) [| x |]
        | Binary BinaryOp.Add, [| x; y |] when y.Op = Unary UnaryOp.Negate ->
            again (Binary BinaryOp.Subtract) [| x; y.Args[0] |]
        | Binary BinaryOp.Subtract, [| x; y |] when y.Op = Unary UnaryOp.Negate ->
            again (Binary BinaryOp.Add) [| x; y.Args[0] |]
        | MatMul(transposeA, transposeB), [| a; b |] when a.Op.IsTranspose ->
            again (MatMul(not transposeA, transposeB)) [| a.Args[0]; b |]
        | MatMul(transposeA, transposeB), [| a; b |] when b.Op.IsTranspose ->
            again (MatMul(transposeA, not transposeB)) [| a; b.Args[0] |]
        | Concrete, _
        | Fill _, _
        | Parameter _, _ -> Node.make dtype shape op args
        | _ when canFold args -> evaluated (Node.make dtype shape op args)
        | _ -> Node.make dtype shape op args

    /// Applies a rule to every node, arguments first, and makes equal nodes one.
    let private rewrite (rule: Tensor -> Tensor[] -> Tensor) (roots: Tensor[]) =
        let results = Dictionary<Tensor, Tensor>(HashIdentity.Reference)
        let known = Dictionary<struct (DType * Op * string * string), Tensor>()

        let share (node: Tensor) =
            if node.Op = Concrete then
                node
            else
                let ids = node.Args |> Array.map (fun arg -> string arg.Id) |> String.concat ","
                let key = struct (node.DType, node.Op, Shape.format node.Shape, ids)

                match known.TryGetValue key with
                | true, same -> same
                | _ ->
                    known[key] <- node
                    node

        for node in Graph.topological roots do
            let args = node.Args |> Array.map (fun arg -> results[arg])
            results[node] <- share (rule node args)

        roots |> Array.map (fun root -> results[root])

    let private simplifyOnce =
        rewrite (fun node args ->
            if node.Op = Concrete && node.Size = 1 && node.DType <> Int32 then
                Node.fill node.DType node.Shape (Tensor.item node)
            elif node.Op = Concrete then
                node
            else
                make node.DType node.Shape node.Op args)

    /// How often each node is used, as an argument or as a root.
    let useCounts (roots: Tensor[]) =
        let counts = Dictionary<Tensor, int>(HashIdentity.Reference)

        let count node =
            counts[node] <-
                (match counts.TryGetValue node with
                 | true, n -> n
                 | _ -> 0)
                + 1

        Array.iter count roots

        for node in Graph.topological roots do
            Array.iter count node.Args

        counts

    /// Products take their bias and their rectifier along, where nobody else wants what lies between.
    let private joinLinear roots =
        let counts = useCounts roots
        let isProduct (x: Tensor) = x.Op.IsMatMul || x.Op.IsConvolve

        /// The product in an operation that may have got a bias, but no rectifier yet.
        let (|Unrectified|_|) (x: Tensor) =
            match x.Op with
            | Linear(product, activation) when activation = Activation.None -> Some product
            | _ when isProduct x -> Some x.Op
            | _ -> None

        /// The same number in each row of the product.
        let isBias (x: Tensor) (bias: Tensor) =
            let columns = Array.last x.Shape

            bias.Op = Broadcast
            && (bias.Args[0].Rank = x.Rank
                && Array.last bias.Args[0].Shape = columns
                && bias.Args[0].Size = columns
                || bias.Args[0].Rank = 0 && columns = 1)

        let biased (x: Tensor) (bias: Tensor) =
            Node.make x.DType x.Shape (Linear(x.Op, Activation.None)) [| x.Args[0]; x.Args[1]; bias.Args[0] |]

        roots
        |> rewrite (fun node args ->
            let isOwn i = counts[node.Args[i]] = 1

            let rectified i slope =
                match args[i] with
                | Unrectified product when isOwn i ->
                    Node.make node.DType node.Shape (Linear(product, Activation slope)) args[i].Args
                | _ -> Node.make node.DType node.Shape node.Op args

            match node.Op with
            | Binary BinaryOp.Add when isProduct args[0] && isOwn 0 && isBias args[0] args[1] -> biased args[0] args[1]
            | Binary BinaryOp.Add when isProduct args[1] && isOwn 1 && isBias args[1] args[0] -> biased args[1] args[0]
            | Unary UnaryOp.Relu -> rectified 0 0.0
            | Binary BinaryOp.LeakyRelu ->
                match args[1] with
                | Number slope when slope >= 0.0 -> rectified 0 slope
                | _ -> Node.make node.DType node.Shape node.Op args
            | Concrete -> node
            | op -> Node.make node.DType node.Shape op args)

    /// The simplified expressions, in the same order.
    let roots (roots: Tensor[]) : Tensor[] = roots |> simplifyOnce |> joinLinear
