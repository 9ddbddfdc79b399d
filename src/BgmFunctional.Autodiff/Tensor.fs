// The one tensor type: a concrete array, or an expression over other tensors. Nothing is computed while an expression is
// built; shapes and element types are checked then, and a mistake names the operation and the shapes.
namespace BgmFunctional.Autodiff

open System
open System.Threading
open BgmFunctional.Kernels

/// An immutable tensor: a concrete array or an expression over other tensors, evaluated when its values are asked for.
/// Equality is identity.
[<Sealed; AllowNullLiteral>]
type Tensor internal (dtype: DType, shape: int[], op: Op, args: Tensor[], value: Array) =
    static let mutable count = 0L
    let id = Interlocked.Increment &count

    /// Order of creation, so arguments come before what is made of them.
    member internal _.Id = id
    member internal _.Op = op
    member internal _.Args = args

    /// The values once they are known, else null; set once, with the only values they can have.
    member val internal Value = value with get, set

    /// Element type.
    member _.DType = dtype

    /// Lengths of the axes, outermost first.
    member _.Shape: int[] = shape

    /// Number of axes.
    member _.Rank = shape.Length

    /// Number of elements.
    member _.Size = Shape.size shape

    /// Element type and shape.
    override _.ToString() = $"{dtype} {Shape.format shape}"

/// Makes nodes, checked.
module internal Node =

    let refuse operation (shapes: Tensor list) hint =
        let found = shapes |> List.map (fun t -> Shape.format t.Shape) |> String.concat " and "
        raise (ArgumentException $"{operation}: {found}; {hint}")

    let make dtype shape op args = Tensor(dtype, shape, op, args, null)

    let concrete dtype (shape: int[]) (value: Array) =
        if
            Array.exists (fun length -> length < 0) shape
            || Shape.size shape <> value.Length
        then
            raise (ArgumentException $"tensor: {value.Length} values do not fill shape {Shape.format shape}")

        Tensor(dtype, shape, Concrete, [||], value)

    let requireFloat operation (t: Tensor) =
        if t.DType = DType.Int32 then
            raise (
                ArgumentException
                    $"{operation}: int32 {Shape.format t.Shape} holds indices; arithmetic wants float32 or float64"
            )

    let fill dtype (shape: int[]) number =
        if Array.exists (fun length -> length < 0) shape then
            raise (ArgumentException $"fill: {Shape.format shape} has an axis of negative length")

        let filled = make dtype shape (Fill number) [||]
        requireFloat "fill" filled
        filled

    let sameType operation (a: Tensor) (b: Tensor) =
        requireFloat operation a
        requireFloat operation b

        if a.DType <> b.DType then
            raise (
                ArgumentException $"{operation}: {a} and {b} have different element types; convert one with Tensor.cast"
            )

    let checkAxis operation axis (x: Tensor) =
        if axis < 0 || axis >= x.Rank then
            refuse operation [ x ] $"axis {axis} does not exist"

    let unary op (x: Tensor) =
        requireFloat $"{op}" x
        make x.DType x.Shape (Unary op) [| x |]

    let broadcast shape (x: Tensor) =
        requireFloat "broadcast" x

        if x.Shape = shape then
            x
        elif Shape.canBroadcast x.Shape shape then
            make x.DType shape Broadcast [| x |]
        else
            refuse "broadcast" [ x ] $"cannot be repeated to {Shape.format shape}: an axis must agree or be 1"

    let private common operation (operands: Tensor list) =
        let merge shape (x: Tensor) =
            match Shape.broadcast shape x.Shape with
            | Some shape -> shape
            | None ->
                refuse
                    operation
                    operands
                    "ranks must be equal and each axis equal or 1 (insert axes with Tensor.reshape)"

        List.fold merge [||] operands

    let binary op (a: Tensor) (b: Tensor) =
        sameType $"{op}" a b
        let shape = common $"{op}" [ a; b ]
        make a.DType shape (Binary op) [| broadcast shape a; broadcast shape b |]

    let select (condition: Tensor) (a: Tensor) (b: Tensor) =
        sameType "select" condition a
        sameType "select" a b
        let shape = common "select" [ condition; a; b ]
        make a.DType shape Select (Array.map (broadcast shape) [| condition; a; b |])

    let reshape (shape: int[]) (x: Tensor) =
        requireFloat "reshape" x

        if shape = x.Shape then
            x
        elif Array.forall (fun length -> length >= 0) shape && Shape.size shape = x.Size then
            make x.DType shape Reshape [| x |]
        else
            refuse "reshape" [ x ] $"{x.Size} elements do not fill {Shape.format shape}"

    let transpose (order: int[]) (x: Tensor) =
        requireFloat "transpose" x

        if Array.sort order <> [| 0 .. x.Rank - 1 |] then
            refuse "transpose" [ x ] $"{Shape.format order} is no order of its axes"

        if order = [| 0 .. x.Rank - 1 |] then
            x
        else
            make x.DType (order |> Array.map (fun axis -> x.Shape[axis])) (Transpose order) [| x |]

    let slice (starts: int[]) (shape: int[]) (x: Tensor) =
        requireFloat "slice" x

        let fits =
            starts.Length = x.Rank
            && shape.Length = x.Rank
            && Seq.forall2
                (fun (start, length) whole -> start >= 0 && length >= 0 && start <= whole - length)
                (Seq.zip starts shape)
                x.Shape

        if not fits then
            refuse "slice" [ x ] $"{Shape.format shape} from {Shape.format starts} does not lie inside"

        if shape = x.Shape then x else make x.DType shape (Slice starts) [| x |]

    let pad (starts: int[]) (shape: int[]) (x: Tensor) =
        if shape = x.Shape then x else make x.DType shape (Pad starts) [| x |]

    let concat axis (parts: Tensor list) =
        match parts with
        | [] -> invalidArg (nameof parts) "concat: at least one tensor is needed"
        | [ x ] -> x
        | first :: rest ->
            requireFloat "concat" first
            checkAxis "concat" axis first

            for x in rest do
                if
                    x.DType <> first.DType
                    || x.Rank <> first.Rank
                    || Shape.withAxis axis 0 x.Shape <> Shape.withAxis axis 0 first.Shape
                then
                    refuse "concat" parts $"all axes but {axis}, and the element types, must agree"

            let length = parts |> List.sumBy (fun x -> x.Shape[axis])
            make first.DType (Shape.withAxis axis length first.Shape) (Concat axis) (List.toArray parts)

    let reduce op axis (x: Tensor) =
        requireFloat $"{op}" x
        checkAxis $"{op}" axis x

        if x.Shape[axis] = 0 && op = ReduceOp.Max then
            refuse "Max" [ x ] $"axis {axis} is empty and has no largest element"

        make x.DType (Shape.withAxis axis 1 x.Shape) (Reduce(op, axis)) [| x |]

    let matMul transposeA transposeB (a: Tensor) (b: Tensor) =
        sameType "matMul" a b

        if a.Rank <> 2 || b.Rank <> 2 then
            refuse "matMul" [ a; b ] "both operands need two axes"

        let m, inner = if transposeA then a.Shape[1], a.Shape[0] else a.Shape[0], a.Shape[1]
        let innerB, n = if transposeB then b.Shape[1], b.Shape[0] else b.Shape[0], b.Shape[1]

        if inner <> innerB then
            refuse "matMul" [ a; b ] $"the inner axes {inner} and {innerB} must agree"

        make a.DType [| m; n |] (MatMul(transposeA, transposeB)) [| a; b |]

    let private requireIndices operation (indices: Tensor) =
        if indices.DType <> DType.Int32 || indices.Rank <> 1 then
            raise (ArgumentException $"{operation}: indices are {indices}; an int32 vector is needed")

    let gatherRows (indices: Tensor) (x: Tensor) =
        requireIndices "gatherRows" indices

        if x.Rank = 0 then
            refuse "gatherRows" [ x ] "a scalar has no rows"

        make x.DType (Shape.withAxis 0 indices.Size x.Shape) GatherRows [| x; indices |]

    let scatterAddRows rows (indices: Tensor) (x: Tensor) =
        requireIndices "scatterAddRows" indices

        if x.Rank = 0 || x.Shape[0] <> indices.Size then
            refuse "scatterAddRows" [ x; indices ] "one index a row is needed"

        make x.DType (Shape.withAxis 0 rows x.Shape) ScatterAddRows [| x; indices |]

type Tensor with

    static member private Number(like: Tensor, number: float) = Node.fill like.DType like.Shape number

    /// Elementwise sum; shapes of equal rank, axes equal or 1, or a scalar.
    static member (+)(a: Tensor, b: Tensor) = Node.binary BinaryOp.Add a b
    /// Elementwise sum with a number.
    static member (+)(a: Tensor, b: float) = Node.binary BinaryOp.Add a (Tensor.Number(a, b))
    /// Elementwise sum with a number.
    static member (+)(a: float, b: Tensor) = Node.binary BinaryOp.Add (Tensor.Number(b, a)) b

    /// Elementwise difference; shapes as for the sum.
    static member (-)(a: Tensor, b: Tensor) = Node.binary BinaryOp.Subtract a b
    /// Elementwise difference with a number.
    static member (-)(a: Tensor, b: float) = Node.binary BinaryOp.Subtract a (Tensor.Number(a, b))
    /// Elementwise difference with a number.
    static member (-)(a: float, b: Tensor) = Node.binary BinaryOp.Subtract (Tensor.Number(b, a)) b

    /// Elementwise product; shapes as for the sum. The product of matrices is Tensor.matMul.
    static member (*)(a: Tensor, b: Tensor) = Node.binary BinaryOp.Multiply a b
    /// Elementwise product with a number.
    static member (*)(a: Tensor, b: float) = Node.binary BinaryOp.Multiply a (Tensor.Number(a, b))
    /// Elementwise product with a number.
    static member (*)(a: float, b: Tensor) = Node.binary BinaryOp.Multiply (Tensor.Number(b, a)) b

    /// Elementwise quotient; shapes as for the sum.
    static member (/)(a: Tensor, b: Tensor) = Node.binary BinaryOp.Divide a b
    /// Elementwise quotient with a number.
    static member (/)(a: Tensor, b: float) = Node.binary BinaryOp.Divide a (Tensor.Number(a, b))
    /// Elementwise quotient with a number.
    static member (/)(a: float, b: Tensor) = Node.binary BinaryOp.Divide (Tensor.Number(b, a)) b

    /// −x.
    static member (~-)(x: Tensor) = Node.unary UnaryOp.Negate x
    /// eˣ; `exp x`.
    static member Exp(x: Tensor) = Node.unary UnaryOp.Exp x
    /// Natural logarithm; `log x`.
    static member Log(x: Tensor) = Node.unary UnaryOp.Log x
    /// √x; `sqrt x`.
    static member Sqrt(x: Tensor) = Node.unary UnaryOp.Sqrt x
    /// Hyperbolic tangent; `tanh x`.
    static member Tanh(x: Tensor) = Node.unary UnaryOp.Tanh x
    /// Sine; `sin x`.
    static member Sin(x: Tensor) = Node.unary UnaryOp.Sin x
    /// Cosine; `cos x`.
    static member Cos(x: Tensor) = Node.unary UnaryOp.Cos x
    /// Inverse tangent; `atan x`.
    static member Atan(x: Tensor) = Node.unary UnaryOp.Atan x
    /// |x|; `abs x`.
    static member Abs(x: Tensor) = Node.unary UnaryOp.Abs x
    /// Largest integer not above x; `floor x`.
    static member Floor(x: Tensor) = Node.unary UnaryOp.Floor x
