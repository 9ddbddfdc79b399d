/// What the compiler leaves of an expression, seen in its listing.
module BgmFunctional.Autodiff.Tests.SimplifyTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests
open BgmFunctional.Autodiff.Tests.Numeric

let private zeros shape = Tensor.fill Float64 shape 0.0
let private listing f (x: Tensor) = (Program.compile f x).Listing
let private operations f x = Listings.operations (listing f x)

[<Fact>]
let ``what changes nothing is not run`` () =
    let x = zeros [| 3; 4 |]
    let unchanged f = Assert.Empty(listing f x)
    unchanged (fun x -> x + 0.0)
    unchanged (fun x -> x * 1.0)
    unchanged (fun x -> 1.0 * x / 1.0 - 0.0)
    unchanged (fun x -> -(-x))
    unchanged (Tensor.transpose >> Tensor.transpose)
    unchanged (Tensor.reshape [| 12 |] >> Tensor.reshape [| 2; 6 |])
    unchanged Tensor.detach
    unchanged (Tensor.unsqueeze 0 >> Tensor.sumKeep 0)

[<Fact>]
let ``equal subexpressions are computed once`` () =
    Assert.Equal(2, operations (fun x -> sin x + sin x) (zeros [| 3 |]))
    Assert.Equal(3, operations (fun x -> Tensor.sum (exp x) * Tensor.sum (exp x)) (zeros [| 3 |]))

[<Fact>]
let ``constants are computed at compile time`` () =
    let c = Tensor.vector [| 1.0; 2.0; 3.0 |]
    Assert.Equal(1, operations (fun x -> x * (exp c + 2.0 * c)) (zeros [| 3 |]))
    let p = Program.compile (fun x -> x * (exp c + 2.0 * c)) (zeros [| 3 |])

    close
        1e-15
        "value"
        (Array.map (fun c -> 5.0 * (exp c + 2.0 * c)) [| 1.0; 2.0; 3.0 |])
        (Tensor.toArray (p.Run(Tensor.vector [| 5.0; 5.0; 5.0 |])))

[<Fact>]
let ``transposes go into the product`` () =
    let a = zeros [| 3; 4 |]

    Assert.Equal<string list>(
        [ "MatMul (true, false)" ],
        listing (fun a -> Tensor.matMul (Tensor.transpose a) a) a
        |> Array.map (fun line -> line.Split(':')[0])
        |> Array.toList
    )

    Assert.Equal<string list>(
        [ "MatMul (false, true)" ],
        listing (fun a -> Tensor.matMul a (Tensor.transpose a)) a
        |> Array.map (fun line -> line.Split(':')[0])
        |> Array.toList
    )

[<Fact>]
let ``a dense layer is one product with its bias and its rectifier`` () =
    let layer activation (x, w, b) = activation (Tensor.matMul x w + b)

    for width in [ 5; 1 ] do
        let example = zeros [| 3; 4 |], zeros [| 4; width |], zeros [| 1; width |]

        for activation in [ Tensor.leakyRelu 0.2; Tensor.relu; id ] do
            let lines = (Program.compile (layer activation) example).Listing
            Assert.Single(lines) |> ignore
            Assert.StartsWith("Linear (MatMul (false, false)", lines[0])

[<Fact>]
let ``a product that others read stays as it is`` () =
    let f (x, w, b) =
        let y = Tensor.matMul x w
        y, Tensor.relu (y + b)

    let p = Program.compile f (zeros [| 2; 2 |], zeros [| 2; 2 |], zeros [| 1; 2 |])
    Assert.Equal((1, 0), (Listings.count "MatMul" p.Listing, Listings.count "Linear" p.Listing))
    let x = Tensor.float64 [| 2; 2 |] [| 1.0; 2.0; 3.0; 4.0 |]
    let y, z = p.Run(x, x, Tensor.float64 [| 1; 2 |] [| -8.0; 0.0 |])
    Assert.Equal<float[]>([| 7.0; 10.0; 15.0; 22.0 |], Tensor.toArray y)
    Assert.Equal<float[]>([| 0.0; 10.0; 7.0; 22.0 |], Tensor.toArray z)

[<Fact>]
let ``a bias that differs by row, and a second bias, are added outside`` () =
    let x = Tensor.float64 [| 2; 2 |] [| 1.0; 2.0; 3.0; 4.0 |]
    let column = Tensor.float64 [| 2; 1 |] [| 10.0; 20.0 |]
    let row = Tensor.float64 [| 1; 2 |] [| 100.0; 200.0 |]
    let f (x, column, row) = Tensor.matMul x x + column + row + row

    close
        1e-15
        "value"
        (Tensor.toArray (f (x, column, row)))
        (Tensor.toArray ((Program.compile f (x, column, row)).Run(x, column, row)))

[<Fact>]
let ``what comes after a rectifier is not taken into the product`` () =
    let f (x, w, b) = Tensor.leakyRelu 0.5 (Tensor.leakyRelu 0.5 (Tensor.matMul x w) + b)
    let x = Tensor.float64 [| 2; 2 |] [| -1.0; 2.0; -3.0; 4.0 |]
    let w = Tensor.float64 [| 2; 2 |] [| 1.0; 1.0; 0.0; -1.0 |]
    let b = Tensor.float64 [| 1; 2 |] [| 0.25; -0.5 |]
    close 1e-15 "value" (Tensor.toArray (f (x, w, b))) (Tensor.toArray ((Program.compile f (x, w, b)).Run(x, w, b)))

[<Fact>]
let ``gradients of slices that cover their tensor are put together, not added up`` () =
    let slope (x: Tensor) =
        grad
            (fun x ->
                Tensor.sum (sin (Tensor.slice 1 3 2 x))
                + Tensor.sum (exp (Tensor.slice 1 0 1 x))
                + Tensor.sum (Tensor.square (Tensor.slice 1 1 2 x)))
            x

    let x = waves 1 (zeros [| 4; 5 |])
    let p = Program.compile slope x
    Assert.Equal(1, Listings.count "Concat" p.Listing)
    Assert.Equal(0, Listings.count "Pad" p.Listing)
    close 1e-15 "gradient" (Tensor.toArray (slope x)) (Tensor.toArray (p.Run x))

[<Fact>]
let ``a product with zero keeps what is not finite`` () =
    let x = Tensor.vector [| infinity; nan; 1.0 |]
    let program = Program.compile (fun (x: Tensor) -> x * 0.0) x
    Assert.Equal<float[]>([| nan; nan; 0.0 |], Tensor.toArray (program.Run x))
