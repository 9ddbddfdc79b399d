module BgmFunctional.Tests.Nets.Conv2dTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private key = Key.OfSeed 2L

/// 1, 2, 3, … in a shape.
let private counting (shape: int[]) = Tensor.float64 shape (Array.init (Shape.size shape) (fun i -> float (i + 1)))

[<Fact>]
let ``a layer is its convolution plus its bias`` () =
    let bias = Tensor.float64 [| 1; 1; 1; 2 |] [| 100.0; -100.0 |]

    let expected (y: Tensor) =
        Tensor.toArray y
        |> Array.mapi (fun i y -> if i % 2 = 0 then y + 100.0 else y - 100.0)

    let x = counting [| 2; 4; 5; 3 |]

    for stride in 1..2 do
        let down: Conv2d = { Weight = counting [| 3; 3; 3; 2 |]; Bias = Some bias }
        let plain = Tensor.conv2d stride Padding.Same down.Weight x
        Assert.Equal<float[]>(expected plain, Tensor.toArray (Conv2d.apply stride down x))
        Assert.Equal<float[]>(Tensor.toArray plain, Tensor.toArray (Conv2d.apply stride { down with Bias = None } x))

        let up: ConvTranspose2d = { Weight = counting [| 3; 3; 2; 3 |]; Bias = Some bias }
        let plain = Tensor.convTranspose2d stride Padding.Same up.Weight x
        Assert.Equal<float[]>(expected plain, Tensor.toArray (ConvTranspose2d.apply stride up x))

[<Fact>]
let ``fresh filters fill Glorot's bounds evenly, and biases are zeros`` () =
    let down = Conv2d.glorot key true 3 20 30
    let up = ConvTranspose2d.glorot key false 5 10 20
    Assert.Equal<int[]>([| 3; 3; 20; 30 |], down.Weight.Shape)
    Assert.Equal<int[]>([| 5; 5; 20; 10 |], up.Weight.Shape)
    Assert.Equal<float[]>(Array.zeroCreate 30, Tensor.toArray down.Bias.Value)
    Assert.True up.Bias.IsNone

    for weight, bound in [ down.Weight, sqrt (6.0 / 450.0); up.Weight, sqrt (6.0 / 750.0) ] do
        let values = Tensor.toArray weight
        let largest = values |> Array.map abs |> Array.max
        // The mean of n uniform draws has a standard error of bound/√3n; the largest of thousands comes close to the bound.
        Assert.InRange(largest, 0.99 * bound, bound)

        Assert.InRange(
            Array.average values,
            -4.0 * bound / sqrt (3.0 * float values.Length),
            4.0 * bound / sqrt (3.0 * float values.Length)
        )

[<Fact>]
let ``images become rows, pixels become rows, and back`` () =
    let x = counting [| 2; 3; 4; 5 |]
    Assert.Equal<int[]>([| 2; 60 |], (Images.flatten x).Shape)
    Assert.Equal<int[]>([| 24; 5 |], (Images.pixels x).Shape)
    let back = Images.ofRows 3 4 (Images.flatten x)
    Assert.Equal<int[]>(x.Shape, back.Shape)
    Assert.Equal<float[]>(Tensor.toArray x, Tensor.toArray back)

    Assert.Throws<ArgumentException>(fun () -> Images.ofRows 7 7 (Images.flatten x) |> ignore)
    |> ignore

[<Fact>]
let ``a function of each pixel is a filter of one pixel`` () =
    let x, weight = counting [| 2; 3; 4; 5 |], counting [| 5; 2 |]
    let y = Images.perPixel (fun rows -> Tensor.matMul rows weight) x
    let filter: Conv2d = { Weight = Tensor.reshape [| 1; 1; 5; 2 |] weight; Bias = None }
    Assert.Equal<int[]>([| 2; 3; 4; 2 |], y.Shape)
    Assert.Equal<float[]>(Tensor.toArray (Conv2d.apply 1 filter x), Tensor.toArray y)

[<Fact>]
let ``dropout keeps what the noise does not cover, and its mean`` () =
    let draws = Array.zeroCreate<float> 40000
    Kernels<float>.Best.Random(Draw.Uniform, key, 0L, Span draws)
    let noise = Tensor.float64 [| 200; 200 |] draws

    let y =
        Dropout.apply 0.3 noise (Tensor.fill Float64 [| 200; 200 |] 7.0)
        |> Tensor.toArray

    Array.iter2 (fun u y -> Assert.Equal((if u < 0.3 then 0.0 else 10.0), y, 12)) draws y
    // Four standard errors of the mean of 10·Bernoulli(0.7).
    Assert.Equal(7.0, Array.average y, 4.0 * 10.0 * sqrt (0.21 / 40000.0))

[<Fact>]
let ``a dropout of everything is refused`` () =
    let x = counting [| 2; 2 |]

    for rate in [ 1.0; -0.1; nan ] do
        let refusal = Assert.Throws<ArgumentException>(fun () -> Dropout.apply rate x x |> ignore)
        Assert.Contains("below 1", refusal.Message)
