/// What cannot be built is refused at once, with the operation and the shapes.
module BgmFunctional.Autodiff.Tests.TensorTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric

let private zeros shape = Tensor.fill Float64 shape 0.0

[<Fact>]
let ``operands that do not broadcast are refused`` () =
    refuses [ "Add"; "(3, 2)"; "(2, 3)" ] (fun () -> zeros [| 3; 2 |] + zeros [| 2; 3 |])
    refuses [ "Max"; "(3)"; "(3, 1)"; "ranks" ] (fun () -> Tensor.maximum (zeros [| 3 |]) (zeros [| 3; 1 |]))
    refuses [ "select"; "(2)"; "(3)" ] (fun () -> Tensor.select (zeros [| 2 |]) (zeros [| 3 |]) (zeros [||]))
    refuses [ "broadcast"; "(2, 3)"; "(4, 3)" ] (fun () -> Tensor.broadcast [| 4; 3 |] (zeros [| 2; 3 |]))

[<Fact>]
let ``matMul refuses inner axes that differ, and other than two axes`` () =
    refuses [ "matMul"; "(3, 2)"; "(3, 4)"; "inner axes 2 and 3" ] (fun () ->
        Tensor.matMul (zeros [| 3; 2 |]) (zeros [| 3; 4 |]))

    refuses [ "matMul"; "(3)"; "(3, 4)"; "two axes" ] (fun () -> Tensor.matMul (zeros [| 3 |]) (zeros [| 3; 4 |]))

[<Fact>]
let ``reshape refuses another number of elements`` () =
    refuses [ "reshape"; "(3, 2)"; "(4)" ] (fun () -> Tensor.reshape [| 4 |] (zeros [| 3; 2 |]))

[<Fact>]
let ``slice refuses what lies outside, and negative starts`` () =
    refuses [ "slice"; "(3, 2)"; "inside" ] (fun () -> Tensor.slice 0 2 2 (zeros [| 3; 2 |]))
    refuses [ "slice"; "(3, 2)"; "inside" ] (fun () -> Tensor.slice 1 -1 1 (zeros [| 3; 2 |]))
    refuses [ "slice"; "(3, 2)"; "inside" ] (fun () -> Tensor.slice 0 1 Int32.MaxValue (zeros [| 3; 2 |]))

[<Fact>]
let ``an axis that does not exist is refused by whoever is asked for it`` () =
    let x = zeros [| 3; 2 |]
    let refused operation action = refuses [ operation; "(3, 2)"; "axis 2 does not exist" ] action
    refused "Sum" (fun () -> Tensor.sumKeep 2 x)
    refused "Sum" (fun () -> Tensor.sumAxis 2 x)
    refused "Max" (fun () -> Tensor.maxKeep 2 x)
    refused "slice" (fun () -> Tensor.slice 2 0 1 x)
    refused "concat" (fun () -> Tensor.concat 2 [ x; x ])
    refused "squeeze" (fun () -> Tensor.squeeze 2 x)
    refuses [ "unsqueeze"; "(3, 2)"; "3" ] (fun () -> Tensor.unsqueeze 3 x)
    refuses [ "Sum"; "axis -1 does not exist" ] (fun () -> Tensor.sumKeep -1 x)

[<Fact>]
let ``squeeze refuses an axis that is longer than 1`` () =
    refuses [ "squeeze"; "(3, 2)"; "axis 1" ] (fun () -> Tensor.squeeze 1 (zeros [| 3; 2 |]))
    refuses [ "squeeze"; "(0, 2)"; "axis 1" ] (fun () -> Tensor.squeeze 1 (zeros [| 0; 2 |]))

[<Fact>]
let ``transposing wants each axis once, and a matrix`` () =
    refuses [ "transpose"; "(3, 2)"; "(0, 0)" ] (fun () -> Tensor.permute [| 0; 0 |] (zeros [| 3; 2 |]))
    refuses [ "transpose"; "(3)"; "two axes" ] (fun () -> Tensor.transpose (zeros [| 3 |]))

[<Fact>]
let ``concat refuses other axes that differ, and nothing at all`` () =
    refuses [ "concat"; "(3, 2)"; "(3, 4)"; "all axes but 0" ] (fun () ->
        Tensor.concat 0 [ zeros [| 3; 2 |]; zeros [| 3; 4 |] ])

    refuses [ "concat"; "at least one" ] (fun () -> Tensor.concat 0 [])

[<Fact>]
let ``element types do not mix`` () =
    let single = Tensor.float32 [| 2 |] [| 1.0f; 2.0f |]
    refuses [ "Multiply"; "Float32 (2)"; "Float64 (2)"; "Tensor.cast" ] (fun () -> single * zeros [| 2 |])
    refuses [ "concat"; "element types" ] (fun () -> Tensor.concat 0 [ single; zeros [| 2 |] ])

[<Fact>]
let ``indices do no arithmetic and keep their shape`` () =
    let rows = Tensor.indices [| 1; 0 |]
    refuses [ "Add"; "int32"; "(2)" ] (fun () -> rows + rows)
    refuses [ "Exp"; "int32" ] (fun () -> exp rows)
    refuses [ "Sum"; "int32" ] (fun () -> Tensor.sumKeep 0 rows)
    refuses [ "reshape"; "int32" ] (fun () -> Tensor.reshape [| 2; 1 |] rows)
    refuses [ "slice"; "int32" ] (fun () -> Tensor.slice 0 0 1 rows)
    refuses [ "concat"; "int32" ] (fun () -> Tensor.concat 0 [ rows; rows ])
    refuses [ "broadcast"; "int32" ] (fun () -> Tensor.broadcast [| 3 |] (Tensor.indices [| 1 |]))
    refuses [ "fill"; "int32" ] (fun () -> Tensor.fill DType.Int32 [| 2 |] 0.0)

[<Fact>]
let ``rows want int32 indices, one each`` () =
    let x = zeros [| 3; 2 |]
    refuses [ "gatherRows"; "int32 vector"; "Float64 (3)" ] (fun () -> Tensor.gatherRows (zeros [| 3 |]) x)
    refuses [ "gatherRows"; "scalar" ] (fun () -> Tensor.gatherRows (Tensor.indices [| 0 |]) (zeros [||]))
    refuses [ "scatterAddRows"; "(3, 2)"; "(2)" ] (fun () -> Tensor.scatterAddRows 4 (Tensor.indices [| 0; 1 |]) x)

[<Fact>]
let ``the largest of nothing is refused`` () =
    refuses [ "Max"; "(2, 0)"; "axis 1 is empty" ] (fun () -> Tensor.maxKeep 1 (zeros [| 2; 0 |]))

[<Fact>]
let ``values must fill their shape`` () =
    refuses [ "3 values"; "(2, 2)" ] (fun () -> Tensor.float64 [| 2; 2 |] [| 1.0; 2.0; 3.0 |])
    refuses [ "2 values"; "(-1, -2)" ] (fun () -> Tensor.float64 [| -1; -2 |] [| 1.0; 2.0 |])
    refuses [ "fill"; "(2, -3)"; "negative" ] (fun () -> Tensor.fill Float64 [| 2; -3 |] 0.0)
    refuses [ "reshape"; "(-3, -2)" ] (fun () -> Tensor.reshape [| -3; -2 |] (zeros [| 3; 2 |]))

[<Fact>]
let ``a shape is the tensor's own`` () =
    let x = zeros [| 2; 3 |]

    for make in
        [
            fun shape -> Tensor.fill Float64 shape 1.0
            fun shape -> Tensor.view shape (Array.zeroCreate<float> 6)
            fun shape -> Tensor.ofFloats Float32 shape (Array.zeroCreate 6)
            fun shape -> Tensor.reshape shape x
            fun shape -> Tensor.broadcast shape (zeros [| 1; 2 |])
        ] do
        let shape = [| 3; 2 |]
        let made = make shape
        shape[0] <- 7
        Assert.Equal<int[]>([| 3; 2 |], made.Shape)

[<Fact>]
let ``an inner product wants one shape, a clamp an interval`` () =
    refuses [ "dot"; "(1, 2)"; "(3, 2)" ] (fun () -> Tensor.dot (zeros [| 1; 2 |]) (zeros [| 3; 2 |]))
    refuses [ "clamp"; "2"; "1" ] (fun () -> Tensor.clamp 2.0 1.0 (zeros [| 3 |]))

[<Fact>]
let ``item wants one element, leakyRelu a slope that keeps the sign`` () =
    refuses [ "item"; "(2)"; "one element" ] (fun () -> Tensor.item (zeros [| 2 |]))
    refuses [ "leakyRelu"; "-1" ] (fun () -> Tensor.leakyRelu -1.0 (zeros [| 2 |]))
