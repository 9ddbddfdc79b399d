// MNISTBGM on handwritten digits: pixels masked by a hole, a stripe or a half, filled in from the posterior given the others, against the mean image and
// nearest neighbours; and new digits, judged by a classifier.
//
// Source      Liu and Wong, arXiv:2601.05355, section 5; the 10 000 digits of `dotnet fsi build.fsx digits`
// Published   pictures, no numbers
// Wanted      by the medians of three fits: masked pixels nearer (mean square) than the mean image, and than the best of 1, 5, 10 and 20 nearest neighbours: means
//             of the training digits whose seen pixels are nearest; 95 % intervals that hold at least 93 % of them (more than 95 %, as many pixels are surely
//             paper, and an interval that is one value holds all of those); at least 80 % of new digits recognised, which is that a small classifier of real
//             digits finds one digit 90 % likely or more. Latents have the density of those of the fit; new digits by N(0, I), as published, are told, too
// Recipe      the preset `recommended` on the first 5000 digits, seeds 1 to 3; the next 1000 are held out, and all numbers are of these: 100 of them masked,
//             chains of 60 transitions of burn-in and 120 draws. The classifier learns from all other digits
// Run time    some 35 minutes of processor time, most of it the fits
// Command     dotnet fsi build.fsx paper bgm/digits [--quick]; or, of models that `bgm images fit --data artifacts/digits/images.idx.gz --limit 5000 --seed N
//             --out FILE` wrote, which are the same ones, dotnet fsi paper/bgm/digits.fsx --models FILE,FILE,FILE
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
open BgmFunctional.LatentVariables

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

let count, held, masked = if isQuick then 320, 100, 4 else 5000, 1000, 100
let training = ImageSet.slice 0 count all
let test = ImageSet.slice count held all
let known = ImageSet.values training
let truth = ImageSet.slice 0 masked test |> ImageSet.values
let size = ImageSet.pixels training

let seeds = firstSeeds 3L

// ---- the models --------------------------------------------------------------------------------------------------------

let fit seed =
    let options = {
        ImageFitOptions.recommended with
            Training.Seed = seed
            Training.EgmIterations = (if isQuick then 10 else ImageFitOptions.recommended.Training.EgmIterations)
            Training.Epochs = (if isQuick then 1 else ImageFitOptions.recommended.Training.Epochs)
            Training.EgmIterationsPerReport = 100
            Progress =
                fun progress ->
                    match progress with
                    | WarmStart(i, n, losses) ->
                        eprintfn $"seed {seed}, warm start {i} of {n}, mean square of pixels {losses.X:F4}"
                    | Updated(epoch, n, Some mse) ->
                        eprintfn $"seed {seed}, epoch {epoch} of {n}, mean square of pixels {mse:F4}"
                    | Updated _ -> ()
    }

    ImageFit.run ImageConfig.recommended options training |> ofImages

let models =
    match wordAfter "--models" with
    | Some paths -> paths.Split ',' |> Array.map (ImageModelFile.load >> ofImages)
    | None -> Array.map fit seeds

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

/// Mean squares of a mask's missing pixels, filled in by the mean image, and by nearest neighbours as many as are best.
let simpler missing =
    let near = Array.init masked (nearest missing)

    /// Over the missing pixels of all masked digits, of a guess for digit i and its pixel.
    let meanSquare guess =
        Array.allPairs [| 0 .. masked - 1 |] (Array.filter (Array.get missing) [| 0 .. size - 1 |])
        |> Array.averageBy (fun (i, at) -> (float (Array.item at truth[i]) - guess i at) ** 2.0)

    let byNeighbours k =
        let mean images =
            Array.init size (fun at -> images |> Array.averageBy (fun image -> float (Array.item at image)))

        let means = near |> Array.map (Array.truncate k >> mean)
        meanSquare (fun i at -> means[i][at])

    meanSquare (fun _ at -> meanImage[at]), [ 1; 5; 10; 20 ] |> List.map byNeighbours |> List.min

let masks = [
    for name, mask in Mask.named ->
        let missing = Mask.missing test.Height test.Width 0 mask
        name, mask, missing, simpler missing
]

let fill model (name, mask, missing, (byMean, byNeighbours)) =
    let given = Mask.apply mask (ImageSet.slice 0 masked test) |> ofImages
    let burnIn, draws = if isQuick then 5, 5 else 60, 120

    let prediction =
        let options = {
            ImagePredictOptions.defaults with
                Sampling.BurnIn = burnIn
                Sampling.Draws = draws
                Sampling.Seed = 1L
        }

        ImagePredict.run options model given |> ofImages

    /// The missing pixels of all masked digits.
    let places = Array.allPairs [| 0 .. masked - 1 |] (Array.filter (Array.get missing) [| 0 .. size - 1 |])
    let filled = ImageSet.values prediction.Images
    let low, high = Tensor.toFloat32 prediction.Low, Tensor.toFloat32 prediction.High

    /// Half a grey step wider, as pixels are bytes and a logit never quite says 0 or 1.
    let isCovered (i, at) =
        let value, step = truth[i][at], 1.0f / 510.0f
        value >= low[i * size + at] - step && value <= high[i * size + at] + step

    printfn $"{name}: acceptance {prediction.Acceptance:F2}, R-hat {prediction.RHat:F2}"

    {
        Name = name
        Missing = missing
        Ours =
            places
            |> Array.averageBy (fun (i, at) -> float (truth[i][at] - filled[i][at]) ** 2.0)
        MeanImage = byMean
        Neighbours = byNeighbours
        Coverage = places |> share isCovered
        InkCoverage = places |> Array.filter (fun (i, at) -> truth[i][at] > 0.0f) |> share isCovered
        Length =
            places
            |> Array.averageBy (fun (i, at) -> float (high[i * size + at] - low[i * size + at]))
        Pictures = filled
    }

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

let make prior model =
    ImageQueries.generate 2 (Key.OfSeed 7L) prior LogitChoice.Mean held model
    |> ofImages

/// What is no digit: two real digits laid over each other.
let overlaid =
    let values = ImageSet.values test
    let pair i = Array.map2 (fun a b -> (a + b) / 2.0f) values[i] values[(i + 1) % held]

    {
        test with
            Pixels = Tensor.float32 test.Pixels.Shape (Array.init held pair |> Array.concat)
    }

// ---- what a model does ---------------------------------------------------------------------------------------------------

/// What is asked of a model.
type Answer = { Fills: Filled list; FromFit: ImageSet; FromPrior: ImageSet }

let answers =
    models
    |> Array.map (fun model -> {
        Fills = masks |> List.map (fill model)
        FromFit = make LatentPrior.Fitted model
        FromPrior = make LatentPrior.StandardNormal model
    })

let first = answers[0]

// ---- pictures ------------------------------------------------------------------------------------------------------------

/// For each mask three rows of a sheet: digits, what is seen of them, and that filled in.
let sheet =
    let rows values = Array.truncate 20 values
    let hide (missing: bool[]) = Array.mapi (fun at value -> if missing[at] then 0.35f else value)

    [|
        for fill in first.Fills do
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
    save "digits-new.png" (ImagePage.sheet (ImageSet.slice 0 96 first.FromFit))
    save "digits-prior.png" (ImagePage.sheet (ImageSet.slice 0 96 first.FromPrior))

// ---- the verdict ---------------------------------------------------------------------------------------------------------

let found = [
    for i, (name, _, _, (byMean, byNeighbours)) in List.indexed masks do
        let of' get = answers |> Array.map (fun answer -> get answer.Fills[i])

        atMost $"{name}: mean square of masked pixels over the better of mean image and neighbours" "" (1.0, infinity),
        of' (fun fill -> fill.Ours / min byMean byNeighbours)

        reported $"{name}: mean square of masked pixels" "", of' _.Ours
        reported $"{name}: of the mean image" "", [| byMean |]
        reported $"{name}: of nearest neighbours" "", [| byNeighbours |]
        atLeast $"{name}: 95 %% intervals cover" "" (0.93, 0.0), of' _.Coverage
        reported $"{name}: they cover of pixels that are not blank" "", of' _.InkCoverage
        reported $"{name}: mean length of the intervals" "", of' _.Length

    let recognisedOf images = answers |> Array.map (images >> recognised classifier)
    atLeast "new digits recognised, latents from those of the fit" "" (0.8, 0.0), recognisedOf _.FromFit
    reported "new digits recognised, latents from N(0, I)" "", recognisedOf _.FromPrior
    reported "real digits recognised" "", [| recognised classifier test |]
    reported "two real digits laid over each other, recognised" "", [| recognised classifier overlaid |]
    reported "accuracy of the classifier" "", [| accuracy |]
]

let figure =
    let fills = first.Fills
    let of' get = fills |> List.map get

    Figure.create "Digits filled in, and new ones" [
        Panel.bars "Masked pixels, seed 1" "mask" "mean square" (of' _.Name) [
            "mean image", of' _.MeanImage
            "nearest neighbours", of' _.Neighbours
            "BGM", of' _.Ours
        ]
        Panel.bars "Recognised, seed 1" "images" "share" [ "real"; "new"; "from N(0, I)"; "overlaid" ] [
            ("digits",
             [ test; first.FromFit; first.FromPrior; overlaid ]
             |> List.map (recognised classifier))
        ]
    ]

concludeOf seeds "bgm/digits" "Handwritten digits" count (findingsWith found) figure
