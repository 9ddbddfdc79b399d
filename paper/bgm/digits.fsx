// MNISTBGM on handwritten digits: pixels masked by a hole, a stripe or a half, filled in from the posterior given the others, against the mean image and
// nearest neighbours; and new digits, judged by a classifier.
//
// Source      Liu and Wong, arXiv:2601.05355, section 5; the 10 000 digits of `dotnet fsi build.fsx digits`
// Published   pictures, no numbers
// Wanted      masked pixels nearer (mean square) than the mean image, and than the best of 1, 5, 10 and 20 nearest neighbours: means of the training digits
//             whose seen pixels are nearest; 95 % intervals that hold at least 93 % of them (more than 95 %, as many pixels are surely paper, and an interval
//             that is one value holds all of those); at least 80 % of new digits recognised, which is that a small classifier of real digits finds one digit 90 %
//             likely or more. Their latents are drawn from the density of those of the fit; by latents from N(0, I), as published, it is told, too
// Recipe      the preset `recommended` on the first 5000 digits; the next 1000 are held out, and all numbers are of these: 40 of them masked, chains of 60
//             transitions of burn-in and 120 draws. The classifier learns from all other digits
// Run time    some nine minutes of processor time, most of it the fit
// Command     dotnet fsi build.fsx paper bgm/digits [--quick]; or, of a model that `bgm images fit --data artifacts/digits/images.idx.gz --limit 5000 --out FILE`
//             wrote, which is the same one, dotnet fsi paper/bgm/digits.fsx --model FILE
#load "../library.fsx"
#load "digit-classifier.fsx"

open System
open System.IO
open Library
open Paper
open DigitClassifier
open BgmFunctional.Autodiff
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels

// ---- digits ------------------------------------------------------------------------------------------------------------

/// With --quick some of the 500 digits in data/, to see that everything runs.
let folder =
    let root = Path.Combine(__SOURCE_DIRECTORY__, "..", "..")

    if isQuick then
        Path.Combine(root, "data", "digits")
    else
        Path.Combine(root, "artifacts", "digits")

let all = ImageSet.read (Path.Combine(folder, "images.idx.gz")) |> ofImages

let labels =
    match Idx.read (Path.Combine(folder, "labels.idx.gz")) |> ofData with
    | StoredArray.U8(_, labels) -> labels |> Array.map int
    | _ -> failwith "labels are bytes"

let count, held, masked = if isQuick then 320, 100, 4 else 5000, 1000, 40
let training = ImageSet.slice 0 count all
let test = ImageSet.slice count held all
let known = ImageSet.values training
let truth = ImageSet.slice 0 masked test |> ImageSet.values
let size = ImageSet.pixels training

// ---- the model ---------------------------------------------------------------------------------------------------------

let options = {
    ImageFitOptions.recommended with
        Training.EgmIterations = (if isQuick then 10 else ImageFitOptions.recommended.Training.EgmIterations)
        Training.Epochs = (if isQuick then 1 else ImageFitOptions.recommended.Training.Epochs)
        Training.EgmIterationsPerReport = 100
        Progress =
            fun progress ->
                match progress with
                | WarmStart(i, n, losses) -> eprintfn $"warm start {i} of {n}, mean square of pixels {losses.X:F4}"
                | Updated(epoch, n, Some mse) -> eprintfn $"epoch {epoch} of {n}, mean square of pixels {mse:F4}"
                | Updated _ -> ()
}

let model =
    match wordAfter "--model" with
    | Some path -> ImageModelFile.load path |> ofImages
    | None -> ImageFit.run ImageConfig.recommended options training |> ofImages

// ---- masked pixels -------------------------------------------------------------------------------------------------------

let meanImage = Array.init size (fun at -> known |> Array.averageBy (fun image -> float image[at]))

/// The training digits by how near their seen pixels are to those of masked digit i, the nearest 20.
let nearest (missing: bool[]) (i: int) =
    let distance (image: float32[]) =
        let mutable sum = 0.0f

        for at in 0 .. size - 1 do
            if not missing[at] then
                sum <- sum + (image[at] - truth[i][at]) * (image[at] - truth[i][at])

        sum

    known |> Array.sortBy distance |> Array.truncate 20

/// What a mask leaves to be filled in, and how well that is done: mean squares over the missing pixels of all masked digits.
type Filled = {
    Name: string
    Missing: bool[]
    Ours: float
    MeanImage: float
    Neighbours: float
    Coverage: float
    /// Of the pixels that are not blank.
    InkCoverage: float
    Length: float
    Pictures: float32[][]
}

let fill (name, mask) =
    let missing = Mask.missing test.Height test.Width 0 mask
    let given = Mask.apply mask (ImageSet.slice 0 masked test) |> ofImages

    let prediction =
        let options = {
            ImagePredictOptions.defaults with
                Sampling.BurnIn = 60
                Sampling.Draws = 120
                Sampling.Seed = 1L
        }

        ImagePredict.run
            (if isQuick then
                 { options with Sampling.BurnIn = 5; Sampling.Draws = 5 }
             else
                 options)
            model
            given
        |> ofImages

    /// The missing pixels of all masked digits.
    let places = Array.allPairs [| 0 .. masked - 1 |] (Array.filter (Array.get missing) [| 0 .. size - 1 |])

    /// Means over them of what f says of digit i and its pixel.
    let mean f = places |> Array.averageBy (fun (i, at) -> f i at)

    let meanSquare (guess: int -> int -> float) =
        mean (fun i at -> (float (Array.item at truth[i]) - guess i at) ** 2.0)

    let filled = ImageSet.values prediction.Images
    let near = Array.init masked (nearest missing)
    let low, high = Tensor.toFloat32 prediction.Low, Tensor.toFloat32 prediction.High

    /// Half a grey step wider, as pixels are bytes and a logit never quite says 0 or 1.
    let isCovered (i, at) =
        let value, step = truth[i][at], 1.0f / 510.0f
        value >= low[i * size + at] - step && value <= high[i * size + at] + step

    printfn $"{name}: acceptance {prediction.Acceptance:F2}, R-hat {prediction.RHat:F2}"

    {
        Name = name
        Missing = missing
        Ours = meanSquare (fun i at -> float (Array.item at filled[i]))
        MeanImage = meanSquare (fun _ at -> meanImage[at])
        Neighbours =
            [ 1; 5; 10; 20 ]
            |> List.map (fun k ->
                let means =
                    near
                    |> Array.map (fun images ->
                        Array.init size (fun at -> images[.. k - 1] |> Array.averageBy (fun image -> float image[at])))

                meanSquare (fun i at -> means[i][at]))
            |> List.min
        Coverage = places |> share isCovered
        InkCoverage = places |> Array.filter (fun (i, at) -> truth[i][at] > 0.0f) |> share isCovered
        Length = mean (fun i at -> float (high[i * size + at] - low[i * size + at]))
        Pictures = filled
    }

let fills = Mask.named |> List.map fill

// ---- new digits ----------------------------------------------------------------------------------------------------------

let others =
    [ yield! [ 0 .. count - 1 ]; yield! [ count + held .. ImageSet.count all - 1 ] ]
    |> List.toArray

let classifier =
    let pixels = Tensor.force (Tensor.gatherRows (Tensor.indices others) all.Pixels)
    train (if isQuick then 2 else 10) { all with Pixels = pixels } (others |> Array.map (Array.get labels))

let accuracy =
    Array.zip (digits classifier test) labels[count .. count + held - 1]
    |> share (fun (found, label) -> found = label)

let make source =
    ImageQueries.generate 2 (Key.OfSeed 7L) source LogitChoice.Mean held model
    |> ofImages

let fromFit, fromPrior = make LatentSource.Fitted, make LatentSource.Prior

/// What is no digit: two real digits laid over each other.
let overlaid =
    let values = ImageSet.values test
    let pair i = Array.map2 (fun a b -> (a + b) / 2.0f) values[i] values[(i + 1) % held]

    {
        test with
            Pixels = Tensor.float32 test.Pixels.Shape (Array.init held pair |> Array.concat)
    }

// ---- pictures ------------------------------------------------------------------------------------------------------------

/// For each mask three rows of a sheet: digits, what is seen of them, and that filled in.
let sheet =
    let rows values = Array.truncate 20 values
    let hide (missing: bool[]) = Array.mapi (fun at value -> if missing[at] then 0.35f else value)

    [|
        for fill in fills do
            yield! rows truth
            yield! rows truth |> Array.map (hide fill.Missing)
            yield! rows fill.Pictures
    |]

if not isQuick then
    let save name (bytes: byte[]) =
        File.WriteAllBytes(Path.Combine(__SOURCE_DIRECTORY__, "..", "results", "bgm", name), bytes)

    Directory.CreateDirectory(Path.Combine(__SOURCE_DIRECTORY__, "..", "results", "bgm"))
    |> ignore

    save "digits-filled.png" (Png.sheet 20 test.Width test.Height sheet)
    save "digits-new.png" (ImagePage.sheet (ImageSet.slice 0 96 fromFit))
    save "digits-prior.png" (ImagePage.sheet (ImageSet.slice 0 96 fromPrior))

// ---- the verdict ---------------------------------------------------------------------------------------------------------

let found = [
    for fill in fills do
        let best = min fill.MeanImage fill.Neighbours

        atMost
            $"{fill.Name}: mean square of masked pixels over the better of mean image and neighbours"
            ""
            (1.0, infinity),
        fill.Ours / best

        reported $"{fill.Name}: mean square of masked pixels" "", fill.Ours
        reported $"{fill.Name}: of the mean image" "", fill.MeanImage
        reported $"{fill.Name}: of nearest neighbours" "", fill.Neighbours
        atLeast $"{fill.Name}: 95 %% intervals cover" "" (0.93, 0.0), fill.Coverage
        reported $"{fill.Name}: they cover of pixels that are not blank" "", fill.InkCoverage
        reported $"{fill.Name}: mean length of the intervals" "", fill.Length

    atLeast "new digits recognised, latents from those of the fit" "" (0.8, 0.0), recognised classifier fromFit
    reported "new digits recognised, latents from N(0, I)" "", recognised classifier fromPrior
    reported "real digits recognised" "", recognised classifier test
    reported "two real digits laid over each other, recognised" "", recognised classifier overlaid
    reported "accuracy of the classifier" "", accuracy
]

let figure =
    let names = fills |> List.map _.Name
    let of' get = fills |> List.map get

    Figure.create "Digits filled in, and new ones" [
        Panel.bars "Masked pixels" "mask" "mean square" names [
            "mean image", of' _.MeanImage
            "nearest neighbours", of' _.Neighbours
            "BGM", of' _.Ours
        ]
        Panel.bars "Recognised" "images" "share" [ "real"; "new"; "from N(0, I)"; "overlaid" ] [
            ("digits", [ test; fromFit; fromPrior; overlaid ] |> List.map (recognised classifier))
        ]
    ]

found
|> List.map (fun (quantity, value) -> quantity, [| value |])
|> findingsWith
|> fun found -> concludeOf [| 0L |] "bgm/digits" "Handwritten digits" count found figure
