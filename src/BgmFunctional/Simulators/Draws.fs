namespace BgmFunctional.Simulators

open System
open BgmFunctional.Kernels

/// The draws of one row: each is number i of a stream of its own, so rows do not depend on how many there are. Streams are made as they are asked for.
[<Sealed>]
type Draws private (normal: Lazy<float[]>[], uniform: Lazy<float[]>[], row: int) =
    /// More streams than any row needs.
    static let streams = 256

    /// Standard normal draw k of the row.
    member _.Normal k = normal[k].Value[row]
    /// Uniform draw k of the row on (0, 1).
    member _.Uniform k = uniform[k].Value[row]
    /// Exponential draw k of the row with rate 1.
    member this.Exponential k = -(log (this.Uniform k))

    /// The first n draws of the stream that a key names.
    static member internal Stream(draw: Draw, key: Key, n: int) =
        let values = Array.zeroCreate<float> n
        Kernels<float>.Best.Random(draw, key, 0L, Span values)
        values

    /// The draws of n rows.
    static member internal Rows(key: Key, n: int) : Draws[] =
        let stream draw (key: Key) k = lazy Draws.Stream(draw, key.Child(int64 k), n)
        let normal = Array.init streams (stream Draw.Normal (key.Child 0L))
        let uniform = Array.init streams (stream Draw.Uniform (key.Child 1L))
        Array.init n (fun row -> Draws(normal, uniform, row))
