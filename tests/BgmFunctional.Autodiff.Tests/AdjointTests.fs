/// Laws that every operation keeps, over random shapes and values in float64.
module BgmFunctional.Autodiff.Tests.AdjointTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Generators
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Autodiff.Tests.Operations

/// Truncation of the quotient (1e-10 of the third derivative) and its rounding (1e-11 of the value), with room for both.
let private quotient = 1e-6

let names = Operations.names

let private cases name count law = check count all[name] (fun case -> law case (Values.tensors Float64 case.Inputs))

/// One number with first and second derivatives in every element of the operation's result.
let private loss case xs =
    let y = case.Apply xs
    Tensor.sum (waves 1 y * (y + 0.5 * Tensor.square y))

let private direction k (xs: Tensor list) = List.mapi (fun i x -> waves (k + 7 * i) x) xs

[<Theory; MemberData(nameof names)>]
let ``the gradient is the central difference`` (name: string) =
    cases name 40 (fun case xs ->
        let value x = [| Tensor.item (loss case x) |]
        let v = direction 2 xs
        let gradient = grad (loss case) xs

        let terms =
            List.map2 (fun (g: Tensor) v -> Tensor.sum (abs (g * v)) |> Tensor.item) gradient v
            |> List.sum

        closeOn
            (max 1.0 (max terms (abs (Array.head (value xs)))))
            quotient
            case.Operation
            (centralDifference value xs v)
            [| inner gradient v |])

[<Theory; MemberData(nameof names)>]
let ``each element of the gradient has its place`` (name: string) =
    cases name 10 (fun case xs ->
        let gradient = grad (loss case) xs |> numbers
        let count = gradient.Length

        // Directions that single out one element, a few a case.
        for j in
            Seq.distinct [ 0; count / 3; count / 2; count - 1 ]
            |> Seq.filter (fun j -> j >= 0 && j < count) do
            let starts = xs |> List.scan (fun start x -> start + x.Size) 0

            let unit =
                xs
                |> List.mapi (fun i x ->
                    Tensor.ofFloats
                        Float64
                        x.Shape
                        (Array.init x.Size (fun e -> if starts[i] + e = j then 1.0 else 0.0)))

            let value x = [| Tensor.item (loss case x) |]

            closeOn
                (max 1.0 (abs (Array.head (value xs))))
                quotient
                $"{case.Operation}, element {j}"
                (centralDifference value xs unit)
                [| gradient[j] |])

[<Theory; MemberData(nameof names)>]
let ``the gradient of the gradient is the central difference of the gradient`` (name: string) =
    cases name 20 (fun case xs ->
        let v = direction 3 xs
        let expected = centralDifference (grad (loss case) >> numbers) xs v
        let gradient = grad (loss case) xs |> numbers
        let scale = gradient |> Array.fold (fun most g -> max most (abs g)) 1.0
        closeOn scale quotient $"{case.Operation}: hvp" expected (hvp (loss case) xs v |> numbers)
        let along xs = List.map2 Tensor.dot (grad (loss case) xs) v |> List.reduce (+)
        closeOn scale quotient $"{case.Operation}: grad of grad" expected (grad along xs |> numbers))

[<Theory; MemberData(nameof names)>]
let ``jvp is the directional difference`` (name: string) =
    cases name 20 (fun case xs ->
        let v = direction 4 xs
        let y, slope = jvp case.Apply xs v
        let values = Tensor.toArray y
        let scale = values |> Array.fold (fun most g -> max most (abs g)) 1.0
        sameBits "value" (Tensor.toArray (case.Apply xs)) values

        closeOn
            scale
            quotient
            case.Operation
            (centralDifference (case.Apply >> Tensor.toArray) xs v)
            (Tensor.toArray slope))

[<Theory; MemberData(nameof names)>]
let ``vjp and jvp are adjoint`` (name: string) =
    cases name 20 (fun case xs ->
        let v = direction 5 xs
        let y, pullback = vjp case.Apply xs
        let u = waves 6 y
        let forward = inner u (snd (jvp case.Apply xs v))
        // Two orders of the same sums, of numbers as large as their terms.
        let terms =
            List.map2 (fun (g: Tensor) v -> Tensor.sum (abs (g * v)) |> Tensor.item) (pullback u) v
            |> List.sum

        closeOn (max 1.0 terms) 1e-11 case.Operation [| forward |] [| inner (pullback u) v |])

[<Fact>]
let ``ties of the largest share its gradient`` () =
    let gradient = grad (Tensor.maxKeep 0 >> Tensor.sum) (Tensor.vector [| 1.0; 3.0; 3.0; 2.0; 3.0 |])
    close 1e-15 "maxKeep" [| 0.0; 1.0 / 3.0; 1.0 / 3.0; 0.0; 1.0 / 3.0 |] (Tensor.toArray gradient)

[<Fact>]
let ``at a tie of maximum and minimum the first operand takes the gradient`` () =
    for f in [ Tensor.maximum; Tensor.minimum ] do
        let a, b = grad (fun (a, b) -> Tensor.sum (f a b)) (Tensor.scalar 2.0, Tensor.scalar 2.0)
        Assert.Equal((1.0, 0.0), (Tensor.item a, Tensor.item b))

[<Fact>]
let ``a rectifier has its lower slope at zero`` () =
    Assert.Equal(0.0, Tensor.item (grad Tensor.relu (Tensor.scalar 0.0)))
    Assert.Equal(0.2, Tensor.item (grad (Tensor.leakyRelu 0.2) (Tensor.scalar 0.0)))

[<Fact>]
let ``rows taken twice gather both gradients`` () =
    let x = Tensor.float64 [| 2; 1 |] [| 1.0; 2.0 |]
    let weights = Tensor.float64 [| 3; 1 |] [| 10.0; 20.0; 40.0 |]

    let gradient =
        grad (fun x -> Tensor.sum (weights * Tensor.gatherRows (Tensor.indices [| 1; 0; 1 |]) x)) x

    Assert.Equal<float[]>([| 20.0; 50.0 |], Tensor.toArray gradient)
