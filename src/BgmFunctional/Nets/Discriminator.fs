namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// Whether a critic normalises what its hidden layers see.
type CriticNormalisation =
    /// By the moments of each batch: batch normalisation as Keras has it. A critic that judges two populations in batches of their own is then blind to
    /// where each of them lies and how wide it is.
    | BatchNormalised
    /// Not at all, as Gulrajani et al. ask of a critic with a gradient penalty, which is a statement about single rows.
    | Unnormalised

/// A critic of rows: dense, batch normalisation if it has any, and tanh for each hidden layer, then one number a row. It judges batches in training
/// only, so it normalises by their own moments and keeps no running ones.
type Discriminator = {
    /// Each is followed by its normalisation, if it has one, and tanh.
    Hidden: (Dense * BatchNorm option) list
    /// The linear layer at the end, of one output.
    Output: Dense
}

/// Discriminators.
[<RequireQualifiedAccess>]
module Discriminator =

    /// Layers inputs → units… → 1, as Keras starts them.
    let init (key: Key) (normalisation: CriticNormalisation) (inputs: int) (units: int list) : Discriminator =
        let layer i (width, next) = Dense.glorot (key.Child(int64 i)) width next
        let hidden, output = Mlp.layers layer inputs units 1

        let norm width =
            match normalisation with
            | BatchNormalised -> Some(BatchNorm.init width)
            | Unnormalised -> None

        {
            Hidden = List.map2 (fun layer width -> layer, norm width) hidden units
            Output = output
        }

    /// (n, inputs) -> (n, 1). Where it normalises, the rows of a batch see each other through its moments.
    let apply (net: Discriminator) (x: Tensor) : Tensor =
        let rows = x.Shape[0]
        let rowWeights = Tensor.fill x.DType [| rows; 1 |] (1.0 / float rows)

        let hidden x (layer, norm) =
            let y = Dense.apply layer x

            match norm with
            | Some norm -> tanh (BatchNorm.apply norm (BatchNorm.moments rowWeights y) y)
            | None -> tanh y

        net.Hidden |> List.fold hidden x |> Dense.apply net.Output

    /// E(‖∇d(x)‖ − 1)² of any critic, from (n, p) to (n, 1): it holds slopes near 1. Gulrajani et al., arXiv:1704.00028, equation 3.
    let slopePenalty (critic: Tensor -> Tensor) (x: Tensor) : Tensor =
        let slope = grad (fun x -> Tensor.sum (critic x)) x
        let norm = sqrt (Tensor.sumKeep 1 (Tensor.square slope))
        Tensor.mean (Tensor.square (norm - 1.0))

    /// The same of a discriminator.
    let gradientPenalty (net: Discriminator) (z: Tensor) : Tensor = slopePenalty (apply net) z
