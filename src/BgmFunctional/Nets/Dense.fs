namespace BgmFunctional.Nets

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

    /// Weights and biases uniform on ±1/√inputs, float32 (LeCun-type bounds, as in Sick and Dürr's reference package).
    let init (key: Key) (hasBias: bool) (inputs: int) (outputs: int) : Dense =
        let bound = 1.0 / sqrt (float (max 1 inputs))
        let keyWeight, keyBias = key.Child 0L, key.Child 1L

        {
            Weight = Initial.uniform keyWeight inputs outputs bound
            Bias = if hasBias then Some(Initial.uniform keyBias 1 outputs bound) else None
        }

    /// Glorot weights and zero biases, float32, as Keras has them.
    let glorot (key: Key) (inputs: int) (outputs: int) : Dense = {
        Weight = Initial.glorot key inputs outputs
        Bias = Some(Tensor.force (Tensor.fill Float32 [| 1; outputs |] 0.0))
    }

    /// (n, inputs) -> (n, outputs).
    let apply (layer: Dense) (x: Tensor) : Tensor =
        let product = Tensor.matMul x layer.Weight

        match layer.Bias with
        | Some bias -> product + bias
        | None -> product
