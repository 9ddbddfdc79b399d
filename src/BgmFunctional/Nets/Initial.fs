namespace BgmFunctional.Nets

open System
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// Random matrices at which training starts, float32.
[<RequireQualifiedAccess>]
module Initial =

    let private draws draw (key: Key) rows columns (number: float32 -> float32) =
        let draws = Array.zeroCreate<float32>(rows * columns)
        Kernels<float32>.Best.Random(draw, key, 0L, Span draws)
        Tensor.float32 [| rows; columns |] (Array.map number draws)

    /// (rows, columns) uniform on ±bound.
    let uniform key rows columns (bound: float) =
        draws Draw.Uniform key rows columns (fun u -> float32 bound * (2.0f * u - 1.0f))

    /// (rows, columns) normal.
    let normal key rows columns (mean: float) (sd: float) =
        draws Draw.Normal key rows columns (fun z -> float32 mean + float32 sd * z)

    /// (inputs, outputs) uniform on ±√(6 / (inputs + outputs)): Glorot and Bengio, AISTATS 2010, as Keras has it by default.
    let glorot key inputs outputs = uniform key inputs outputs (sqrt (6.0 / float (inputs + outputs)))
