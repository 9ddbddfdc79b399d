// Missing pixels with posterior intervals: for each image chains in Z on log p(seen pixels | z) + log p(z), the weights of the generator held fixed along a
// chain, and of every draw of z grey values of the pixels, by logits drawn with their noise. The target itself uses mean logits, so it is a function
// of z: the published one draws noise anew at every evaluation, and its leapfrog integrates a random function.
namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets

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

/// Predictions of missing pixels.
[<RequireQualifiedAccess>]
module ImagePredict =

    /// Latents of the fit that a chain's beginning is sought among.
    let private candidates = 500

    /// Draws that are decoded at a time.
    let private decoded = 50

    /// Above it, an image's chains disagree about its log density.
    let private greatestRHat = 1.1

    /// A plain generator that a chain holds fixed: with the means of the weights if they are points, else with a draw of them.
    let internal fixedWeights (key: Key) (generator: NetworkState<ImageGenerator, Moments list>) : ImageGenerator =
        let deviation i (shape: int[]) =
            Initial.normal (key.Child(int64 i)) 1 (Shape.size shape) 0.0 1.0
            |> Tensor.reshape shape

        let deviations = ImageGenerator.deviationShapes generator.Weights |> List.mapi deviation
        ImageGenerator.draw deviations generator.Running generator.Weights

    /// The posterior of every image's Z given a plain generator: x and seen (n, h·w).
    let internal target (generator: ImageGenerator) latents (x: Tensor) (seen: Tensor) : Target =
        let logits z = ImageModel.meanLogits (ImageGenerator.applyPlain generator z)
        let logDensity (x, seen) z = Tensor.squeeze 1 (ImageModel.logJointOfSeen logits x seen z)
        Target.ofRows x.DType latents (x, seen) logDensity

    /// For each image the likeliest of some latents of the fit, (n · q).
    let private seek team (key: Key) (generator: ImageGenerator) (latents: Tensor) (x: Tensor) (seen: Tensor) =
        let order = Array.zeroCreate<int> latents.Shape[0]
        key.Permute(Span order)

        let z =
            Tensor.gatherRows (Tensor.indices (Array.truncate candidates order)) latents
            |> Tensor.force

        let logits =
            Tensor.clamp
                -ImageModel.greatestLogit
                ImageModel.greatestLogit
                (ImageModel.meanLogits (ImageModel.decode team generator z))

        /// Σ seen·(xℓ − softplus ℓ) for every image and every candidate, as products of matrices.
        let scores (logits: Tensor) (x: Tensor) (seen: Tensor) =
            Tensor.matMul (x * seen) (Tensor.transpose logits)
            - Tensor.matMul seen (Tensor.transpose (Tensor.softplus logits))

        let prior = Tensor.transpose (BgmFunctional.LatentVariables.Joint.logStandardNormal z)
        let scores = scores logits x seen + prior |> Tensor.toFloat32
        let candidates = Tensor.toArray z |> Array.chunkBySize latents.Shape[1]

        scores
        |> Array.chunkBySize candidates.Length
        |> Array.collect (fun scores -> candidates[Array.findIndex ((=) (Array.max scores)) scores])

    let private warnings (acceptance: float) divergences draws converged (missing: bool[][]) = [
        if divergences > 0 then
            $"{divergences} of {draws} transitions diverged: the posterior bends more sharply than the step can follow"
        if not (acceptance >= 0.5) then
            $"acceptance {acceptance:F2} is low: more burn-in would let the step be tuned"
        if not (converged >= 0.9) then
            $"the chains of %.0f{100.0 * (1.0 - converged)} %% of the images have R-hat above {greatestRHat}: more burn-in and draws, or more chains, are needed"
        match missing |> Array.filter (Array.forall id) |> Array.length with
        | 0 -> ()
        | blank -> $"{blank} of {missing.Length} images have no pixel seen: they are answered from the prior"
    ]

    /// Grey values by drawn logits, (decoded, h·w).
    let private draw (generator: ImageGenerator, z: Tensor, noise: Tensor) =
        ImageModel.grey (ImageModel.drawLogits noise (ImageGenerator.applyPlain generator z))

    /// What becomes of the draws of the images: means and quantiles of every missing pixel, and all of them if they are kept.
    let private summarise
        (options: ImagePredictOptions)
        (team: Team)
        (key: Key)
        (generators: ImageGenerator[])
        (positions: Draws[][])
        (missing: bool[][])
        =
        let kept = ImagePredictOptions.kept options
        let chains, n = generators.Length, missing.Length
        let pixels = generators[0].Height * generators[0].Width
        let q = (Array.head positions[0]).Dimension
        let workers = min team.Threads n

        let inputs =
            Array.init workers (fun _ ->
                let z, noise = Array.zeroCreate<float32>(decoded * q), Array.zeroCreate<float32>(decoded * pixels)
                z, noise, Tensor.view [| decoded; q |] z, Tensor.view [| decoded; pixels |] noise)

        let programs =
            let _, _, z, noise = inputs[0]
            Program.copies workers draw (generators[0], z, noise)

        let means = Array.init n (fun _ -> Array.zeroCreate<float32> pixels)
        let lows = Array.init n (fun _ -> Array.zeroCreate<float32> pixels)
        let highs = Array.init n (fun _ -> Array.zeroCreate<float32> pixels)

        let all =
            if options.KeepDraws then
                Array.zeroCreate<float32>(chains * kept * n * pixels)
            else
                [||]

        /// (chains · kept, h·w) of image number i.
        let drawsOf worker i =
            let zValues, noiseValues, z, noise = inputs[worker]
            let draws = Array.zeroCreate<float32>(chains * kept * pixels)

            for chain in 0 .. chains - 1 do
                let from = (Array.item i positions[chain]).Positions
                programs[worker].Bind((generators[chain], z, noise))
                let own = (key.Child(int64 i)).Child(int64 chain)

                for first in 0..decoded .. kept - 1 do
                    let count = min decoded (kept - first)

                    for j in 0 .. count * q - 1 do
                        zValues[j] <- float32 from[first * q + j]

                    Kernels<float32>.Best.Random(Draw.Normal, own, int64 first * int64 pixels, Span noiseValues)
                    programs[worker].Execute()

                    Array.Copy(
                        Tensor.toFloat32 programs[worker].Output,
                        0,
                        draws,
                        (chain * kept + first) * pixels,
                        count * pixels
                    )

            draws

        team.Run(
            workers,
            fun worker ->
                for i in worker..workers .. n - 1 do
                    options.Cancellation.ThrowIfCancellationRequested()
                    let draws = drawsOf worker i
                    let values = Array.zeroCreate<float>(chains * kept)

                    for pixel in 0 .. pixels - 1 do
                        if missing[i][pixel] then
                            for d in 0 .. values.Length - 1 do
                                values[d] <- float draws[d * pixels + pixel]

                            Array.Sort values
                            means[i][pixel] <- float32 (Array.average values)
                            lows[i][pixel] <- float32 (Sorted.quantile values (options.Alpha / 2.0))
                            highs[i][pixel] <- float32 (Sorted.quantile values (1.0 - options.Alpha / 2.0))

                    if options.KeepDraws then
                        for d in 0 .. chains * kept - 1 do
                            Array.Copy(draws, d * pixels, all, (d * n + i) * pixels, pixels)
        )

        means,
        lows,
        highs,
        (if options.KeepDraws then
             Some(Tensor.view [| chains * kept; n; pixels |] all)
         else
             None)

    let private median (values: float[]) = Sorted.quantile (Array.sort values) 0.5

    let private sample (options: ImagePredictOptions) (model: ImageBgmModel) (images: ImageSet) : ImagePrediction =
        use team = new Team(options.Threads)
        let key = Key.OfSeed options.Seed
        let n, shape = ImageSet.count images, images.Pixels.Shape
        let values = ImageSet.values images
        let missing = values |> Array.map (Array.map Single.IsNaN)

        let filled =
            values
            |> Array.map (Array.map (fun value -> if Single.IsNaN value then 0.0f else value))

        let x = Tensor.float32 shape (Array.concat filled)

        let seen =
            Tensor.float32
                shape
                (missing
                 |> Array.collect (Array.map (fun isMissing -> if isMissing then 0.0f else 1.0f)))

        let generators =
            Array.init options.Chains (fun chain -> fixedWeights ((key.Child 0L).Child(int64 chain)) model.Generator)

        let isShared = (model.Config.Networks = Plain)

        /// One target for all chains of a plain generator, so that it is compiled once.
        let targets =
            let target (generator: ImageGenerator) = lazy (target generator model.Config.Latents x seen)
            let first = target generators[0]

            generators
            |> Array.map (fun generator -> if isShared then first else target generator)

        let runs =
            Array.init options.Chains (fun chain ->
                let own child = (key.Child child).Child(int64 chain)

                let start =
                    match options.Start with
                    | ImageStart.StandardNormal -> Start.StandardNormal
                    | ImageStart.Sought -> Start.At(seek team (own 1L) generators[chain] model.Latents x seen)

                let chainOptions = {
                    ChainOptions.defaults with
                        Sampler = options.Sampler
                        BurnIn = options.BurnIn
                        Draws = options.Draws
                        Thin = ImagePredictOptions.thin options
                        ChainsPerRow = 1
                        Start = start
                        Cancellation = options.Cancellation
                        Progress = fun ended _ -> options.Progress (chain * n + ended) (options.Chains * n)
                }

                let keep = Keep.draws model.Config.Latents (ImagePredictOptions.kept options)

                match Chains.run team chainOptions (own 2L) targets[chain].Value keep with
                | Ok chains -> chains
                | Error error -> invalidOp (McmcError.message error))

        let positions = runs |> Array.map (Array.map _.Kept)
        let means, lows, highs, draws = summarise options team (key.Child 3L) generators positions missing

        let merge (made: float32[][]) =
            Array.map3 (Array.map3 (fun isMissing value made -> if isMissing then made else value)) missing values made
            |> Array.concat
            |> Tensor.float32 shape

        /// Chains under different weights have different posteriors: each is then compared with itself, half against half.
        let over diagnostic combine i =
            let traces = positions |> Array.map (fun chains -> chains[i].LogDensities)

            if isShared then
                diagnostic traces
            else
                traces |> Array.map (Array.singleton >> diagnostic) |> combine

        let rHats = Array.init n (over Diagnostics.rHat Array.average)
        let reports = runs |> Array.collect (Array.map _.Report)
        let acceptance = reports |> Array.averageBy _.AcceptanceRate
        let divergences = reports |> Array.sumBy _.Divergences
        let converged = rHats |> Array.averageBy (fun rHat -> if rHat <= greatestRHat then 1.0 else 0.0)

        {
            Images = { images with Pixels = merge means }
            Missing = missing
            Low = merge lows
            High = merge highs
            Alpha = options.Alpha
            Draws = draws
            Acceptance = acceptance
            Divergences = divergences
            RHat = median rHats
            Ess = median (Array.init n (over Diagnostics.essBulk Array.sum))
            Converged = converged
            Warnings = warnings acceptance divergences (n * options.Chains * options.Draws) converged missing
        }

    /// The missing pixels (NaN) of images from their posterior given those that are seen. Everything is checked before any work; an image
    /// without a pixel that is seen is answered from the prior. The same seed gives the same bits on any number of threads.
    /// <exception cref="System.OperationCanceledException">The options' token was cancelled.</exception>
    let run
        (options: ImagePredictOptions)
        (model: ImageBgmModel)
        (images: ImageSet)
        : Result<ImagePrediction, ImageError> =
        ImagePredictOptions.check options
        |> Result.bind (fun options ->
            if images.Height <> model.Height || images.Width <> model.Width then
                Error(ImageError.WrongSize("images", [ images.Height; images.Width ], [ model.Height; model.Width ]))
            elif ImageSet.values images |> Array.forall (Array.forall (Single.IsNaN >> not)) then
                Error(ImageError.NothingMissing "images")
            else
                Ok(sample options model images))

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
