namespace BgmFunctional.Autodiff

open BgmFunctional.Kernels

/// What lies around an image when a window moves over it, as in Keras.
[<RequireQualifiedAccess>]
type Padding =
    /// Zeros on either side, the odd one at the end, so that a size gives ⌈size/stride⌉ outputs.
    | Same
    /// Nothing: the window stays inside.
    | Valid

/// Sizes of convolutions.
[<RequireQualifiedAccess>]
module internal Window =

    let private roundUp a b = (a + b - 1) / b

    /// Outputs along an axis, and the zeros before it.
    let private outputs padding stride size kernel =
        match padding with
        | Padding.Same ->
            let count = roundUp size stride
            count, max 0 ((count - 1) * stride + kernel - size) / 2
        | Padding.Valid -> (size - kernel) / stride + 1, 0

    /// The size of an axis that gives so many outputs, and the zeros before it.
    let private inputs padding stride count kernel =
        match padding with
        | Padding.Same -> count * stride, max 0 (kernel - stride) / 2
        | Padding.Valid -> count * stride + max 0 (kernel - stride), 0

    /// Images (n, h, w, c) under weights (kh, kw, c, filters).
    let overImages stride padding (images: int[]) (weights: int[]) =
        let outHeight, top = outputs padding stride images[1] weights[0]
        let outWidth, left = outputs padding stride images[2] weights[1]

        Convolution(
            images[0],
            images[1],
            images[2],
            images[3],
            weights[0],
            weights[1],
            outHeight,
            outWidth,
            weights[3],
            stride,
            top,
            left
        )

    /// Images of which weights (kh, kw, c, filters) make outputs (n, oh, ow, filters).
    let toOutputs stride padding (outputs: int[]) (weights: int[]) =
        let height, top = inputs padding stride outputs[1] weights[0]
        let width, left = inputs padding stride outputs[2] weights[1]

        Convolution(
            outputs[0],
            height,
            width,
            weights[2],
            weights[0],
            weights[1],
            outputs[1],
            outputs[2],
            weights[3],
            stride,
            top,
            left
        )
