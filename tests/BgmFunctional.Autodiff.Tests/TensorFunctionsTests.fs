/// Values of functions, against arrays computed by hand.
module BgmFunctional.Autodiff.Tests.TensorFunctionsTests

open System
open Xunit
open FsCheck
open FsCheck.FSharp
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators
open BgmFunctional.Autodiff.Tests.Numeric

/// Rounding of a handful of operations of the type.
let private tolerance dtype = if dtype = Float32 then 1e-5 else 1e-13

let private elementwise name domain (f: Tensor -> Tensor) (expected: float -> float) =
    for dtype in [ Float32; Float64 ] do
        check 30 (Gens.shape |> Gen.bind (Gens.valuesIn domain)) (fun values ->
            let x = Values.tensor dtype values
            close (tolerance dtype) name (Array.map expected (Tensor.toArray x)) (Tensor.toArray (f x)))

[<Fact>]
let ``elementwise functions are those of System.Math`` () =
    elementwise "exp" Anywhere exp Math.Exp
    elementwise "log" Positive log Math.Log
    elementwise "log1p" AboveMinusOne Tensor.log1p (fun x -> Math.Log(1.0 + x))
    elementwise "expm1" Anywhere Tensor.expm1 (fun x -> Math.Exp x - 1.0)
    elementwise "sqrt" Positive sqrt Math.Sqrt
    elementwise "tanh" Anywhere tanh Math.Tanh
    elementwise "sin" Anywhere sin Math.Sin
    elementwise "cos" Anywhere cos Math.Cos
    elementwise "atan" Anywhere atan Math.Atan
    elementwise "abs" Anywhere abs Math.Abs
    elementwise "floor" AwayFromIntegers floor Math.Floor
    elementwise "sign" Anywhere Tensor.sign (fun x -> float (Math.Sign x))
    elementwise "reciprocal" AwayFromZero Tensor.reciprocal (fun x -> 1.0 / x)
    elementwise "square" Anywhere Tensor.square (fun x -> x * x)
    elementwise "sigmoid" Anywhere Tensor.sigmoid (fun x -> 1.0 / (1.0 + Math.Exp -x))
    elementwise "softplus" Anywhere Tensor.softplus (fun x -> Math.Log(1.0 + Math.Exp x))
    elementwise "logSigmoid" Anywhere Tensor.logSigmoid (fun x -> -Math.Log(1.0 + Math.Exp -x))
    elementwise "relu" Anywhere Tensor.relu (fun x -> Math.Max(x, 0.0))
    elementwise "leakyRelu" Anywhere (Tensor.leakyRelu 0.2) (fun x -> if x > 0.0 then x else 0.2 * x)
    elementwise "clamp" Anywhere (Tensor.clamp -1.0 2.0) (fun x -> Math.Clamp(x, -1.0, 2.0))

/// Element of a broadcast operand at an index of the common shape.
let private at (shape: int[]) (values: float[]) (index: int[]) =
    let strides = Shape.strides shape

    let offset =
        Seq.init shape.Length (fun axis -> if shape[axis] = 1 then 0 else strides[axis] * index[axis])
        |> Seq.sum

    values[offset]

let private indexOf (shape: int[]) i = Shape.strides shape |> Array.mapi (fun axis stride -> i / stride % shape[axis])

[<Fact>]
let ``binary operations repeat axes of length 1 and scalars`` () =
    let operations: (string * (Tensor -> Tensor -> Tensor) * (float -> float -> float)) list = [
        "add", (+), (+)
        "subtract", (-), (-)
        "multiply", (*), (*)
        "maximum", Tensor.maximum, max
        "minimum", Tensor.minimum, min
        "greater", Tensor.greater, (fun a b -> if a > b then 1.0 else 0.0)
        "greaterOrEqual", Tensor.greaterOrEqual, (fun a b -> if a >= b then 1.0 else 0.0)
        "equal", Tensor.equal, (fun a b -> if a = b then 1.0 else 0.0)
    ]

    let pairs =
        Gens.broadcastable
        |> Gen.bind (fun (a, b) -> Gen.zip (Gens.values a) (Gens.values b))

    for name, f, expected in operations do
        check 30 pairs (fun (a, b) ->
            let y = f (Values.tensor Float64 a) (Values.tensor Float64 b)

            let byHand =
                Array.init y.Size (fun i ->
                    let index = indexOf y.Shape i
                    expected (at a.Shape a.Numbers index) (at b.Shape b.Numbers index))

            sameBits name byHand (Tensor.toArray y))

[<Fact>]
let ``a permuted tensor has its elements where the axes went`` () =
    let cases =
        gen {
            let! shape = Gens.shape
            let! order = Gen.shuffle [| 0 .. shape.Length - 1 |]
            let! x = Gens.values shape
            return x, order
        }

    check 100 cases (fun (x, order) ->
        let y = Tensor.permute order (Values.tensor Float64 x)

        let byHand =
            Array.init y.Size (fun i ->
                let index = indexOf y.Shape i
                at x.Shape x.Numbers (Array.init order.Length (fun axis -> index[Array.findIndex ((=) axis) order])))

        // A whole axis of length 1 is index 0 either way.
        sameBits "permute" byHand (Tensor.toArray y))

[<Fact>]
let ``slices put together again are the whole`` () =
    let cases =
        gen {
            let! shape, axis = Gens.shapeAndAxis
            let! cut = Gen.choose (0, shape[axis])
            let! x = Gens.values shape
            return x, axis, cut
        }

    check 100 cases (fun (x, axis, cut) ->
        let whole = Values.tensor Float64 x
        let parts = [ Tensor.slice axis 0 cut whole; Tensor.slice axis cut (x.Shape[axis] - cut) whole ]
        sameBits "concat" x.Numbers (Tensor.toArray (Tensor.concat axis parts)))

[<Fact>]
let ``matMul in all transposition forms is the sum of products`` () =
    let cases =
        gen {
            let! m, n, k = Gen.zip3 Gens.length Gens.length Gens.length
            return! Gen.zip (Gens.values [| m; k |]) (Gens.values [| k; n |])
        }

    check 100 cases (fun (a, b) ->
        let m, k, n = a.Shape[0], a.Shape[1], b.Shape[1]

        let byHand =
            Array.init (m * n) (fun i ->
                Seq.sum (seq { for p in 0 .. k - 1 -> a.Numbers[i / n * k + p] * b.Numbers[p * n + i % n] }))

        let a, b = Values.tensor Float64 a, Values.tensor Float64 b
        let turned x = Tensor.force (Tensor.transpose x)

        for a in [ a; Tensor.transpose (turned a) ] do
            for b in [ b; Tensor.transpose (turned b) ] do
                close 1e-14 "matMul" byHand (Tensor.toArray (Tensor.matMul a b)))

[<Fact>]
let ``reductions along an axis go over its elements`` () =
    check
        100
        (Gens.filledShapeAndAxis
         |> Gen.bind (fun (shape, axis) -> Gens.values shape |> Gen.map (fun x -> x, axis)))
        (fun (x, axis) ->
            let outer, n, inner = Shape.around axis x.Shape

            let along f =
                Array.init (outer * inner) (fun i ->
                    f [| for j in 0 .. n - 1 -> x.Numbers[(i / inner * n + j) * inner + i % inner] |])

            let t = Values.tensor Float64 x
            close 1e-13 "sum" (along Array.sum) (Tensor.toArray (Tensor.sumAxis axis t))
            close 1e-13 "mean" (along Array.average) (Tensor.toArray (Tensor.meanAxis axis t))
            sameBits "max" (along Array.max) (Tensor.toArray (Tensor.maxKeep axis t))
            close 1e-13 "logSumExp" (along (Array.sumBy exp >> log)) (Tensor.toArray (Tensor.logSumExpKeep axis t))
            let total = Tensor.toArray (Tensor.sumAxis axis (Tensor.softmax axis t))
            close 1e-13 "softmax" (Array.create total.Length 1.0) total)

[<Fact>]
let ``logSumExp does not overflow`` () =
    Assert.Equal(1000.0 + log 2.0, Tensor.item (Tensor.logSumExpKeep 0 (Tensor.vector [| 1000.0; 1000.0 |])), 12)

[<Fact>]
let ``scattering what was gathered adds each row as often as it was taken`` () =
    let x = Tensor.float64 [| 3; 2 |] [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]
    let rows = Tensor.indices [| 2; 0; 2 |]
    let gathered = Tensor.gatherRows rows x
    Assert.Equal<float[]>([| 5.0; 6.0; 1.0; 2.0; 5.0; 6.0 |], Tensor.toArray gathered)
    Assert.Equal<float[]>([| 1.0; 2.0; 0.0; 0.0; 10.0; 12.0 |], Tensor.toArray (Tensor.scatterAddRows 3 rows gathered))

[<Fact>]
let ``cumulativeSum runs along the last axis`` () =
    let x = Tensor.float64 [| 2; 3 |] [| 1.0; 2.0; 3.0; 4.0; 5.0; 6.0 |]
    Assert.Equal<float[]>([| 1.0; 3.0; 6.0; 4.0; 9.0; 15.0 |], Tensor.toArray (Tensor.cumulativeSum x))

[<Fact>]
let ``arrays are copied in and out, a view is not`` () =
    let mine = [| 1.0; 2.0 |]
    let copied, viewed = Tensor.float64 [| 2 |] mine, Tensor.view [| 2 |] mine
    mine[0] <- 9.0
    Assert.Equal(1.0, (Tensor.toArray copied)[0])
    Assert.Equal(9.0, (Tensor.toArray viewed)[0])
    (Tensor.toArray copied)[1] <- 7.0
    Assert.Equal(2.0, (Tensor.toArray copied)[1])

[<Fact>]
let ``cast keeps the numbers, and rows can be taken with indices only`` () =
    let x = Tensor.vector [| 0.5; 1.0 / 3.0 |]
    Assert.Equal<float[]>([| 0.5; float (1.0f / 3.0f) |], Tensor.toArray (Tensor.cast Float32 x))
    refuses [ "int32"; "Tensor.indices" ] (fun () -> Tensor.cast DType.Int32 x)
