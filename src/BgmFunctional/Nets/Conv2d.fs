namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A convolution of images (n, h, w, channels), plus a bias.
type Conv2d = {
    /// (height, width, channels, filters) of the filters.
    Weight: Tensor
    /// (1, 1, 1, filters), or none.
    Bias: Tensor option
}

/// A transposed convolution, which makes images (n, h, w, channels) larger, plus a bias.
type ConvTranspose2d = {
    /// (height, width, filters, channels) of the filters.
    Weight: Tensor
    /// (1, 1, 1, filters), or none.
    Bias: Tensor option
}

/// What both kinds of convolution share.
[<RequireQualifiedAccess>]
module internal Filters =

    /// (side, side, inner, outer) uniform on ±√(6 / (side²·(inner + outer))), float32: Glorot's bound over all that a filter sees, as Keras has it.
    let glorot (key: Key) side inner outer =
        let bound = sqrt (6.0 / float (side * side * (inner + outer)))

        Initial.uniform key (side * side * inner) outer bound
        |> Tensor.reshape [| side; side; inner; outer |]
        |> Tensor.force

    /// Zeros, (1, 1, 1, filters), if there is to be a bias.
    let bias hasBias filters =
        if hasBias then
            Some(Tensor.force (Tensor.fill Float32 [| 1; 1; 1; filters |] 0.0))
        else
            None

    /// Adds a bias if there is one.
    let add (bias: Tensor option) (x: Tensor) =
        match bias with
        | Some bias -> x + bias
        | None -> x

/// Convolutions.
[<RequireQualifiedAccess>]
module Conv2d =

    /// Square filters of Glorot's weights and zero biases, as Keras starts them.
    let glorot (key: Key) (hasBias: bool) (side: int) (channels: int) (filters: int) : Conv2d = {
        Weight = Filters.glorot key side channels filters
        Bias = Filters.bias hasBias filters
    }

    /// (n, h, w, channels) -> (n, oh, ow, filters), padded so that oh = ⌈h/stride⌉.
    let apply (stride: int) (layer: Conv2d) (x: Tensor) : Tensor =
        Tensor.conv2d stride Padding.Same layer.Weight x |> Filters.add layer.Bias

/// Transposed convolutions.
[<RequireQualifiedAccess>]
module ConvTranspose2d =

    /// Square filters of Glorot's weights and zero biases, as Keras starts them.
    let glorot (key: Key) (hasBias: bool) (side: int) (channels: int) (filters: int) : ConvTranspose2d = {
        Weight = Filters.glorot key side filters channels
        Bias = Filters.bias hasBias filters
    }

    /// (n, h, w, channels) -> (n, stride·h, stride·w, filters).
    let apply (stride: int) (layer: ConvTranspose2d) (x: Tensor) : Tensor =
        Tensor.convTranspose2d stride Padding.Same layer.Weight x
        |> Filters.add layer.Bias
