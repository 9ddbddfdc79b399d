namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Mcmc

/// How the grey value of a pixel is drawn.
[<RequireQualifiedAccess>]
type PixelLaw =
    /// Beta with the mean σ(ℓ) of the mean logit ℓ, and the precision that the images of the fit have around their means. Training decides means alone, by a
    /// likelihood for shares (Papke and Wooldridge, J. Appl. Econometrics 11 (1996) 619); how far grey values lie from them is then a question of one
    /// number, ν: their variance is p(1 − p)/(1 + ν) (Ferrari and Cribari-Neto, J. Appl. Statistics 31 (2004) 799). Ink and paper are near 1 and 0.
    | Beta
    /// σ of a logit drawn with its variance, as published. Noise of a logit costs likelihood, so training takes it to 0, and what is drawn is the mean of
    /// the pixel: intervals hold that, and far too few of the pixels themselves.
    | LogitNormal

/// Beta laws by mean and precision.
[<RequireQualifiedAccess>]
module internal BetaLaw =

    /// Of images that are black and white, whose variance is p(1 − p) and more.
    let private least = 1e-3

    /// ν of values around means p, by moments: Σp(1 − p)/Σ(x − p)² − 1.
    let precision (values: float32[]) (means: float32[]) : float =
        let spread = Array.fold2 (fun sum x p -> sum + (float x - float p) ** 2.0) 0.0 values means
        let most = means |> Array.sumBy (fun p -> float p * (1.0 - float p))
        Math.Clamp(most / spread - 1.0, least, 1.0 / least)

    /// The logarithm of a draw of Gamma(shape, 1), shape at least 1. Marsaglia and Tsang, ACM TOMS 26 (2000) 363.
    let rec private logGammaAbove1 (stream: RandomStream) (shape: float) : float =
        let d = shape - 1.0 / 3.0
        let normal = stream.Normal()
        let v = (1.0 + normal / sqrt (9.0 * d)) ** 3.0

        if
            v > 0.0
            && log (stream.Uniform()) < normal * normal / 2.0 + d * (1.0 - v + log v)
        then
            log (d * v)
        else
            logGammaAbove1 stream shape

    /// The same of any shape: a draw of shape + 1 times U^(1/shape), which may be too small for a float, but its logarithm is not.
    let private logGamma (stream: RandomStream) (shape: float) : float =
        if shape >= 1.0 then
            logGammaAbove1 stream shape
        else
            logGammaAbove1 stream (shape + 1.0) + log (stream.Uniform()) / shape

    /// A draw with mean 0 < p < 1 and precision ν: A/(A + B), A and B gamma of shapes pν and (1 − p)ν.
    let draw (stream: RandomStream) (precision: float) (mean: float) : float =
        let a = logGamma stream (mean * precision)
        let b = logGamma stream ((1.0 - mean) * precision)
        1.0 / (1.0 + exp (b - a))
