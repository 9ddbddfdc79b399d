// What critics and those who are to fool them lose in the warm start: least squares with labels that are not quite 0 and 1 (Mao et al.,
// arXiv:1611.04076; Salimans et al., arXiv:1606.03498).
namespace BgmFunctional.LatentVariables

open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Nets

/// A network that judges rows, each one by a number.
[<NoComparison; NoEquality>]
type Judge<'Weights, 'Noise> = {
    /// Noise, weights and rows (n, p), to scores (n, 1).
    Apply: 'Noise -> 'Weights -> Tensor -> Tensor
    /// The noise of one application to so many rows, such as what dropout leaves out, and what refills it.
    Noise: Key -> int -> 'Weights -> NoiseBlock * 'Noise
}

/// Judges.
[<RequireQualifiedAccess>]
module Judge =

    /// Of rows of numbers: a discriminator, which needs no noise.
    let discriminator: Judge<Discriminator, Tensor list> = {
        Apply = fun _ -> Discriminator.apply
        Noise = fun key _ _ -> NoiseBlock.Create(key, [])
    }

/// Losses of critics and of those who are to fool them.
[<RequireQualifiedAccess>]
module Adversary =

    /// What a critic is to say of what is real.
    let real = 0.9

    /// What it is to say of what is not.
    let fake = 0.1

    let private distance (label: float) (scores: Tensor) = Tensor.mean (Tensor.square (label - scores))

    /// E(0.9 − d)² of scores (n, 1) of what is to pass for real.
    let fooling (scores: Tensor) : Tensor = distance real scores

    /// ½·[E(0.9 − d(real))² + E(0.1 − d(fake))²].
    let telling (scoresOfReal: Tensor) (scoresOfFake: Tensor) : Tensor =
        0.5 * (distance real scoresOfReal + distance fake scoresOfFake)
