namespace BgmFunctional.Mcmc

open System
open BgmFunctional.Kernels

/// Draws of one distribution, read one after another; made some at a time, which is much cheaper.
[<Sealed>]
type private Reader(draw: Draw) =
    let buffer = Array.zeroCreate<float> 64
    let mutable key = Key.OfSeed 0L
    let mutable position = 0L
    let mutable next = buffer.Length

    member _.Begin newKey =
        key <- newKey
        position <- 0L
        next <- buffer.Length

    member private _.Refill() =
        Kernels<float>.Best.Random(draw, key, position, Span buffer)
        position <- position + int64 buffer.Length
        next <- 0

    member this.Next() =
        if next = buffer.Length then
            this.Refill()

        next <- next + 1
        buffer[next - 1]

    member this.Fill(target: float[]) =
        let mutable filled = 0

        while filled < target.Length do
            if next = buffer.Length then
                this.Refill()

            let count = min (target.Length - filled) (buffer.Length - next)
            Array.Copy(buffer, next, target, filled, count)
            next <- next + count
            filled <- filled + count

/// The random numbers of one chain, read one after another: what it reads depends on its key and on what it has read before, so on nothing
/// that other chains do.
[<Sealed>]
type RandomStream() =
    let uniforms = Reader Draw.Uniform
    let normals = Reader Draw.Normal

    /// Starts the stream that a key names.
    member _.Begin(key: Key) =
        uniforms.Begin(key.Child 0L)
        normals.Begin(key.Child 1L)

    /// Uniform on (0, 1).
    member _.Uniform() = uniforms.Next()

    /// Standard normal.
    member _.Normal() = normals.Next()

    /// Standard normals into an array.
    member _.Normals(target: float[]) = normals.Fill target
