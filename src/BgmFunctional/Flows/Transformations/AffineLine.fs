namespace BgmFunctional.Flows

open BgmFunctional.Autodiff

/// A line: h = exp(a / (1 + |a / ln 1e3|))·z + b, z the value scaled so that its range lands on ±5. Its slope in z lies between 1e-3 and 1e3.
[<RequireQualifiedAccess>]
module internal AffineLine =

    /// a and b.
    let parameters = 2

    let private split theta = Squash.within Squash.limit (Tensor.slice 1 0 1 theta), Tensor.slice 1 1 1 theta

    /// The line and its log-slope in z, (n, 1) each.
    let forward (z: Tensor) (theta: Tensor) =
        let logSlope, shift = split theta
        exp logSlope * z + shift, logSlope

    /// z, (n), where the line is u, (n).
    let inverse (theta: Tensor) (u: float[]) =
        let logSlope, shift = split theta
        Tensor.toArray ((Tensor.float64 [| u.Length; 1 |] u - shift) / exp logSlope)

    let calibrated = [| Squash.undo Squash.limit (log (ValueRange.latent / Scaled.bound)); 0.0 |]

    let create range = {
        Parameters = parameters
        Features = Scaled.features range
        Forward =
            fun features theta ->
                let h, logSlope = forward features.Value theta
                h, logSlope + features.Slope
        Inverse = fun theta u -> inverse theta u |> Scaled.undo range
        Calibrated = calibrated
    }
