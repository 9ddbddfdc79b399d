namespace BgmFunctional.Benchmarks

open System
open BenchmarkDotNet.Attributes
open BgmFunctional.Kernels

/// Matrix products in the shapes and transposition forms of training: y = x·W, dx = dy·Wᵀ, dW = xᵀ·dy.
type Products() =
    let kernels = Kernels<float32>.Best

    let random seed length =
        let values = Array.zeroCreate<float32> length
        kernels.Random(Draw.Normal, Key.OfSeed seed, 0L, Span values)
        values

    let a = random 1L (512 * 128)
    let b = random 2L (512 * 128)
    let c = Array.zeroCreate<float32>(512 * 128)

    let product m n k aRow aColumn bRow bColumn =
        kernels.MatMul(
            m,
            n,
            k,
            ReadOnlySpan(a, 0, m * k),
            aRow,
            aColumn,
            ReadOnlySpan(b, 0, k * n),
            bRow,
            bColumn,
            ReadOnlySpan.Empty,
            Activation.None,
            Span(c, 0, m * n)
        )

    /// (32, 64)·(64, 64).
    [<Benchmark; Work(262144.0, 1)>]
    member _.Forward32x64x64() = product 32 64 64 64 1 64 1

    /// (32, 64)·(64, 64)ᵀ.
    [<Benchmark; Work(262144.0, 1)>]
    member _.Backward32x64x64() = product 32 64 64 64 1 1 64

    /// (32, 64)ᵀ·(32, 64).
    [<Benchmark; Work(262144.0, 1)>]
    member _.Weights64x64x32() = product 64 64 32 1 64 64 1

    /// (512, 64)·(64, 128).
    [<Benchmark; Work(8388608.0, 1)>]
    member _.Forward512x128x64() = product 512 128 64 64 1 128 1

    /// (512, 128)·(64, 128)ᵀ.
    [<Benchmark; Work(8388608.0, 1)>]
    member _.Backward512x64x128() = product 512 64 128 128 1 1 128

    /// (512, 64)ᵀ·(512, 128).
    [<Benchmark; Work(8388608.0, 1)>]
    member _.Weights64x128x512() = product 64 128 512 1 64 128 1
