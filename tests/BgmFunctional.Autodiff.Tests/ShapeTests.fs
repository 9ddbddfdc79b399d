module BgmFunctional.Autodiff.Tests.ShapeTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators
open BgmFunctional.Autodiff.Tests.Numeric

[<Fact>]
let ``broadcast is symmetric and both sides can be repeated to it`` () =
    check 200 Gens.broadcastable (fun (a, b) ->
        let common = Shape.broadcast a b
        Assert.Equal(common, Shape.broadcast b a)
        Assert.True(Shape.canBroadcast a common.Value)
        Assert.True(Shape.canBroadcast b common.Value))

[<Fact>]
let ``strides count elements in row-major order`` () =
    check 200 Gens.filledShape (fun shape ->
        let last = shape |> Array.map (fun n -> n - 1)
        let offset = Array.fold2 (fun sum stride i -> sum + stride * i) 0 (Shape.strides shape) last
        Assert.Equal(Shape.size shape - 1, offset))

[<Fact>]
let ``around splits a shape at an axis`` () =
    check 200 Gens.shapeAndAxis (fun (shape, axis) ->
        let outer, n, inner = Shape.around axis shape
        Assert.Equal(shape[axis], n)
        Assert.Equal(Shape.size shape, outer * n * inner))

[<Fact>]
let ``unequal lengths do not broadcast, nor do unequal ranks`` () =
    Assert.Equal(None, Shape.broadcast [| 3; 2 |] [| 2; 3 |])
    Assert.Equal(None, Shape.broadcast [| 3 |] [| 3; 1 |])
    Assert.False(Shape.canBroadcast [| 3; 1 |] [| 1; 3 |])
