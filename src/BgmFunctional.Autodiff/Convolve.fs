// Convolutions as nodes. One form that is linear in images, weights and outputs, Σ outputs·conv(images, weights), gives three operations: its
// derivative in each from the other two. So each one's adjoints are the other two, and gradients of every order come from these alone.
namespace BgmFunctional.Autodiff

open BgmFunctional.Kernels

[<RequireQualifiedAccess>]
module internal Convolve =

    /// The outputs (n, oh, ow, filters) of images and weights.
    let outputs (c: Convolution) (images: Tensor) (weights: Tensor) =
        Node.make images.DType [| c.Images; c.OutHeight; c.OutWidth; c.Filters |] (Convolve c) [| images; weights |]

    /// The images (n, h, w, c) that outputs and weights add up to.
    let images (c: Convolution) (outputs: Tensor) (weights: Tensor) =
        Node.make outputs.DType [| c.Images; c.Height; c.Width; c.Channels |] (ConvolveImages c) [| outputs; weights |]

    /// The weights (kh, kw, c, filters) that images and outputs add up to.
    let weights (c: Convolution) (images: Tensor) (outputs: Tensor) =
        Node.make images.DType [| c.KernelHeight; c.KernelWidth; c.Channels; c.Filters |] (ConvolveWeights c) [|
            images
            outputs
        |]

    /// Refuses operands of another form than images (n, height, width, channels) and weights whose given axis takes the channels.
    let private require operation stride channelAxis (weights: Tensor) (images: Tensor) =
        Node.sameType operation images weights
        let refuse hint = Node.refuse operation [ images; weights ] hint

        if images.Rank <> 4 || weights.Rank <> 4 then
            refuse "images (n, height, width, channels) and weights (height, width, inner, outer) need four axes each"

        if images.Shape[3] <> weights.Shape[channelAxis] then
            refuse
                $"the images have {images.Shape[3]} channels, but axis {channelAxis} of the weights takes {weights.Shape[channelAxis]}"

        if weights.Shape[0] = 0 || weights.Shape[1] = 0 then
            refuse "a filter needs one pixel at least"

        if stride < 1 then
            refuse $"stride {stride} does not move on; it must be at least 1"

    /// Checked, from images (n, h, w, c) and weights (kh, kw, c, filters).
    let forward stride padding (weights: Tensor) (x: Tensor) =
        require "conv2d" stride 2 weights x
        let isTooLarge = x.Shape[1] < weights.Shape[0] || x.Shape[2] < weights.Shape[1]

        if padding = Padding.Valid && isTooLarge then
            Node.refuse "conv2d" [ x; weights ] "the filter is larger than the image; Padding.Same puts zeros around it"

        outputs (Window.overImages stride padding x.Shape weights.Shape) x weights

    /// Checked, from outputs (n, oh, ow, filters) and weights (kh, kw, c, filters).
    let transposed stride padding (weights: Tensor) (x: Tensor) =
        require "convTranspose2d" stride 3 weights x
        images (Window.toOutputs stride padding x.Shape weights.Shape) x weights
