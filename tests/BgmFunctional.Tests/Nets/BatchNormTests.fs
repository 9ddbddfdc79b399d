module BgmFunctional.Tests.Nets.BatchNormTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Nets

let private rows, columns = 7, 3
let private x = waves 1 (Tensor.fill Float64 [| rows; columns |] 0.0)
let private even = Tensor.fill Float64 [| rows; 1 |] (1.0 / float rows)

let private layer: BatchNorm = {
    Scale = waves 2 (Tensor.fill Float64 [| 1; columns |] 0.0)
    Shift = waves 3 (Tensor.fill Float64 [| 1; columns |] 0.0)
}

let private unit: BatchNorm = {
    Scale = Tensor.fill Float64 [| 1; columns |] 1.0
    Shift = Tensor.fill Float64 [| 1; columns |] 0.0
}

let private column j (t: Tensor) = Tensor.toArray (Tensor.slice 1 j 1 t)
let private variance (values: float[]) = Array.averageBy (fun v -> (v - Array.average values) ** 2.0) values

[<Fact>]
let ``a batch normalised by its own moments has mean β and variance γ²·s² / (s² + ε)`` () =
    let y = BatchNorm.apply layer (BatchNorm.moments even x) x

    for j in 0 .. columns - 1 do
        let gamma, beta, spread = (column j layer.Scale)[0], (column j layer.Shift)[0], variance (column j x)
        Assert.Equal(beta, Array.average (column j y), 12)
        Assert.Equal(gamma ** 2.0 * spread / (spread + 1e-3), variance (column j y), 12)

[<Fact>]
let ``rows of weight 0 are not seen`` () =
    let weights = Tensor.float64 [| rows; 1 |] (Array.init rows (fun i -> if i < 5 then 0.2 else 0.0))
    let five = Tensor.fill Float64 [| 5; 1 |] 0.2
    let expected = BatchNorm.moments five (Tensor.slice 0 0 5 x)
    close 1e-14 "moments" (numbers expected) (numbers (BatchNorm.moments weights x))

[<Fact>]
let ``gradients flow through the moments`` () =
    let f (x, layer) = Tensor.sum (sin (BatchNorm.apply layer (BatchNorm.moments even x) x))

    let direction = Tree.map (waves 5) (x, layer)
    let expected = centralDifference (fun z -> [| Tensor.item (f z) |]) (x, layer) direction
    close 1e-8 "gradient" expected [| inner (grad f (x, layer)) direction |]

[<Fact>]
let ``running moments keep 0.99 of what they were`` () =
    let initial = BatchNorm.initialMoments columns |> Tree.map (Tensor.cast Float64)
    let batch = BatchNorm.moments even x
    let after = Seq.fold (fun running _ -> BatchNorm.advance running batch) initial (seq { 1..10 })
    let kept = 0.99 ** 10.0

    for j in 0 .. columns - 1 do
        Assert.Equal((1.0 - kept) * Array.average (column j x), (column j after.Mean)[0], 12)
        Assert.Equal(kept + (1.0 - kept) * variance (column j x), (column j after.Variance)[0], 12)

[<Fact>]
let ``by running moments, a row is normalised alone as among others`` () =
    let running = BatchNorm.moments even (waves 9 x)
    let all = BatchNorm.apply unit running x
    let one = BatchNorm.apply unit running (Tensor.slice 0 2 1 x)
    Assert.Equal<float[]>(Tensor.toArray (Tensor.slice 0 2 1 all), Tensor.toArray one)
