/// Groups of elementwise operations: as few calls as can be, and never one that waits for itself.
module BgmFunctional.Autodiff.Tests.FuseTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests
open BgmFunctional.Autodiff.Tests.Numeric

let private example shape k = waves k (Tensor.fill Float64 shape 0.0)

let private agrees tolerance f x =
    let p = Program.compile f x
    close tolerance "compiled" (numbers (f x)) (numbers (p.Run x))
    p

[<Fact>]
let ``a formula on one shape is one call`` () =
    let p = agrees 1e-15 (fun (x: Tensor) -> tanh (x * x + 1.0) / (1.0 + exp (-x))) (example [| 7; 33 |] 1)
    Assert.Equal(1, p.Length)

[<Fact>]
let ``rows, columns and numbers are spread inside the call`` () =
    let f (x: Tensor, row: Tensor, column: Tensor, number: Tensor) = (x - row) * column + number * x

    let p =
        agrees 1e-15 f (example [| 7; 33 |] 1, example [| 1; 33 |] 2, example [| 7; 1 |] 3, example [||] 4)

    Assert.Equal(1, p.Length)

[<Fact>]
let ``spreads that want different views agree with plain evaluation`` () =
    // (4, 15) rows for one operand, (12, 5) for the other.
    let f (x: Tensor, a: Tensor, b: Tensor, c: Tensor) = x * a + x * b - c * a

    agrees 1e-15 f (example [| 4; 3; 5 |] 1, example [| 4; 1; 1 |] 2, example [| 4; 3; 1 |] 3, example [| 1; 1; 5 |] 4)
    |> ignore

    agrees 1e-15 f (example [| 4; 3; 5 |] 1, example [| 1; 3; 1 |] 2, example [| 1; 3; 5 |] 3, example [| 4; 1; 5 |] 4)
    |> ignore

[<Fact>]
let ``values that feed each other through a product do not wait for themselves`` () =
    let f (x: Tensor) =
        let a = sin x
        let b = Tensor.matMul a x
        let c = a + b
        let d = Tensor.matMul c (a * c)
        a * d + b - cos d

    agrees 1e-13 f (example [| 6; 6 |] 1) |> ignore

[<Fact>]
let ``values that feed each other through a reduction do not wait for themselves`` () =
    let f (x: Tensor) =
        let a = exp x
        let normal = a / Tensor.sumKeep 1 a
        let top = Tensor.maxKeep 0 normal
        let b = normal - top
        b * a + Tensor.sum b + x

    agrees 1e-13 f (example [| 6; 9 |] 1) |> ignore

[<Fact>]
let ``two chains that exchange values do not wait for each other`` () =
    let f (x: Tensor, y: Tensor) =
        let a1 = sin x
        let b1 = cos y
        let a2 = a1 + Tensor.transpose b1
        let b2 = b1 * Tensor.transpose a1
        let a3 = a2 * Tensor.transpose b2
        let b3 = b2 - Tensor.transpose a2
        a3 + a1, b3 + b1, a2

    agrees 1e-15 f (example [| 5; 5 |] 1, example [| 5; 5 |] 2) |> ignore

[<Fact>]
let ``softmax in a loop agrees`` () =
    let f (x: Tensor) = Seq.fold (fun x _ -> x + Tensor.softmax 1 (2.0 * x)) x (seq { 1..10 })
    agrees 1e-13 f (example [| 4; 17 |] 1) |> ignore

[<Fact>]
let ``groups longer than a block agree, of rows longer than a block too`` () =
    for shape in [ [| 5000 |]; [| 300; 33 |]; [| 3; 5000 |]; [| 5000; 3 |] ] do
        let row = if shape.Length = 1 then [| 1 |] else [| 1; shape[1] |]
        let column = if shape.Length = 1 then [| 1 |] else [| shape[0]; 1 |]
        let f (x: Tensor, row: Tensor, column: Tensor) = (tanh x * row + column, x - column)
        agrees 1e-15 f (example shape 1, example row 2, example column 3) |> ignore

[<Fact>]
let ``nothing at all is no trouble`` () =
    for shape in [ [| 0 |]; [| 0; 3 |]; [| 3; 0 |]; [| 2; 0; 3 |] ] do
        let row = Shape.withAxis 0 1 shape
        let f (x: Tensor, row: Tensor) = Tensor.sum (sin x * row + 1.0), exp x - row
        agrees 1e-15 f (example shape 1, example row 2) |> ignore

[<Fact>]
let ``select takes numbers, rows and columns`` () =
    let f (x: Tensor, row: Tensor) =
        let zero = Tensor.zerosLike x

        Tensor.select (Tensor.greater x zero) (Tensor.fill Float64 [||] 2.0) zero,
        Tensor.select row x zero,
        Tensor.select x zero row

    agrees 1e-15 f (example [| 4; 5 |] 1, Tensor.float64 [| 1; 5 |] [| 0.0; 1.0; 0.0; 1.0; 1.0 |])
    |> ignore

[<Fact>]
let ``a loss of a network and its gradient take fewer calls than operations`` () =
    let layers = [ 4, 8; 8, 8; 8, 3 ]

    let weights =
        layers
        |> List.mapi (fun i (m, n) -> example [| m; n |] i, example [| 1; n |] (i + 9))

    let loss x weights =
        let last = List.length weights - 1

        weights
        |> List.indexed
        |> List.fold (fun x (i, (w, b)) -> (if i = last then id else Tensor.leakyRelu 0.2) (Tensor.matMul x w + b)) x
        |> Tensor.square
        |> Tensor.mean

    let x = example [| 16; 4 |] 7
    let p = agrees 1e-12 (fun (x, weights) -> valueAndGrad (loss x) weights) (x, weights)
    Assert.True(p.Length < Listings.operations p.Listing, String.concat "\n" p.Listing)
    Assert.Equal(3, Listings.count "Linear" p.Listing)
    // Backwards, each layer has a product for its weights, and all but the first one for what came in.
    Assert.Equal(5, Listings.count "MatMul" p.Listing)
