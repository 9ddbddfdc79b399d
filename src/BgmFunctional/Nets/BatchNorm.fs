namespace BgmFunctional.Nets

open BgmFunctional.Autodiff

/// Batch normalisation: (x − mean) / √(variance + ε) · Scale + Shift, column by column. Ioffe and Szegedy, arXiv:1502.03167.
type BatchNorm = {
    /// γ, (1, p).
    Scale: Tensor
    /// β, (1, p).
    Shift: Tensor
}

/// Means and variances of columns: those of a batch, or running ones, which are state and never trained.
type Moments = {
    /// (1, p).
    Mean: Tensor
    /// (1, p), of the rows themselves, without Bessel's correction.
    Variance: Tensor
}

/// Batch normalisation, with the constants of Keras.
[<RequireQualifiedAccess>]
module BatchNorm =

    /// What running moments keep at each batch.
    let momentum = 0.99

    /// ε: added to the variance.
    let epsilon = 1e-3

    let private row columns (number: float) = Tensor.force (Tensor.fill Float32 [| 1; columns |] number)

    /// γ = 1 and β = 0.
    let init columns : BatchNorm = { Scale = row columns 1.0; Shift = row columns 0.0 }

    /// Running moments before the first batch: mean 0 and variance 1.
    let initialMoments columns : Moments = { Mean = row columns 0.0; Variance = row columns 1.0 }

    /// Moments of the rows of x (n, p), weighted by (n, 1) that sum to 1. Gradients flow through them.
    let moments (rowWeights: Tensor) (x: Tensor) : Moments =
        let mean = Tensor.sumKeep 0 (rowWeights * x)

        {
            Mean = mean
            Variance = Tensor.sumKeep 0 (rowWeights * Tensor.square (x - mean))
        }

    /// Running moments after a batch.
    let advance (running: Moments) (batch: Moments) : Moments =
        Tree.map2 (fun kept fresh -> momentum * kept + (1.0 - momentum) * fresh) running batch

    /// γ / √(variance + ε), (1, p).
    let slope (layer: BatchNorm) (moments: Moments) = layer.Scale / sqrt (moments.Variance + epsilon)

    /// (n, p) -> (n, p).
    let apply (layer: BatchNorm) (moments: Moments) (x: Tensor) : Tensor =
        (x - moments.Mean) * slope layer moments + layer.Shift

    /// The plain network of these layers whose input is normalised by these moments, which the first layer takes over.
    let fold (norm: BatchNorm) (moments: Moments) (layers: Dense list) : Mlp =
        let first, slope = layers.Head, slope norm moments
        let offset = Tensor.matMul (norm.Shift - moments.Mean * slope) first.Weight

        let first: Dense = {
            Weight = Tensor.transpose slope * first.Weight
            Bias =
                match first.Bias with
                | Some bias -> Some(bias + offset)
                | None -> Some offset
        }

        Mlp.ofDense (first :: layers.Tail) |> Tree.map Tensor.force
