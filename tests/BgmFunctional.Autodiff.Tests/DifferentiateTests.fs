module BgmFunctional.Autodiff.Tests.DifferentiateTests

open Xunit
open FsCheck
open FsCheck.FSharp
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Autodiff.Tests.Expressions

let private inputs expression = Values.tensors Float64 expression.Inputs

let private directions xs = List.mapi (fun i x -> waves (2 + 5 * i) x) xs

[<Fact>]
let ``gradients of random expressions are central differences`` () =
    checkExpressions 300 every 12 (fun expression ->
        let xs = inputs expression
        let v = directions xs
        let value x = [| Tensor.item (scalar expression x) |]
        let near = centralDifference value xs v

        let far =
            centralDifference value xs (List.map (fun v -> 1.7 * v) v)
            |> Array.map (fun d -> d / 1.7)

        // Two quotients that disagree lie on a kink; no derivative is claimed there.
        if abs (near[0] - far[0]) < 1e-7 * (1.0 + abs near[0]) then
            close 1e-6 "gradient" near [| inner (grad (scalar expression) xs) v |])

[<Fact>]
let ``Hessian-vector products of smooth expressions are differences of gradients`` () =
    checkExpressions 150 smooth 8 (fun expression ->
        let xs = inputs expression
        let v = directions xs
        let f = scalar expression
        close 1e-6 "hvp" (centralDifference (grad f >> numbers) xs v) (hvp f xs v |> numbers))

[<Fact>]
let ``jvp and vjp of random expressions are adjoint`` () =
    checkExpressions 150 every 10 (fun expression ->
        let xs = inputs expression
        let last xs = pool expression xs |> List.last
        let v = directions xs
        let y, pullback = vjp last xs
        let u = waves 9 y
        close 1e-10 "adjoint" [| inner u (snd (jvp last xs v)) |] [| inner (pullback u) v |])

[<Fact>]
let ``a Hessian is symmetric, and the difference of gradients`` () =
    let cases = Gen.choose (1, 6) |> Gen.bind (fun p -> Gens.values [| p |])

    check 40 cases (fun values ->
        let x = Values.tensor Float64 values
        let p = x.Size

        let f (x: Tensor) =
            let outer = Tensor.matMul (Tensor.reshape [| p; 1 |] x) (Tensor.reshape [| 1; p |] (sin x))

            Tensor.sum (outer * Tensor.square outer) * 0.01
            + Tensor.sum (Tensor.logSumExpKeep 0 x)
            + Tensor.sum (tanh x / (1.0 + Tensor.square x))

        let h = Tensor.toArray (hessian f x)
        let turned = Array.init (p * p) (fun i -> h[i % p * p + i / p])
        close 1e-12 "symmetric" turned h

        for i in 0 .. p - 1 do
            let unit = Tensor.vector (Array.init p (fun j -> if i = j then 1.0 else 0.0))
            close 1e-6 $"row {i}" (centralDifference (grad f >> Tensor.toArray) x unit) h[i * p .. i * p + p - 1])

[<Fact>]
let ``the Hessian of a quadratic form is its matrix`` () =
    let a = Tensor.float64 [| 2; 2 |] [| 4.0; 1.0; 1.0; 3.0 |]

    let f (x: Tensor) =
        0.5
        * Tensor.sum (
            Tensor.reshape [| 1; 2 |] x
            * Tensor.transpose (Tensor.matMul a (Tensor.reshape [| 2; 1 |] x))
        )

    close 1e-14 "hessian" [| 4.0; 1.0; 1.0; 3.0 |] (Tensor.toArray (hessian f (Tensor.vector [| 0.3; -2.0 |])))

[<Fact>]
let ``third and fourth derivatives of x⁴`` () =
    let d f x = grad f x
    let quartic x = Tensor.square (Tensor.square x)
    Assert.Equal(48.0, Tensor.item ((d (d (d quartic))) (Tensor.scalar 2.0)), 9)
    Assert.Equal(24.0, Tensor.item ((d (d (d (d quartic)))) (Tensor.scalar 2.0)), 9)

[<Fact>]
let ``what an inner function captured is its constant`` () =
    // d/dx [x · d/dy (x·y)] = d/dx x² = 2x
    let f (x: Tensor) = x * grad (fun y -> x * y) (Tensor.scalar 5.0)
    Assert.Equal(6.0, Tensor.item (grad f (Tensor.scalar 3.0)))
    // The same with y at x itself.
    let g (x: Tensor) = x * grad (fun y -> x * y) x
    Assert.Equal(6.0, Tensor.item (grad g (Tensor.scalar 3.0)))
    // d/dx [x · d/dy (x + y)] = 1, not 2.
    let h (x: Tensor) = x * grad (fun y -> x + y) (Tensor.scalar 1.0)
    Assert.Equal(1.0, Tensor.item (grad h (Tensor.scalar 1.0)))

[<Fact>]
let ``captured tensors get no gradient, detached ones stop it`` () =
    let w = Tensor.scalar 4.0
    Assert.Equal(4.0, Tensor.item (grad (fun x -> w * x) (Tensor.scalar 3.0)))
    Assert.Equal(3.0, Tensor.item (grad (fun x -> Tensor.detach x * x) (Tensor.scalar 3.0)))
    Assert.Equal(0.0, Tensor.item (grad Tensor.detach (Tensor.scalar 3.0)))

[<Fact>]
let ``the gradient of the variable itself is one, of something else zero`` () =
    Assert.Equal(1.0, Tensor.item (grad id (Tensor.scalar 3.0)))

    Assert.Equal<float[]>(
        [| 0.0; 0.0 |],
        Tensor.toArray (grad (fun _ -> Tensor.scalar 1.0) (Tensor.vector [| 1.0; 2.0 |]))
    )

[<Fact>]
let ``one tensor in two places gets a gradient in each`` () =
    let x = Tensor.scalar 2.0
    let a, b = grad (fun (a: Tensor, b: Tensor) -> a * a * b) (x, x)
    Assert.Equal((8.0, 4.0), (Tensor.item a, Tensor.item b))

[<Fact>]
let ``extra results come along with value and gradient`` () =
    let (y, extra), g = valueAndGradWith (fun x -> x * x, (x + 1.0, "note")) (Tensor.scalar 3.0)
    Assert.Equal((9.0, 4.0, "note", 6.0), (Tensor.item y, Tensor.item (fst extra), snd extra, Tensor.item g))

[<Fact>]
let ``float32 gradients stay float32`` () =
    let x = Tensor.float32 [| 2 |] [| 1.0f; 2.0f |]
    let g = grad (fun x -> Tensor.sum (exp x / 2.0)) x
    Assert.Equal(Float32, g.DType)
    close 1e-6 "gradient" [| exp 1.0 / 2.0; exp 2.0 / 2.0 |] (Tensor.toArray g)

[<Fact>]
let ``a gradient of more than one number is refused`` () =
    refuses [ "grad"; "(2)"; "one number" ] (fun () -> grad (fun x -> x * 2.0) (Tensor.vector [| 1.0; 2.0 |]))

[<Fact>]
let ``a Hessian of other than a vector is refused`` () =
    refuses [ "hessian"; "(1, 2)"; "vector" ] (fun () -> hessian Tensor.sum (Tensor.float64 [| 1; 2 |] [| 1.0; 2.0 |]))
    refuses [ "hessian"; "(0)"; "at least one" ] (fun () -> hessian Tensor.sum (Tensor.vector [||]))

[<Fact>]
let ``a cotangent or a direction of another shape is refused`` () =
    let x = Tensor.vector [| 1.0; 2.0 |]
    let _, pullback = vjp Tensor.sum x
    refuses [ "vjp"; "()"; "(3)" ] (fun () -> pullback (Tensor.vector [| 1.0; 2.0; 3.0 |]))
    refuses [ "jvp"; "(2)"; "()" ] (fun () -> jvp exp x (Tensor.scalar 1.0))
    refuses [ "hvp"; "(2)"; "()" ] (fun () -> hvp (exp >> Tensor.sum) x (Tensor.scalar 1.0))
    refuses [ "jvp"; "no tensor" ] (fun () -> jvp (fun (_: string) -> Tensor.scalar 1.0) "" "")

[<Fact>]
let ``a gradient with respect to indices is refused`` () =
    let table = Tensor.vector [| 1.0; 2.0 |]

    refuses [ "grad"; "int32" ] (fun () ->
        grad (fun rows -> Tensor.sum (Tensor.gatherRows rows table)) (Tensor.indices [| 1 |]))
