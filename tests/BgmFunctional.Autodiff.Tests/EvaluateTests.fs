module BgmFunctional.Autodiff.Tests.EvaluateTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric

/// A loop of n steps on one value.
let private chain n (x: Tensor) =
    Seq.fold (fun (x: Tensor) i -> if i % 2 = 0 then x * 0.999 else x + 0.001) x (seq { 1..n })

[<Fact>]
let ``an expression 20 000 deep is evaluated and differentiated`` () =
    let y, slope = valueAndGrad (chain 20000 >> Tensor.sum) (Tensor.vector [| 1.0; 2.0 |])
    let expected x = Seq.fold (fun x i -> if i % 2 = 0 then x * 0.999 else x + 0.001) x (seq { 1..20000 })
    close 1e-9 "value" [| expected 1.0 + expected 2.0 |] [| Tensor.item y |]
    close 1e-9 "gradient" (Array.create 2 (0.999 ** 10000.0)) (Tensor.toArray slope)

[<Fact>]
let ``a doubling shared fifty times is evaluated once each`` () =
    let y = Seq.fold (fun (x: Tensor) _ -> x + x) (Tensor.scalar 1.0) (seq { 1..50 })
    Assert.Equal(2.0 ** 50.0, Tensor.item y)

[<Fact>]
let ``values are asked for again without another evaluation`` () =
    let source = [| 1.0 |]
    let y = 2.0 * Tensor.view [| 1 |] source
    let first = Tensor.toArray y
    source[0] <- 5.0
    Assert.Equal<float[]>(first, Tensor.toArray y)

[<Fact>]
let ``an index outside is refused when the rows are taken`` () =
    let y = Tensor.gatherRows (Tensor.indices [| 3 |]) (Tensor.float64 [| 3; 1 |] [| 1.0; 2.0; 3.0 |])

    Assert.Throws<System.IndexOutOfRangeException>(fun () -> Tensor.toArray y |> ignore)
    |> ignore
