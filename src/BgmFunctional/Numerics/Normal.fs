namespace BgmFunctional.Numerics

open MathNet.Numerics

/// The standard normal distribution.
[<RequireQualifiedAccess>]
module internal Normal =

    /// The value above which 2.5 % of the distribution lies.
    let upper975 = 1.959963984540054

    /// The share of the distribution further from 0 than z, accurate however far out; NaN of NaN.
    let twoSided (z: float) = SpecialFunctions.Erfc(abs z / sqrt 2.0)

    /// Φ, the share below z, accurate in both tails.
    let cdf (z: float) = 0.5 * SpecialFunctions.Erfc(-z / sqrt 2.0)

    /// Φ⁻¹(p), the value below which a share p lies, to 15 digits.
    let quantile (p: float) = -(sqrt 2.0) * SpecialFunctions.ErfcInv(2.0 * p)
