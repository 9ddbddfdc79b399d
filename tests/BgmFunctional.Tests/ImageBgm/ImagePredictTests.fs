module BgmFunctional.Tests.ImageBgm.ImagePredictTests

open System
open System.Threading
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.Tests.ImageBgm.Cases

let private masked mask = Mask.apply mask (images 4) |> ok
let private predict options kind images = ImagePredict.run options (fitted kind) images |> ok

[<Fact>]
let ``pixels that were seen are untouched, missing ones lie in [0, 1] between the ends of their intervals' values`` () =
    for kind in kinds do
        let given = masked Hole
        let prediction = predict predictOptions kind given
        let before, after = ImageSet.values given, ImageSet.values prediction.Images
        let low, high = Tensor.toFloat32 prediction.Low, Tensor.toFloat32 prediction.High

        for i in 0..3 do
            for at in 0 .. height * width - 1 do
                let l, h = low[i * height * width + at], high[i * height * width + at]

                let seen, filled = before[i] |> Array.item at, after[i] |> Array.item at

                if prediction.Missing[i][at] then
                    Assert.True(0.0f <= l && l <= h && h <= 1.0f)
                    Assert.InRange(filled, 0.0f, 1.0f)
                else
                    let bits (x: float32) = BitConverter.SingleToInt32Bits x
                    Assert.Equal(bits seen, bits filled)
                    Assert.Equal((seen, seen), (l, h))

[<Fact>]
let ``a prediction has the same bits on one thread and on two, by every sampler`` () =
    for kind in kinds do
        for sampler in [ Hmc HmcOptions.recommended; Nuts NutsOptions.defaults ] do
            let run threads =
                let options = {
                    predictOptions with
                        Sampling.Threads = threads
                        Sampling.Sampler = sampler
                        KeepDraws = true
                }

                predict options kind (masked Stripe)

            let one, two = run 1, run 2
            Assert.Equal<int[]>(bits one.Images.Pixels, bits two.Images.Pixels)
            Assert.Equal<int[]>(bits one.Draws.Value, bits two.Draws.Value)
            Assert.Equal(one.RHat, two.RHat)

[<Fact>]
let ``an image's answer does not depend on its neighbours' pixels`` () =
    let alone = ImageSet.slice 0 1 (masked Half)
    let other = masked Half

    let changed = {
        other with
            Pixels =
                Tensor.concat 0 [ alone.Pixels; Tensor.slice 0 1 3 (Tensor.fill Float32 other.Pixels.Shape 0.25) ]
                |> Tensor.force
    }

    let first images = (predict predictOptions Plain images).Images |> ImageSet.slice 0 1
    Assert.Equal<int[]>(bits (first other).Pixels, bits (first changed).Pixels)

[<Fact>]
let ``intervals are (n, m, 2) where all images lack the same pixels, else a list`` () =
    let shared = predict predictOptions Plain (masked Half)
    let m = height * width / 2

    match ImagePrediction.intervals shared with
    | SharedPattern intervals -> Assert.Equal<int[]>([| 4; m; 2 |], intervals.Shape)
    | OwnPatterns _ -> failwith "one pattern"

    let own = Array3D.init 4 height width (fun i row column -> row * width + column <= i)

    match ImagePrediction.intervals (predict predictOptions Plain (masked (PixelsOfEach own))) with
    | OwnPatterns intervals ->
        Assert.Equal<int[][]>(Array.init 4 (fun i -> [| i + 1; 2 |]), intervals |> List.map _.Shape |> List.toArray)
    | SharedPattern _ -> failwith "four patterns"

[<Fact>]
let ``draws are kept if asked for, and their means and quantiles are the answer`` () =
    Assert.True((predict predictOptions Plain (masked Hole)).Draws.IsNone)

    for law in [ PixelLaw.Beta; PixelLaw.LogitNormal ] do
        let options = {
            predictOptions with
                KeepDraws = true
                Sampling.Alpha = 0.2
                Pixels = Some law
        }

        let prediction = predict options Plain (masked Hole)
        let draws = prediction.Draws.Value
        Assert.Equal<int[]>([| 2 * 30; 4; height * width |], draws.Shape)
        let values, size = Tensor.toFloat32 draws, height * width
        let at = Array.findIndex id prediction.Missing[2]
        let own = Array.init 60 (fun d -> float values[(d * 4 + 2) * size + at])
        let mean = (Tensor.toArray prediction.Images.Pixels)[2 * size + at]

        // Of Beta draws the means are known, and their average is the answer: 4 standard errors of 60 draws, whose deviation is 1/2 at most.
        let tolerance = if law = PixelLaw.Beta then 4.0 * 0.5 / sqrt 60.0 else 1e-5
        Assert.Equal(Array.average own, mean, tolerance)

        let below =
            own
            |> Array.filter (fun draw -> draw < (Tensor.toArray prediction.Low)[2 * size + at])
            |> Array.length

        Assert.InRange(below, 5, 7)

[<Fact>]
let ``pixels are drawn by the model's own law, unless another is asked for`` () =
    let model = fitted Plain

    let high own asked =
        let options = { predictOptions with Pixels = asked }
        let answer = ImagePredict.run options { model with Config.Pixels = own } (masked Hole) |> ok
        bits answer.High

    for own, other in [ PixelLaw.Beta, PixelLaw.LogitNormal; PixelLaw.LogitNormal, PixelLaw.Beta ] do
        Assert.Equal<int[]>(high other (Some own), high own None)
        Assert.NotEqual<int[]>(high own (Some other), high own None)

/// Images drawn from the model itself, by the law of their pixels.
[<Fact>]
let ``95 % intervals hold 95 % of the missing pixels, by the published law far fewer`` () =
    let model = { fitted Plain with Precision = 1.5 }
    let count, size = 60, height * width
    let z = Initial.normal (key.Child 9L) count model.Config.Latents 0.0 1.0
    let stream = RandomStream()
    stream.Begin(key.Child 10L)

    let truth =
        Tensor.toFloat32 (ImageQueries.decode 1 model z).Pixels
        |> Array.map (float >> BetaLaw.draw stream model.Precision >> float32)

    let given =
        Mask.apply Half {
            Height = height
            Width = width
            Pixels = Tensor.float32 [| count; size |] truth
        }
        |> ok

    let held law =
        let options = {
            predictOptions with
                Sampling.BurnIn = 100
                Sampling.Draws = 200
                Prior = LatentPrior.StandardNormal
                Pixels = Some law
        }

        let answer = ImagePredict.run options model given |> ok
        let low, high = Tensor.toFloat32 answer.Low, Tensor.toFloat32 answer.High

        [|
            for i in 0 .. count - 1 do
                for at in 0 .. size - 1 do
                    if answer.Missing[i][at] then
                        let value = truth[i * size + at]
                        if low[i * size + at] <= value && value <= high[i * size + at] then 1.0 else 0.0
        |]
        |> Array.average

    // 2880 pixels: a standard error of 0.004; the posterior of z takes pixels for shares and is a little wide.
    Assert.InRange(held PixelLaw.Beta, 0.93, 0.98)
    Assert.True(held PixelLaw.LogitNormal < 0.8)

/// The prior's mean image, from draws of the model itself.
[<Fact>]
let ``an image without a pixel is answered from the prior, with a warning`` () =
    let blank = masked (Pixels(Array2D.create height width true))
    let options = { predictOptions with Sampling.BurnIn = 200; Sampling.Draws = 400; Chains = 4 }

    for prior in [ LatentPrior.StandardNormal; LatentPrior.Fitted ] do
        let prediction = predict { options with Prior = prior } Plain blank
        Assert.Contains(prediction.Warnings, fun warning -> warning.Contains "4 of 4 images have no pixel seen")

        let made =
            ImageQueries.generate 1 (Key.OfSeed 3L) prior LogitChoice.Drawn 2000 (fitted Plain)
            |> ok

        let size = height * width

        let meanOf values =
            Array.init size (fun at -> values |> Array.averageBy (fun (image: float32[]) -> float image[at]))

        let expected, found = meanOf (ImageSet.values made), meanOf (ImageSet.values prediction.Images)
        // 4 · 1600 correlated draws against 2000: a tenth of a grey value's range is many standard errors.
        Array.iter2 (fun (e: float) (f: float) -> Assert.Equal(e, f, 0.1)) expected found

[<Fact>]
let ``what cannot be predicted is refused before any work`` () =
    let refused (part: string) options images =
        Assert.Contains(part, ImagePredict.run options (fitted Plain) images |> refusal)

    let hole = masked Hole
    refused "alpha: found 1" { predictOptions with Sampling.Alpha = 1.0 } hole
    refused "alpha: found 0" { predictOptions with Sampling.Alpha = 0.0 } hole
    refused "draws: found 1" { predictOptions with Sampling.Draws = 1 } hole
    refused "chains: found 0" { predictOptions with Chains = 0 } hole
    refused "burn-in: found -1" { predictOptions with Sampling.BurnIn = -1 } hole
    refused "threads" { predictOptions with Sampling.Threads = 0 } hole

    refused
        "step size"
        {
            predictOptions with
                Sampling.Sampler = Hmc { HmcOptions.defaults with StepSize = 0.0 }
        }
        hole

    refused "no pixel is missing" predictOptions (images 2)

    refused "8 × 8; 8 × 12 is needed" predictOptions {
        Height = 8
        Width = 8
        Pixels = Tensor.fill Float32 [| 1; 64 |] nan
    }

[<Fact>]
let ``a prediction can be cancelled`` () =
    use cancellation = new CancellationTokenSource()
    cancellation.Cancel()

    Assert.Throws<OperationCanceledException>(fun () ->
        predict { predictOptions with Sampling.Cancellation = cancellation.Token } Plain (masked Hole)
        |> ignore)
    |> ignore

[<Fact>]
let ``new images are the same for a seed on any number of threads`` () =
    for prior, choice in
        List.allPairs [ LatentPrior.StandardNormal; LatentPrior.Fitted ] [ LogitChoice.Mean; LogitChoice.Drawn ] do
        let make threads seed =
            ImageQueries.generate threads (Key.OfSeed seed) prior choice 70 (fitted Bayesian)
            |> ok

        let one = make 1 4L
        Assert.Equal((70, height, width), (ImageSet.count one, one.Height, one.Width))
        Assert.All(Tensor.toFloat32 one.Pixels, fun value -> Assert.InRange(value, 0.0f, 1.0f))
        Assert.Equal<int[]>(bits one.Pixels, bits (make 2 4L).Pixels)
        Assert.NotEqual<int[]>(bits one.Pixels, bits (make 1 5L).Pixels)

    Assert.Contains(
        "number of images",
        ImageQueries.generate 1 key LatentPrior.StandardNormal LogitChoice.Mean 0 (fitted Plain)
        |> refusal
    )

[<Fact>]
let ``an evaluation is the mean square of what codes or given latents do not give back`` () =
    let model, images = fitted Plain, images 20
    let z = ImageQueries.encode 1 model images |> ok
    let again = ImageQueries.decode 2 model z

    let expected =
        Array.map2 (fun x y -> (x - y) ** 2.0) (Tensor.toArray images.Pixels) (Tensor.toArray again.Pixels)
        |> Array.average

    Assert.Equal(expected, ImageQueries.evaluate 1 None model images |> ok, 12)
    Assert.Equal(expected, ImageQueries.evaluate 2 (Some z) model images |> ok, 12)
    let own = ImageQueries.evaluate 1 (Some model.Latents) model images |> ok
    Assert.Equal((List.last model.History).Mse, own, 12)
    let refused (part: string) result = Assert.Contains(part, refusal result)
    refused "latents: found 3 × 3" (ImageQueries.evaluate 1 (Some(Tensor.slice 0 0 3 z)) model images)
    refused "the pixel is missing" (ImageQueries.evaluate 1 None model (masked Hole))

[<Fact>]
let ``a page shows what was given, what was filled in, and how sure it is`` () =
    let given = masked Hole
    let prediction = predict predictOptions Plain given

    let page =
        ImagePage.ofPrediction "Spots" given (fitted Plain) prediction
        |> BgmFunctional.Charts.Report.render

    Assert.Equal(3, (page.Split "data:image/png;base64,").Length - 1)
    Assert.Contains("95 % interval", page)
