// A small classifier of digits, which says whether an image is one: two convolutions with dropout, trained on real ones.
module DigitClassifier

#load "../../scripts/library.fsx"

open System
open BgmFunctional.Autodiff
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim

let private batch = 32

type private Training = { Net: ImageCritic; Adam: Adam.State<ImageCritic> }

/// A network trained for so many epochs on images and their digits.
let train epochs (images: ImageSet) (labels: int[]) : ImageCritic =
    let height, width, count = images.Height, images.Width, ImageSet.count images
    let net = ImageCritic.init (Key.OfSeed 5L) [ 16; 32 ] 64 10 height width
    let indices = Array.zeroCreate<int> batch
    let classes = Array.zeroCreate<float32>(batch * 10)
    let wanted = [ for shape in ImageCritic.noise batch height width net -> Draw.Uniform, shape ]
    let noise, drops = NoiseBlock.Create(Key.OfSeed 6L, wanted)
    let rate = Tensor.ofFloats Float32 [| 1 |] [| 1e-3 |]

    let step (state: Training) (pixels, indices, classes, drops) =
        let x = Tensor.gatherRows indices pixels |> Images.ofRows height width

        let loss net =
            let logits = ImageCritic.apply (Some drops) net x
            -(Tensor.sum (classes * (logits - Tensor.logSumExpKeep 1 logits))) / float batch

        let loss, gradient = valueAndGrad loss state.Net
        let net, adam = Adam.update Adam.Config.defaults rate gradient state.Adam state.Net
        { Net = net; Adam = adam }, loss

    let input = images.Pixels, Tensor.view [| batch |] indices, Tensor.view [| batch; 10 |] classes, drops
    let stepper = Stepper.compile step { Net = net; Adam = Adam.init net } input
    stepper.Bind input
    let order = Array.zeroCreate<int> count
    let batches = count / batch

    for epoch in 0 .. epochs - 1 do
        (Key.OfSeed(100L + int64 epoch)).Permute(Span order)

        for b in 0 .. batches - 1 do
            Array.Clear classes

            for i in 0 .. batch - 1 do
                indices[i] <- order[b * batch + i]
                classes[i * 10 + labels[indices[i]]] <- 1.0f

            noise.Fill(int64 (epoch * batches + b))
            stepper.Advance()

    stepper.State.Net

/// The probability of each digit, image by image.
let classify net (images: ImageSet) : float[][] =
    Images.ofRows images.Height images.Width images.Pixels
    |> ImageCritic.apply None net
    |> Tensor.softmax 1
    |> Tensor.toArray
    |> Array.chunkBySize 10

/// The likeliest digit of each image.
let digits net images : int[] =
    classify net images
    |> Array.map (fun classes -> Array.findIndex ((=) (Array.max classes)) classes)

/// The share of images of which one digit is 90 % likely or more.
let recognised net images : float =
    classify net images
    |> Array.averageBy (fun classes -> if Array.max classes >= 0.9 then 1.0 else 0.0)
