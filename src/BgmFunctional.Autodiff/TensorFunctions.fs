namespace BgmFunctional.Autodiff

open System
open BgmFunctional.Kernels

/// Functions on tensors. n, m, k, p stand for lengths of axes; `number` for a float.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Tensor =

    // ---- from and to arrays -------------------------------------------------------------------------------------

    /// A float32 tensor of a shape from as many values, copied.
    let float32 (shape: int[]) (values: float32[]) = Node.concrete Float32 (Array.copy shape) (Array.copy values)

    /// A float64 tensor of a shape from as many values, copied.
    let float64 (shape: int[]) (values: float[]) = Node.concrete Float64 (Array.copy shape) (Array.copy values)

    /// An int32 vector of row indices, copied.
    let indices (rows: int[]) = Node.concrete DType.Int32 [| rows.Length |] (Array.copy rows)

    /// A tensor over the caller's own array (float32[], float[] or int[]), not copied: the fast way to feed a program, whose caller refills
    /// the array of a bound input between runs. A view that a traced function captures may be taken for a constant.
    let view (shape: int[]) (values: Array) =
        let shape = Array.copy shape

        match values with
        | :? (float32[]) -> Node.concrete Float32 shape values
        | :? (float[]) -> Node.concrete Float64 shape values
        | :? (int[]) -> Node.concrete DType.Int32 shape values
        | other ->
            invalidArg (nameof values) $"{other.GetType().Name} holds no tensor values; float32[], float[] or int[] do"

    /// Every element the same number.
    let fill dtype (shape: int[]) (number: float) = Node.fill dtype (Array.copy shape) number

    /// A tensor of numbers in the wanted element type, float32 or float64.
    let ofFloats dtype (shape: int[]) (values: float[]) =
        match dtype with
        | Float64 -> float64 shape values
        | Float32 -> Node.concrete Float32 (Array.copy shape) (Array.map single values)
        | Int32 -> invalidArg (nameof dtype) "int32 holds indices; use Tensor.indices"

    /// A float64 vector.
    let vector (values: float[]) = float64 [| values.Length |] values

    /// A float64 scalar.
    let scalar (value: float) = float64 [||] [| value |]

    /// Zeros with the shape and element type of another tensor.
    let zerosLike (x: Tensor) = fill x.DType x.Shape 0.0

    /// The same values without their history: gradients stop here, and what made them can be collected.
    let force (x: Tensor) = Node.concrete x.DType x.Shape (Evaluate.force x)

    /// The values in row-major order, as float64 whatever the element type.
    let toArray (x: Tensor) : float[] =
        match Evaluate.force x with
        | :? (float[]) as values -> Array.copy values
        | :? (float32[]) as values -> Array.map float values
        | values -> Array.map float (values :?> int[])

    /// The values of a float32 tensor in row-major order.
    let toFloat32 (x: Tensor) : float32[] =
        match Evaluate.force x with
        | :? (float32[]) as values -> Array.copy values
        | _ -> toArray x |> Array.map single

    /// The one element of a tensor that has one.
    let item (x: Tensor) =
        if x.Size <> 1 then
            Node.refuse "item" [ x ] "one element is needed"

        (toArray x)[0]

    /// The values in another floating element type, without their history.
    let cast dtype (x: Tensor) = if x.DType = dtype then x else ofFloats dtype x.Shape (toArray x)

    // ---- elementwise --------------------------------------------------------------------------------------------

    /// x².
    let square x = Node.unary UnaryOp.Square x

    /// 1/x.
    let reciprocal x = Node.unary UnaryOp.Reciprocal x

    /// −1, 0 or 1.
    let sign x = Node.unary UnaryOp.Sign x

    /// log(1 + x), accurate near 0.
    let log1p x = Node.unary UnaryOp.Log1p x

    /// eˣ − 1, accurate near 0.
    let expm1 x = Node.unary UnaryOp.Expm1 x

    /// 1 / (1 + e⁻ˣ).
    let sigmoid x = Node.unary UnaryOp.Sigmoid x

    /// log(1 + eˣ), without overflow.
    let softplus x = Node.unary UnaryOp.Softplus x

    /// log σ(x) = −softplus(−x).
    let logSigmoid (x: Tensor) = -(softplus (-x))

    /// max(x, 0).
    let relu x = Node.unary UnaryOp.Relu x

    /// x above 0, slope·x below; the slope is at least 0.
    let leakyRelu (slope: float) (x: Tensor) =
        if not (slope >= 0.0) then
            invalidArg (nameof slope) $"leakyRelu: slope {slope} would turn the sign; it must be at least 0"

        Node.binary BinaryOp.LeakyRelu x (Node.fill x.DType x.Shape slope)

    /// Elementwise larger one.
    let maximum a b = Node.binary BinaryOp.Max a b

    /// Elementwise smaller one.
    let minimum a b = Node.binary BinaryOp.Min a b

    /// 1 where a &gt; b, else 0; no gradient.
    let greater a b = Node.binary BinaryOp.Greater a b

    /// 1 where a ≥ b, else 0; no gradient.
    let greaterOrEqual a b = Node.binary BinaryOp.GreaterOrEqual a b

    /// 1 where a = b, else 0; no gradient.
    let equal a b = Node.binary BinaryOp.Equal a b

    /// a where the condition is not 0, else b.
    let select condition a b = Node.select condition a b

    /// x inside [low, high]; the gradient is 0 outside.
    let clamp (low: float) (high: float) (x: Tensor) =
        if not (low <= high) then
            invalidArg (nameof low) $"clamp: nothing lies between {low} and {high}"

        minimum (maximum x (fill x.DType x.Shape low)) (fill x.DType x.Shape high)

    /// The same values, at which gradients stop.
    let detach (x: Tensor) = Node.make x.DType x.Shape Detach [| x |]

    // ---- shapes -------------------------------------------------------------------------------------------------

    /// The same elements in another shape.
    let reshape (shape: int[]) x = Node.reshape (Array.copy shape) x

    /// Axes in another order: axis i of the result is axis order[i] of x.
    let permute order x = Node.transpose order x

    /// (m, n) -> (n, m).
    let transpose (x: Tensor) =
        if x.Rank <> 2 then
            Node.refuse "transpose" [ x ] "two axes are needed (or Tensor.permute)"

        Node.transpose [| 1; 0 |] x

    /// Repeats axes of length 1, or a scalar, to a shape.
    let broadcast (shape: int[]) x = Node.broadcast (Array.copy shape) x

    /// Elements start … start + length − 1 along an axis.
    let slice axis start length (x: Tensor) =
        Node.checkAxis "slice" axis x
        let starts = Array.init x.Rank (fun i -> if i = axis then start else 0)
        Node.slice starts (Shape.withAxis axis length x.Shape) x

    /// Tensors one after another along an axis.
    let concat axis parts = Node.concat axis parts

    /// Tensors of one shape along a new first axis.
    let stack (parts: Tensor list) =
        parts
        |> List.map (fun x -> reshape (Array.append [| 1 |] x.Shape) x)
        |> concat 0

    /// Drops an axis of length 1.
    let squeeze axis (x: Tensor) =
        Node.checkAxis "squeeze" axis x

        if x.Shape[axis] <> 1 then
            Node.refuse "squeeze" [ x ] $"axis {axis} is longer than 1 or empty"

        reshape (Array.removeAt axis x.Shape) x

    /// Adds an axis of length 1 before position axis.
    let unsqueeze axis (x: Tensor) =
        if axis < 0 || axis > x.Rank then
            Node.refuse "unsqueeze" [ x ] $"no axis can stand at position {axis}"

        reshape (Array.insertAt axis 1 x.Shape) x

    // ---- rows ---------------------------------------------------------------------------------------------------

    /// Rows (first axis) in the order of int32 indices: (n, …) -> (m) -> (m, …).
    let gatherRows indices x = Node.gatherRows indices x

    /// Sums of rows that share an index: (m, …) -> (m) -> (rows, …).
    let scatterAddRows rows indices x = Node.scatterAddRows rows indices x

    // ---- reductions ---------------------------------------------------------------------------------------------

    /// Sum along an axis, which stays with length 1.
    let sumKeep axis x = Node.reduce ReduceOp.Sum axis x

    /// Sum along an axis, which goes.
    let sumAxis axis x = sumKeep axis x |> squeeze axis

    /// Largest along an axis, which stays with length 1; ties share the gradient.
    let maxKeep axis x = Node.reduce ReduceOp.Max axis x

    /// Sum of all elements, a scalar.
    let sum (x: Tensor) = reshape [| x.Size |] x |> sumAxis 0

    /// Mean of all elements, a scalar.
    let mean (x: Tensor) = sum x / float x.Size

    /// Mean along an axis, which goes.
    let meanAxis axis (x: Tensor) = sumAxis axis x / float x.Shape[axis]

    /// log Σ exp along an axis, which stays with length 1, without overflow.
    let logSumExpKeep axis (x: Tensor) =
        let top = detach (maxKeep axis x)
        top + log (sumKeep axis (exp (x - top)))

    /// exp(x) / Σ exp(x) along an axis.
    let softmax axis (x: Tensor) = exp (x - logSumExpKeep axis x)

    // ---- matrices -----------------------------------------------------------------------------------------------

    /// Product of matrices: (m, k) -> (k, n) -> (m, n).
    let matMul a b = Node.matMul false false a b

    /// Inner product of two tensors of one shape, a scalar: Σ aᵢbᵢ.
    let dot (a: Tensor) (b: Tensor) =
        if a.Shape <> b.Shape then
            Node.refuse "dot" [ a; b ] "both operands need one shape"

        sum (a * b)

    /// Running sums along the last axis of a matrix, as a product with a triangle of ones: (n, k) -> (n, k).
    let cumulativeSum (x: Tensor) =
        if x.Rank <> 2 then
            Node.refuse "cumulativeSum" [ x ] "two axes are needed"

        let k = x.Shape[1]
        let triangle = Array.init (k * k) (fun i -> if i / k <= i % k then 1.0 else 0.0)
        matMul x (ofFloats x.DType [| k; k |] triangle)

    // ---- images -------------------------------------------------------------------------------------------------

    /// Convolution of images with filters, every stride-th pixel: weights (kh, kw, c, filters) -> (n, h, w, c) -> (n, oh, ow, filters). A filter is
    /// not turned over: an output is the product of what lies under the filter with its weights.
    /// <exception cref="System.ArgumentException">Channels that do not match, a filter larger than the image without padding, a stride below 1.</exception>
    let conv2d stride padding (weights: Tensor) (x: Tensor) = Convolve.forward stride padding weights x

    /// The adjoint of conv2d with these weights, which makes images larger: (kh, kw, filters, c) -> (n, h, w, c) -> (n, oh, ow, filters). With
    /// Padding.Same they grow by the stride.
    /// <exception cref="System.ArgumentException">Channels that do not match, a stride below 1.</exception>
    let convTranspose2d stride padding (weights: Tensor) (x: Tensor) = Convolve.transposed stride padding weights x

    /// Each pixel repeated to a square: (n, h, w, c) -> (n, factor·h, factor·w, c).
    let upsample2d (factor: int) (x: Tensor) =
        if x.Rank <> 4 || factor < 1 then
            Node.refuse "upsample2d" [ x ] $"four axes and a factor of at least 1 are needed (factor {factor})"

        let n, h, w, c = x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]

        reshape [| n; h; 1; w; 1; c |] x
        |> broadcast [| n; h; factor; w; factor; c |]
        |> reshape [| n; factor * h; factor * w; c |]
