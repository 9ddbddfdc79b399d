// What tensors hold, and what is done with them.
namespace BgmFunctional.Autodiff

open BgmFunctional.Kernels

/// Element types: float32 for training, float64 for classical fits and queries, int32 for row indices only.
type DType =
    /// 32-bit floating point.
    | Float32
    /// 64-bit floating point.
    | Float64
    /// 32-bit integers: indices of rows, no arithmetic.
    | Int32

/// What a node of an expression does with its arguments. The node's shape says how far a broadcast or a slice reaches.
[<NoComparison>]
type internal Op =
    /// Values that are there.
    | Concrete
    /// The same number everywhere.
    | Fill of value: float
    /// Input number i of a program.
    | Parameter of index: int
    /// Its argument; a gradient is taken with respect to it.
    | Identity
    /// Its argument; gradients stop here.
    | Detach
    | Unary of UnaryOp
    | Binary of BinaryOp
    /// condition, then, else.
    | Select
    | Broadcast
    | Reshape
    /// Axis i of the result is axis order[i] of the argument.
    | Transpose of order: int[]
    /// From these starts, as far as the node's shape.
    | Slice of starts: int[]
    /// Zeros with the argument placed at these starts.
    | Pad of starts: int[]
    | Concat of axis: int
    /// The axis stays, with length 1.
    | Reduce of ReduceOp * axis: int
    /// (m, k)·(k, n), each operand transposed first if its flag says so.
    | MatMul of transposeA: bool * transposeB: bool
    /// rows, indices.
    | GatherRows
    /// rows, indices: sums of rows that share an index.
    | ScatterAddRows
    /// images, weights.
    | Convolve of Convolution
    /// outputs, weights: the adjoint of a convolution in its images.
    | ConvolveImages of Convolution
    /// images, outputs: the adjoint of a convolution in its weights.
    | ConvolveWeights of Convolution
    /// A product of matrices or a convolution + bias, then the activation; made by the compiler.
    | Linear of product: Op * Activation
    /// A group of elementwise operations run block by block; made by the compiler.
    | Fused of FusedMap

/// Elementwise steps over registers: inputs first, then one register a step.
and [<NoComparison>] internal FusedMap = {
    /// How each argument spreads over (rows, columns).
    Inputs: Spread[]
    Steps: FusedStep[]
    Rows: int
    Columns: int
    /// Registers that are stored, in the order of the outputs.
    Stored: int[]
}

/// How an argument fills a (rows, columns) block.
and internal Spread =
    | Whole
    | OneNumber
    | OneRow
    | OneColumn

and [<NoComparison>] internal FusedStep =
    | Map1 of UnaryOp * x: int
    | Map2 of BinaryOp * a: int * b: int
    | MapRight of BinaryOp * a: int * number: float
    | MapLeft of BinaryOp * number: float * b: int
    | Map3 of condition: int * a: int * b: int
