/// Convolutions against direct loops, their adjoints, and PyTorch.
module BgmFunctional.Autodiff.Tests.ConvolveTests

open System
open System.IO
open System.Text.Json
open Xunit
open FsCheck.FSharp
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests
open BgmFunctional.Autodiff.Tests.Generators
open BgmFunctional.Autodiff.Tests.Numeric

/// Rounding of sums of up to a hundred products.
let private rounding = 1e-13

let private zeros shape = Tensor.fill Float64 shape 0.0

/// A tensor of a shape, seen by its indices, and 0 outside.
let private at (x: Tensor) (values: float[]) (index: int[]) =
    if Array.forall2 (fun i length -> i >= 0 && i < length) index x.Shape then
        values[Array.fold2 (fun sum stride i -> sum + stride * i) 0 (Shape.strides x.Shape) index]
    else
        0.0

/// Zeros before an axis of so many elements, by Keras's rule, and outputs along it.
let private expected (window: Window) size kernel =
    match window.Padding with
    | Padding.Valid -> 0, (size - kernel + window.Stride) / window.Stride
    | Padding.Same ->
        let count = int (ceil (float size / float window.Stride))
        max 0 ((count - 1) * window.Stride + kernel - size) / 2, count

/// Every output by itself: the sum over a filter's pixels and channels of image times weight.
let private byHand window (weights: Tensor) (x: Tensor) =
    let (kh, kw, channels, filters) = weights.Shape[0], weights.Shape[1], weights.Shape[2], weights.Shape[3]
    let pixel, weight = at x (Tensor.toArray x), at weights (Tensor.toArray weights)
    let top, rows = expected window x.Shape[1] kh
    let left, columns = expected window x.Shape[2] kw

    [| x.Shape[0]; rows; columns; filters |],
    [|
        for n in 0 .. x.Shape[0] - 1 do
            for row in 0 .. rows - 1 do
                for column in 0 .. columns - 1 do
                    for filter in 0 .. filters - 1 do
                        Seq.sum (
                            seq {
                                for i in 0 .. kh - 1 do
                                    for j in 0 .. kw - 1 do
                                        for c in 0 .. channels - 1 do
                                            let y = row * window.Stride - top + i
                                            let x = column * window.Stride - left + j
                                            pixel [| n; y; x; c |] * weight [| i; j; c; filter |]
                            }
                        )
    |]

[<Fact>]
let ``a convolution is the sum over each filter's pixels`` () =
    check 300 Gens.imagesAndWeights (fun (window, images, weights) ->
        let x, w = Values.tensor Float64 images, Values.tensor Float64 weights
        let shape, values = byHand window w x
        let y = Tensor.conv2d window.Stride window.Padding w x
        Assert.Equal<int[]>(shape, y.Shape)
        close rounding $"{window}" values (Tensor.toArray y))

[<Fact>]
let ``a transposed convolution is the adjoint of the convolution`` () =
    check 300 Gens.outputsAndWeights (fun (window, outputs, weights) ->
        let y, w = Values.tensor Float64 outputs, Values.tensor Float64 weights
        let x = Tensor.convTranspose2d window.Stride window.Padding w y
        let image = waves 1 x
        let forward = Tensor.conv2d window.Stride window.Padding w image
        Assert.Equal<int[]>(y.Shape, forward.Shape)
        let both = [| Tensor.item (Tensor.dot forward y); Tensor.item (Tensor.dot image x) |]
        let terms = Tensor.item (Tensor.dot (abs image) (abs x))
        closeOn (max 1.0 terms) rounding $"{window}" [| both[0] |] [| both[1] |])

[<Fact>]
let ``a transposed convolution with zeros around grows an image by its stride`` () =
    for stride in 1..3 do
        for kernel in 1..5 do
            let grow padding =
                Tensor.convTranspose2d stride padding (zeros [| kernel; kernel; 3; 2 |]) (zeros [| 1; 4; 5; 2 |])

            Assert.Equal<int[]>([| 1; 4 * stride; 5 * stride; 3 |], (grow Padding.Same).Shape)
            let more = max 0 (kernel - stride)
            Assert.Equal<int[]>([| 1; 4 * stride + more; 5 * stride + more; 3 |], (grow Padding.Valid).Shape)

[<Fact>]
let ``upsampling repeats each pixel, and its gradient sums each block`` () =
    let x = Tensor.float64 [| 1; 1; 2; 2 |] [| 1.0; 10.0; 2.0; 20.0 |]
    let y, pullback = vjp (Tensor.upsample2d 2) x
    let row = [| 1.0; 10.0; 1.0; 10.0; 2.0; 20.0; 2.0; 20.0 |]
    Assert.Equal<int[]>([| 1; 2; 4; 2 |], y.Shape)
    Assert.Equal<float[]>(Array.append row row, Tensor.toArray y)
    let u = Tensor.float64 y.Shape (Array.init 16 float)
    // Channel 0 of the left block holds 0, 2, 8, 10.
    Assert.Equal<float[]>([| 20.0; 24.0; 36.0; 40.0 |], Tensor.toArray (pullback u))

[<Fact>]
let ``bias and rectifier ride along with a convolution`` () =
    let layer (x, w, b) = Tensor.leakyRelu 0.2 (Tensor.conv2d 2 Padding.Same w x + b)

    let example =
        waves 1 (zeros [| 2; 5; 4; 3 |]), waves 2 (zeros [| 3; 3; 3; 2 |]), waves 3 (zeros [| 1; 1; 1; 2 |])

    let program = Program.compile layer example
    Assert.StartsWith("Linear (Convolve", Assert.Single program.Listing)
    close rounding "layer" (Tensor.toArray (layer example)) (Tensor.toArray (program.Run example))

/// PyTorch's numbers have 12 digits.
let private printed = 1e-10

[<Fact>]
let ``values, gradients and second derivatives are PyTorch's`` () =
    use oracle =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Oracle", "convolutions.json")))

    for case in oracle.RootElement.GetProperty("cases").EnumerateArray() do
        let numbers (name: string) = [| for x in case.GetProperty(name).EnumerateArray() -> x.GetDouble() |]
        let shape name = numbers name |> Array.map int
        let stride, operation = case.GetProperty("stride").GetInt32(), case.GetProperty("operation").GetString()

        let padding =
            if case.GetProperty("padding").GetString() = "same" then
                Padding.Same
            else
                Padding.Valid

        let f = if operation = "conv2d" then Tensor.conv2d else Tensor.convTranspose2d
        let apply (x, w) = f stride padding w x

        let loss xw =
            let y = apply xw
            Tensor.sum (waves 3 y * tanh y)

        let x, w = waves 1 (zeros (shape "images")), waves 2 (zeros (shape "weights"))
        let gx, gw = grad loss (x, w)
        let penalty w = grad (fun x -> loss (x, w)) x |> Tensor.square |> Tensor.sum

        let close what expected found =
            close printed $"{operation} {stride}: {what}" (numbers expected) (Tensor.toArray found)

        close "y" "y" (apply (x, w))
        close "dx" "dx" gx
        close "dw" "dw" gw
        close "penalty" "penalty" (grad penalty w)

[<Fact>]
let ``images and filters that do not fit are refused`` () =
    let conv stride padding weights images () = Tensor.conv2d stride padding (zeros weights) (zeros images)
    let same = conv 1 Padding.Same

    refuses
        [ "conv2d"; "(1, 5, 5, 3)"; "(3, 3, 2, 4)"; "3 channels"; "axis 2"; "takes 2" ]
        (same [| 3; 3; 2; 4 |] [| 1; 5; 5; 3 |])

    refuses [ "conv2d"; "(5, 5, 2)"; "four axes" ] (same [| 3; 3; 2; 4 |] [| 5; 5; 2 |])
    refuses [ "conv2d"; "(18, 4)"; "four axes" ] (same [| 18; 4 |] [| 1; 5; 5; 2 |])
    refuses [ "conv2d"; "(3, 0, 2, 4)"; "one pixel" ] (same [| 3; 0; 2; 4 |] [| 1; 5; 5; 2 |])
    refuses [ "conv2d"; "stride 0"; "at least 1" ] (conv 0 Padding.Same [| 3; 3; 2; 4 |] [| 1; 5; 5; 2 |])

    refuses
        [ "conv2d"; "(1, 5, 2, 2)"; "larger"; "Padding.Same" ]
        (conv 1 Padding.Valid [| 3; 3; 2; 4 |] [| 1; 5; 2; 2 |])

    refuses [ "convTranspose2d"; "4 channels"; "axis 3"; "takes 2" ] (fun () ->
        Tensor.convTranspose2d 2 Padding.Same (zeros [| 3; 3; 4; 2 |]) (zeros [| 1; 5; 5; 4 |]))

    refuses [ "conv2d"; "different element types" ] (fun () ->
        Tensor.conv2d 1 Padding.Same (Tensor.fill Float32 [| 1; 1; 1; 1 |] 1.0) (zeros [| 1; 1; 1; 1 |]))

    refuses [ "upsample2d"; "(5, 5)"; "four axes" ] (fun () -> Tensor.upsample2d 2 (zeros [| 5; 5 |]))
    refuses [ "upsample2d"; "factor 0" ] (fun () -> Tensor.upsample2d 0 (zeros [| 1; 5; 5; 1 |]))
