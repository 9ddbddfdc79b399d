namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// What training asks of networks, whatever their layers. 'Weights is what a gradient moves, 'Moments what normalisation keeps from batch to batch,
/// 'Noise the random numbers of one application: records, lists or options of tensors.
[<NoComparison; NoEquality>]
type Architecture<'Weights, 'Moments, 'Noise> = {
    /// In training: weights of the rows (n, 1) that sum to 1, running moments, noise, weights and an input, to the output and the moments by which it
    /// was normalised.
    Train: Tensor -> 'Moments -> 'Noise -> 'Weights -> Tensor -> Tensor * 'Moments
    /// Normalised by running moments, so that what a row gives is its own: these, noise, weights and an input, to the output.
    Apply: 'Moments -> 'Noise -> 'Weights -> Tensor -> Tensor
    /// Running moments after batches that were normalised by these.
    Advance: 'Moments -> 'Moments list -> 'Moments
    /// The divergence of the weights from their prior, a scalar, nats; none where weights are points.
    Kl: 'Weights -> Tensor option
    /// The noise of one application to so many rows, and what refills it.
    Noise: Key -> int -> 'Weights -> NoiseBlock * 'Noise
}

/// Architectures.
[<RequireQualifiedAccess>]
module Architecture =

    /// Multilayer perceptrons, plain or Bayesian.
    let perceptron (normalisation: InputNormalisation) : Architecture<Network, Moments option, FlipoutNoise list> = {
        Train =
            fun rowWeights running noise weights x ->
                let moments = Network.moments normalisation rowWeights { Weights = weights; Running = running } x

                Network.apply moments noise weights x, moments
        Apply = Network.apply
        Advance = Network.advance normalisation
        Kl = Network.kl
        Noise = fun key rows weights -> NoiseBlock.ForNetwork(key, rows, weights)
    }
