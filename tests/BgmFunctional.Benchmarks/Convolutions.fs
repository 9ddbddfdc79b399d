namespace BgmFunctional.Benchmarks

open System
open System.Runtime.InteropServices
open BenchmarkDotNet.Attributes
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels

/// Whether a layer of a network makes the outputs of a convolution, or is its transpose and makes the images.
type LayerKind =
    | Plain
    | Transposed

/// One layer of an image network for a batch of 32, padded as Keras's 'same': the larger images are side×side×channels, the smaller ones have
/// `filters` channels.
type Layer(network: string, kind, side, channels, kernel, stride, filters) =
    let outputSide = (side + stride - 1) / stride
    let zeros = max 0 ((outputSide - 1) * stride + kernel - side) / 2

    let sizes =
        Convolution(32, side, side, channels, kernel, kernel, outputSide, outputSide, filters, stride, zeros, zeros)

    let images, weights, outputs = 32 * side * side * channels, sizes.Patch * filters, sizes.Rows * filters

    /// Multiply-adds of any of its three products, two operations each.
    let product = 2.0 * float outputs * float sizes.Patch

    /// Every product reads or writes each of the three arrays.
    let traffic = 4.0 * float (images + weights + outputs)

    member _.Network = network
    member _.Sizes = sizes
    member _.Kind = kind
    member _.Images = images
    member _.Weights = weights
    member _.Outputs = outputs

    override _.ToString() =
        let large, small = $"{side}×{side}×{channels}", $"{outputSide}×{outputSide}×{filters}"

        match kind with
        | Plain -> $"{network} {kernel}×{kernel} {large} to {small}"
        | Transposed -> $"{network} {kernel}×{kernel} {small} to {large}"

    interface ILayerWork with
        member _.Operations = product
        member _.Traffic = traffic

/// Memory as compiled programs have it: pinned, and aligned to a vector of 64 bytes.
type private Aligned(length) =
    let lane = 64 / sizeof<float32>
    let array = GC.AllocateArray<float32>(length + lane, pinned = true)
    let address = int64 (Marshal.UnsafeAddrOfPinnedArrayElement(array, 0))
    let offset = int ((64L - address % 64L) % 64L) / sizeof<float32>

    member _.Span = Span(array, offset, length)
    member _.ReadOnly = ReadOnlySpan(array, offset, length)

[<RequireQualifiedAccess>]
module Layers =

    /// Every convolution of generator, plain and Bayesian, encoder and critic on 28×28 images.
    let ofConfig (config: ImageConfig) = [
        let generator = config.GFilters |> List.pairwise
        let sides = Seq.append [ 14; 28 ] (Seq.initInfinite (fun _ -> 28))

        for i, ((small, large), side) in Seq.indexed (Seq.zip generator sides) do
            if i < 2 then
                Layer("generator", Transposed, side, large, 3, 2, small)
                Layer("upsampled", Plain, side, small, 3, 1, large)
            else
                Layer("generator", Plain, side, small, 3, 1, large)

        Layer("generator", Plain, 28, List.last config.GFilters, 1, 1, 2)

        for side, (channels, filters), stride in
            Seq.zip3 [ 28; 14; 7 ] (List.pairwise (1 :: config.EFilters)) [ 2; 2; 1 ] do
            Layer("encoder", Plain, side, channels, 3, stride, filters)

        for side, (channels, filters), kernel in
            Seq.zip3 [ 28; 14; 7 ] (List.pairwise (1 :: config.DxFilters)) [ 5; 5; 3 ] do
            Layer("critic", Plain, side, channels, kernel, 2, filters)
    ]

    /// The layers of each network.
    let networks config =
        let ofNetworks names kinds (layer: Layer) = List.contains layer.Network names && List.contains layer.Kind kinds

        [
            "generator", ofNetworks [ "generator" ] [ Plain; Transposed ]
            "Bayesian generator", ofNetworks [ "generator"; "upsampled" ] [ Plain ]
            "encoder", ofNetworks [ "encoder" ] [ Plain ]
            "critic", ofNetworks [ "critic" ] [ Plain ]
        ]
        |> List.map (fun (name, isOf) -> name, List.filter isOf (ofConfig config))

/// The convolutions of the image models, published and recommended, on one core: each layer's output, and its two gradients. Furthest from their bound are the
/// layers with few products a value, which together are about a hundredth of an iteration of the warm start. Heads multiply what they read by two weights only:
/// they take up to twice the time in which their arrays are moved, as pixels are transposed to run along the lanes. Filters on one channel multiply nine or 25
/// values for an output, and the gradient of their image is transposed and added up place by place of the filter.
type Convolutions() =
    let kernels = Kernels<float32>.Best

    let random seed length =
        let values = Aligned length
        kernels.Random(Draw.Normal, Key.OfSeed seed, 0L, values.Span)
        values

    let mutable images, weights, outputs = Aligned 0, Aligned 0, Aligned 0
    let mutable imagesOut, weightsOut, outputsOut = Aligned 0, Aligned 0, Aligned 0

    [<ParamsSource("Layers")>]
    member val Layer = Unchecked.defaultof<Layer> with get, set

    member _.Layers =
        Layers.ofConfig ImageConfig.defaults @ Layers.ofConfig ImageConfig.recommended
        |> List.distinctBy string

    [<GlobalSetup>]
    member this.Setup() =
        images <- random 1L this.Layer.Images
        weights <- random 2L this.Layer.Weights
        outputs <- random 3L this.Layer.Outputs
        imagesOut <- Aligned this.Layer.Images
        weightsOut <- Aligned this.Layer.Weights
        outputsOut <- Aligned this.Layer.Outputs

    member private this.MakeOutputs() =
        let sizes = this.Layer.Sizes

        kernels.Convolve(
            &sizes,
            images.ReadOnly,
            weights.ReadOnly,
            ReadOnlySpan.Empty,
            Activation.None,
            outputsOut.Span
        )

    member private this.MakeImages() =
        let sizes = this.Layer.Sizes
        kernels.ConvolveImages(&sizes, outputs.ReadOnly, weights.ReadOnly, imagesOut.Span)

    /// What it makes of its input.
    [<Benchmark; LayerWork(1)>]
    member this.Forward() =
        match this.Layer.Kind with
        | Plain -> this.MakeOutputs()
        | Transposed -> this.MakeImages()

    /// The gradients of its input and its weights.
    [<Benchmark; LayerWork(2)>]
    member this.Back() =
        match this.Layer.Kind with
        | Plain -> this.MakeImages()
        | Transposed -> this.MakeOutputs()

        let sizes = this.Layer.Sizes
        kernels.ConvolveWeights(&sizes, images.ReadOnly, outputs.ReadOnly, weightsOut.Span)
