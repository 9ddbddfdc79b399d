namespace BgmFunctional.Numerics

open BgmFunctional.Autodiff

/// The standard logistic distribution, the latent scale of every node.
[<RequireQualifiedAccess>]
module Logistic =
    /// log f(u) = −u − 2·softplus(−u), nats.
    let logDensity (u: Tensor) = -u - 2.0 * Tensor.softplus (-u)

    /// log(u / (1 − u)): the value below which a share p of the distribution lies.
    let quantile (p: float) = log p - log (1.0 - p)

    /// 1 / (1 + e⁻ᵘ), the share below u, accurate in both tails.
    let cdf (u: float) = if u >= 0.0 then 1.0 / (1.0 + exp -u) else exp u / (1.0 + exp u)

    /// f(u) = σ(u)·σ(−u), accurate in both tails.
    let density (u: float) = cdf u * cdf -u

    let private softplus (x: float) = max x 0.0 + log (1.0 + exp -(abs x))

    /// The value at share p = 1 − rest of the part of the upper half between low and high, from the survival 1 / (1 + eᵘ) in
    /// logs, as it underflows.
    let private upperQuantile low high p rest =
        let ratio = exp (softplus low - softplus high)
        let logSurvival = log (rest + p * ratio) - softplus low
        log (1.0 - exp logSurvival) - logSurvival

    /// The value at share p of the part of the distribution between low and high (either may be infinite), however far out in a tail.
    let truncatedQuantile (low: float) (high: float) (p: float) =
        let value =
            if low > 0.0 then
                upperQuantile low high p (1.0 - p)
            elif high < 0.0 then
                -(upperQuantile -high -low (1.0 - p) p)
            else
                let share = cdf low + p * (cdf high - cdf low)
                quantile (min share (System.Math.BitDecrement 1.0))

        // Strictly above low: a level's interval is open below.
        max (System.Math.BitIncrement low) (min high value)
