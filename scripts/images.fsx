// Images with missing pixels: learn from 500 handwritten digits, fill in what is hidden, see how sure the answer is, make new digits. Run by
// `dotnet fsi build.fsx tutorials images`.
//
// The model says that ten numbers stand behind an image, z ~ N(0, I), and that a network makes the probability of each pixel's ink from them. Whoever sees
// a part of an image knows something about z, and through z about the rest: that is how missing pixels are filled in, with intervals.
// Liu and Wong, arXiv:2601.05355.

#load "library.fsx"

open System
open System.IO
open Library
open BgmFunctional.Autodiff
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables

// ---- 1. images: IDX, NPY or NPZ; bytes, or values in [0, 1] with NaN where a pixel is missing --------------------------

let digits =
    ImageSet.read (Path.Combine(__SOURCE_DIRECTORY__, "..", "data", "digits", "images.idx.gz"))
    |> ofImages

let training = ImageSet.slice 0 480 digits
let held = ImageSet.slice 480 20 digits

printfn
    "%d digits of %d × %d to learn from, %d held back"
    (ImageSet.count training)
    training.Height
    training.Width
    (ImageSet.count held)

// ---- 2. fit: a warm start in which critics tell real images from made ones, then iterative updating of the generator and of every image's z ----
//
// A quarter of a minute of work on few digits; `ImageConfig.defaults` and `ImageFitOptions.defaults` are the published model, whose warm start alone takes 10 000
// iterations of wider networks. Latents are drawn from their posterior here, not maximised: what is learned of 480 digits then holds for others, too.

let config = { ImageConfig.recommended with GFilters = [ 32; 16; 12; 8 ] }

let report progress =
    match progress with
    | WarmStart(i, n, losses) -> printfn "  warm start %d of %d: mean square of pixels %.3f" i n losses.X
    | Updated(epoch, n, Some mse) -> printfn "  epoch %d of %d: %.4f" epoch n mse
    | Updated _ -> ()

let options = {
    ImageFitOptions.recommended with
        Training.EgmIterations = 100
        Training.EgmIterationsPerReport = 50
        Training.Epochs = 48
        Training.EpochsPerEvaluation = 16
        Training.Seed = 1L
        Progress = report
}

let model = ImageFit.run config options training |> ofImages

// ---- 3. fill in: chains in z for each image, given the pixels that are seen --------------------------------------------

let torn = Mask.apply Half held |> ofImages
let predictOptions = { ImagePredictOptions.defaults with Sampling.BurnIn = 50; Sampling.Draws = 80 }
let answer = ImagePredict.run predictOptions model torn |> ofImages
printfn "acceptance %.2f, median R-hat %.2f" answer.Acceptance answer.RHat

for warning in answer.Warnings do
    printfn "warning: %s" warning

/// Mean square over the pixels that were hidden.
let meanSquare (guess: int -> int -> float32) =
    let truth = ImageSet.values held

    [|
        for i in 0 .. truth.Length - 1 do
            for at in 0 .. truth[i].Length - 1 do
                if answer.Missing[i][at] then
                    float (truth[i][at] - guess i at) ** 2.0
    |]
    |> Array.average

let filled = ImageSet.values answer.Images
let known = ImageSet.values training

let mean =
    Array.init (ImageSet.pixels training) (fun at -> known |> Array.averageBy (fun image -> image[at]))

printfn
    "hidden half, mean square: %.3f by the posterior mean, %.3f by the mean image"
    (meanSquare (fun i at -> filled[i][at]))
    (meanSquare (fun _ at -> mean[at]))

/// The share of the hidden pixels that lie in their intervals, half a grey step wider, as pixels are bytes.
let covered =
    let truth = Tensor.toFloat32 held.Pixels
    let low, high = Tensor.toFloat32 answer.Low, Tensor.toFloat32 answer.High
    let step = 1.0f / 510.0f

    Array.indexed (Array.concat answer.Missing)
    |> Array.filter snd
    |> Array.averageBy (fun (at, _) -> if low[at] - step <= truth[at] && truth[at] <= high[at] + step then 1.0 else 0.0)

printfn "95 %% intervals hold %.0f %% of its pixels" (100.0 * covered)

// ---- 4. look: a page with what was seen, what was filled in, and the width of every pixel's interval -------------------

let folder = Directory.CreateTempSubdirectory("bgm-images").FullName
let page = Path.Combine(folder, "filled.html")

Report.save page (ImagePage.ofPrediction "The lower half, filled in" torn model answer)
|> Library.ofData

// ---- 5. new digits: draws of z, decoded ----------------------------------------------------------------------------------
//
// From where the latents of the fit lie, which is also what is held of a torn image before any pixel is seen; `LatentPrior.StandardNormal` draws from N(0, I),
// where few digits leave gaps.

let made =
    ImageQueries.generate 2 (Key.OfSeed 2L) LatentPrior.Fitted LogitChoice.Mean 32 model
    |> ofImages

File.WriteAllBytes(Path.Combine(folder, "new.png"), ImagePage.sheet made)

// ---- 6. keep it: a safetensors file, which gives the same answers ---------------------------------------------------------

ImageModelFile.save (Path.Combine(folder, "digits.safetensors")) model
|> ofImages

printfn "page, new digits and model in %s" folder
