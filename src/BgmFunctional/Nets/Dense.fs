namespace BgmFunctional.Nets

open System
open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A dense layer: x·Weight + Bias.
type Dense = {
    /// (inputs, outputs).
    Weight: Tensor
    /// (1, outputs), or none.
    Bias: Tensor option
}

/// Dense layers.
[<RequireQualifiedAccess>]
module Dense =

    /// (rows, columns) uniform on ±bound, float32.
    let internal uniform (key: Key) rows columns (bound: float) =
        let draws = Array.zeroCreate<float32>(rows * columns)
        Kernels<float32>.Best.Random(Draw.Uniform, key, 0L, Span draws)
        Tensor.float32 [| rows; columns |] (draws |> Array.map (fun u -> float32 bound * (2.0f * u - 1.0f)))

    /// Weights and biases uniform on ±1/√inputs, float32 (LeCun-type bounds, as in Sick and Dürr's reference package).
    let init (key: Key) (hasBias: bool) (inputs: int) (outputs: int) : Dense =
        let bound = 1.0 / sqrt (float (max 1 inputs))
        let keyWeight, keyBias = key.Child 0L, key.Child 1L

        {
            Weight = uniform keyWeight inputs outputs bound
            Bias = if hasBias then Some(uniform keyBias 1 outputs bound) else None
        }

    /// (n, inputs) -> (n, outputs).
    let apply (layer: Dense) (x: Tensor) : Tensor =
        let product = Tensor.matMul x layer.Weight

        match layer.Bias with
        | Some bias -> product + bias
        | None -> product
