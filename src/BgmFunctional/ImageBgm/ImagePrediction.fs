namespace BgmFunctional.ImageBgm

open BgmFunctional.Autodiff
open BgmFunctional.Data

/// Intervals of the pixels that were missing.
type PixelIntervals =
    /// All images lack the same pixels: low and high, (n, m, 2).
    | SharedPattern of Tensor
    /// (mᵢ, 2) for each image.
    | OwnPatterns of Tensor list

/// Images with their missing pixels predicted, and whether the chains can be believed.
type ImagePrediction = {
    /// Seen pixels as they were, missing ones their posterior mean.
    Images: ImageSet
    /// Which pixels were missing, image by image.
    Missing: bool[][]
    /// The alpha/2 quantile of each missing pixel, and the pixel itself where it was seen, (n, h·w).
    Low: Tensor
    /// The 1 − alpha/2 quantile likewise.
    High: Tensor
    /// Intervals have level 1 − alpha.
    Alpha: float
    /// All draws, (draws, n, h·w), if they were to be kept.
    Draws: Tensor option
    /// Mean acceptance of all chains.
    Acceptance: float
    /// Transitions whose energy error was too large.
    Divergences: int
    /// Median over the images of R-hat of the log density.
    RHat: float
    /// Median over the images of the effective draws of the log density.
    Ess: float
    /// Share of the images whose R-hat is at most 1.1.
    Converged: float
    /// What speaks against the answer, one line each.
    Warnings: string list
}

/// What a prediction says, in arrays and files.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module ImagePrediction =

    /// Intervals of the missing pixels: (n, m, 2) where all images lack the same ones, else a list, (mᵢ, 2) for image i.
    let intervals (prediction: ImagePrediction) : PixelIntervals =
        let pixels = prediction.Low.Shape[1]
        let low, high = Tensor.toFloat32 prediction.Low, Tensor.toFloat32 prediction.High

        let ends i = [|
            for pixel in 0 .. pixels - 1 do
                if prediction.Missing[i][pixel] then
                    low[i * pixels + pixel]
                    high[i * pixels + pixel]
        |]

        let all = Array.init prediction.Missing.Length ends
        let isSame = prediction.Missing |> Array.forall ((=) prediction.Missing[0])

        if isSame then
            SharedPattern(Tensor.float32 [| all.Length; all[0].Length / 2; 2 |] (Array.concat all))
        else
            all
            |> Array.map (fun ends -> Tensor.float32 [| ends.Length / 2; 2 |] ends)
            |> Array.toList
            |> OwnPatterns

    /// Writes the intervals of all pixels as an NPZ archive of low and high, (n, height, width), and missing, 1 where a pixel was, as a whole or not
    /// at all.
    let writeIntervals (path: string) (prediction: ImagePrediction) : Result<unit, ImageError> =
        let shape = [ ImageSet.count prediction.Images; prediction.Images.Height; prediction.Images.Width ]

        let missing =
            prediction.Missing
            |> Array.collect (Array.map (fun isMissing -> if isMissing then 1uy else 0uy))

        Npz.write path [
            "low", StoredArray.F32(shape, Tensor.toFloat32 prediction.Low)
            "high", StoredArray.F32(shape, Tensor.toFloat32 prediction.High)
            "missing", StoredArray.U8(shape, missing)
        ]
        |> Result.mapError ImageError.Data
