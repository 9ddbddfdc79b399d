namespace BgmFunctional.Benchmarks

open System
open BenchmarkDotNet.Attributes
open BgmFunctional.Kernels

/// The convolutions of one layer on 32 images of side×side×channels, padded as Keras's 'same'.
type private Layer(side, channels, kernel, stride, filters) =
    let kernels = Kernels<float32>.Best
    let outputSide = (side + stride - 1) / stride
    let zeros = max 0 ((outputSide - 1) * stride + kernel - side) / 2

    let sizes =
        Convolution(32, side, side, channels, kernel, kernel, outputSide, outputSide, filters, stride, zeros, zeros)

    let random seed length =
        let values = Array.zeroCreate<float32> length
        kernels.Random(Draw.Normal, Key.OfSeed seed, 0L, Span values)
        values

    let images = random 1L (32 * side * side * channels)
    let weights = random 2L (sizes.Patch * filters)
    let outputs = random 3L (sizes.Rows * filters)
    let imagesOut = Array.zeroCreate<float32> images.Length
    let weightsOut = Array.zeroCreate<float32> weights.Length
    let outputsOut = Array.zeroCreate<float32> outputs.Length

    member _.Outputs() = kernels.Convolve(&sizes, images, weights, ReadOnlySpan.Empty, Activation.None, Span outputsOut)

    member _.Images() = kernels.ConvolveImages(&sizes, outputs, weights, Span imagesOut)
    member _.Weights() = kernels.ConvolveWeights(&sizes, images, outputs, Span weightsOut)

/// Every convolution of the image model (generator, encoder and critic on 28×28 digits) for a batch of 32: the outputs, and the
/// gradients of images and weights. 3×3 unless another size is given.
type Convolutions() =
    let generatorUp14 = Layer(14, 64, 3, 2, 128)
    let generatorUp28 = Layer(28, 32, 3, 2, 64)
    let generator28 = Layer(28, 32, 3, 1, 32)
    let generatorHeads = Layer(28, 32, 1, 1, 2)
    let encoder14 = Layer(28, 1, 3, 2, 32)
    let encoder7 = Layer(14, 32, 3, 2, 64)
    let encoder7Wide = Layer(7, 64, 3, 1, 128)
    let critic14 = Layer(28, 1, 5, 2, 64)
    let critic7 = Layer(14, 64, 5, 2, 128)
    let critic4 = Layer(7, 128, 3, 2, 256)

    /// Transposed, 7×7×128 to 14×14×64.
    [<Benchmark; Work(64.0 * 49.0 * 9.0 * 64.0 * 128.0, 1)>]
    member _.GeneratorUp14() = generatorUp14.Images()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 49.0 * 9.0 * 64.0 * 128.0, 1)>]
    member _.GeneratorUp14Back() =
        generatorUp14.Outputs()
        generatorUp14.Weights()

    /// Transposed, 14×14×64 to 28×28×32.
    [<Benchmark; Work(64.0 * 196.0 * 9.0 * 32.0 * 64.0, 1)>]
    member _.GeneratorUp28() = generatorUp28.Images()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 196.0 * 9.0 * 32.0 * 64.0, 1)>]
    member _.GeneratorUp28Back() =
        generatorUp28.Outputs()
        generatorUp28.Weights()

    /// 28×28×32 to 28×28×32.
    [<Benchmark; Work(64.0 * 784.0 * 9.0 * 32.0 * 32.0, 1)>]
    member _.Generator28() = generator28.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 784.0 * 9.0 * 32.0 * 32.0, 1)>]
    member _.Generator28Back() =
        generator28.Images()
        generator28.Weights()

    /// 1×1, 28×28×32 to 28×28×2.
    [<Benchmark; Work(64.0 * 784.0 * 32.0 * 2.0, 1)>]
    member _.GeneratorHeads() = generatorHeads.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 784.0 * 32.0 * 2.0, 1)>]
    member _.GeneratorHeadsBack() =
        generatorHeads.Images()
        generatorHeads.Weights()

    /// 28×28×1 to 14×14×32.
    [<Benchmark; Work(64.0 * 196.0 * 9.0 * 1.0 * 32.0, 1)>]
    member _.Encoder14() = encoder14.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 196.0 * 9.0 * 1.0 * 32.0, 1)>]
    member _.Encoder14Back() =
        encoder14.Images()
        encoder14.Weights()

    /// 14×14×32 to 7×7×64.
    [<Benchmark; Work(64.0 * 49.0 * 9.0 * 32.0 * 64.0, 1)>]
    member _.Encoder7() = encoder7.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 49.0 * 9.0 * 32.0 * 64.0, 1)>]
    member _.Encoder7Back() =
        encoder7.Images()
        encoder7.Weights()

    /// 7×7×64 to 7×7×128.
    [<Benchmark; Work(64.0 * 49.0 * 9.0 * 64.0 * 128.0, 1)>]
    member _.Encoder7Wide() = encoder7Wide.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 49.0 * 9.0 * 64.0 * 128.0, 1)>]
    member _.Encoder7WideBack() =
        encoder7Wide.Images()
        encoder7Wide.Weights()

    /// 5×5, 28×28×1 to 14×14×64.
    [<Benchmark; Work(64.0 * 196.0 * 25.0 * 1.0 * 64.0, 1)>]
    member _.Critic14() = critic14.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 196.0 * 25.0 * 1.0 * 64.0, 1)>]
    member _.Critic14Back() =
        critic14.Images()
        critic14.Weights()

    /// 5×5, 14×14×64 to 7×7×128.
    [<Benchmark; Work(64.0 * 49.0 * 25.0 * 64.0 * 128.0, 1)>]
    member _.Critic7() = critic7.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 49.0 * 25.0 * 64.0 * 128.0, 1)>]
    member _.Critic7Back() =
        critic7.Images()
        critic7.Weights()

    /// 7×7×128 to 4×4×256.
    [<Benchmark; Work(64.0 * 16.0 * 9.0 * 128.0 * 256.0, 1)>]
    member _.Critic4() = critic4.Outputs()

    /// Its gradients of images and weights.
    [<Benchmark; Work(128.0 * 16.0 * 9.0 * 128.0 * 256.0, 1)>]
    member _.Critic4Back() =
        critic4.Images()
        critic4.Weights()
