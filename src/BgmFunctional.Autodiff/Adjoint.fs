// Reverse mode: what each operation passes back to its arguments. The rules build expressions, so a gradient can be
// differentiated again.
namespace BgmFunctional.Autodiff

open System.Collections.Generic
open BgmFunctional.Kernels

[<RequireQualifiedAccess>]
module internal Adjoint =

    let private slope (op: UnaryOp) (x: Tensor) (y: Tensor) : (Tensor -> Tensor) option =
        match op with
        | UnaryOp.Negate -> Some(fun g -> -g)
        | UnaryOp.Abs -> Some(fun g -> g * Tensor.sign x)
        | UnaryOp.Square -> Some(fun g -> g * (2.0 * x))
        | UnaryOp.Reciprocal -> Some(fun g -> -(g * Tensor.square y))
        | UnaryOp.Sqrt -> Some(fun g -> g * 0.5 / y)
        | UnaryOp.Exp -> Some(fun g -> g * y)
        | UnaryOp.Log -> Some(fun g -> g / x)
        | UnaryOp.Log1p -> Some(fun g -> g / (1.0 + x))
        | UnaryOp.Expm1 -> Some(fun g -> g * (1.0 + y))
        | UnaryOp.Tanh -> Some(fun g -> g * (1.0 - Tensor.square y))
        | UnaryOp.Sigmoid -> Some(fun g -> g * (y * (1.0 - y)))
        | UnaryOp.Softplus -> Some(fun g -> g * Tensor.sigmoid x)
        | UnaryOp.Relu -> Some(fun g -> g * Tensor.greater y (Tensor.zerosLike y))
        | UnaryOp.Sin -> Some(fun g -> g * cos x)
        | UnaryOp.Cos -> Some(fun g -> -(g * sin x))
        | UnaryOp.Atan -> Some(fun g -> g / (1.0 + Tensor.square x))
        | _ -> None

    let private both (op: BinaryOp) (a: Tensor) (b: Tensor) (y: Tensor) (g: Tensor) : Tensor option * Tensor option =
        let choose (condition: Tensor) = Some(g * condition), Some(g * (1.0 - condition))

        match op with
        | BinaryOp.Add -> Some g, Some g
        | BinaryOp.Subtract -> Some g, Some(-g)
        | BinaryOp.Multiply -> Some(g * b), Some(g * a)
        | BinaryOp.Divide -> Some(g / b), Some(-(g * y / b))
        | BinaryOp.Max -> choose (Tensor.greaterOrEqual a b)
        | BinaryOp.Min -> choose (Tensor.greaterOrEqual b a)
        | BinaryOp.LeakyRelu -> Some(g * Node.binary BinaryOp.LeakyReluSlope y b), Some(g * -(Tensor.relu (-a)))
        | BinaryOp.LeakyReluSlope -> None, Some(g * (1.0 - Tensor.greater a (Tensor.zerosLike a)))
        | _ -> None, None

    /// Sums a gradient over the axes along which a value was repeated.
    let private unbroadcast (shape: int[]) (g: Tensor) =
        if shape.Length = 0 then
            Tensor.sum g
        else
            let repeated = [
                for axis in 0 .. shape.Length - 1 do
                    if shape[axis] = 1 && g.Shape[axis] <> 1 then
                        axis
            ]

            List.fold (fun g axis -> Tensor.sumKeep axis g) g repeated

    /// What a gradient g of a node's value gives each of its arguments; None where nothing flows.
    let private pass (node: Tensor) (g: Tensor) : Tensor option list =
        let arg i = node.Args[i]

        match node.Op with
        | Concrete
        | Fill _
        | Parameter _
        | Detach -> [ for _ in node.Args -> None ]
        | Identity -> [ Some g ]
        | Unary op -> [ slope op (arg 0) node |> Option.map (fun pass -> pass g) ]
        | Binary op ->
            let ga, gb = both op (arg 0) (arg 1) node g
            [ ga; gb ]
        | Select ->
            let zero = Tensor.zerosLike g
            [ None; Some(Node.select (arg 0) g zero); Some(Node.select (arg 0) zero g) ]
        | Broadcast -> [ Some(unbroadcast (arg 0).Shape g) ]
        | Reshape -> [ Some(Node.reshape (arg 0).Shape g) ]
        | Transpose order -> [
            Some(Node.transpose (Array.init order.Length (fun i -> Array.findIndex ((=) i) order)) g)
          ]
        | Slice starts -> [ Some(Node.pad starts (arg 0).Shape g) ]
        | Pad starts -> [ Some(Node.slice starts (arg 0).Shape g) ]
        | Concat axis ->
            let starts = node.Args |> Array.scan (fun start part -> start + part.Shape[axis]) 0
            [ for i, part in Array.indexed node.Args -> Some(Tensor.slice axis starts[i] part.Shape[axis] g) ]
        | Reduce(ReduceOp.Sum, _) -> [ Some(Node.broadcast (arg 0).Shape g) ]
        | Reduce(_, axis) ->
            let x = arg 0
            let isTop = Tensor.equal x (Node.broadcast x.Shape node)
            [ Some(Node.broadcast x.Shape (g / Tensor.sumKeep axis isTop) * isTop) ]
        | MatMul(transposeA, transposeB) ->
            let a, b = arg 0, arg 1

            // y = A·B: dA = g·Bᵀ, dB = Aᵀ·g; a transposed operand wants the transpose of that.
            let ga =
                if transposeA then
                    Node.matMul transposeB true b g
                else
                    Node.matMul false (not transposeB) g b

            let gb =
                if transposeB then
                    Node.matMul true transposeA g a
                else
                    Node.matMul (not transposeA) false a g

            [ Some ga; Some gb ]
        | Convolve c -> [ Some(Convolve.images c g (arg 1)); Some(Convolve.weights c (arg 0) g) ]
        | ConvolveImages c -> [ Some(Convolve.outputs c g (arg 1)); Some(Convolve.weights c g (arg 0)) ]
        | ConvolveWeights c -> [ Some(Convolve.images c (arg 1) g); Some(Convolve.outputs c (arg 0) g) ]
        | GatherRows -> [ Some(Node.scatterAddRows (arg 0).Shape[0] (arg 1) g); None ]
        | ScatterAddRows -> [ Some(Node.gatherRows (arg 1) g); None ]
        | Linear _
        | Fused _ -> invalidOp "operations of a compiled program are not differentiated; the function it came from is"

    /// Gradients of Σ seed·output with respect to nodes of its expression; zeros where it does not depend on one.
    let gradients (output: Tensor) (seed: Tensor) (wrt: Tensor[]) : Tensor[] =
        let order = Graph.topological [ output ]
        let depends = HashSet<Tensor>(wrt, HashIdentity.Reference)

        for node in order do
            if node.Op <> Detach && Array.exists depends.Contains node.Args then
                depends.Add node |> ignore

        let sums = Dictionary<Tensor, Tensor>(HashIdentity.Reference)
        let isWrt = HashSet<Tensor>(wrt, HashIdentity.Reference)

        let add node g =
            sums[node] <-
                match sums.TryGetValue node with
                | true, sum -> sum + g
                | _ -> g

        if depends.Contains output then
            add output seed

        for node in Seq.rev order do
            if depends.Contains node && not (isWrt.Contains node) && sums.ContainsKey node then
                pass node sums[node]
                |> List.iteri (fun i passed ->
                    match passed with
                    | Some g when depends.Contains node.Args[i] -> add node.Args[i] g
                    | _ -> ())

        wrt
        |> Array.map (fun x ->
            match sums.TryGetValue x with
            | true, g -> g
            | _ -> Tensor.zerosLike x)
