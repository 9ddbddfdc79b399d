// Missing pixels with posterior intervals: for each image chains in Z on log p(seen pixels | z) + log p(z), the weights of the generator held fixed along a
// chain, and of every draw of z grey values of the pixels, by their law. The target itself uses mean logits, so it is a function of z: the published
// one draws noise anew at every evaluation, and its leapfrog integrates a random function.
namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.Numerics

/// Predictions of missing pixels.
[<RequireQualifiedAccess>]
module ImagePredict =

    /// Latents of the fit that a chain's beginning is sought among.
    let private candidates = 500

    /// Above it, an image's chains disagree about its log density.
    let private greatestRHat = 1.1

    /// A plain generator that a chain holds fixed: with the means of the weights if they are points, else with a draw of them.
    let internal fixedWeights (key: Key) (generator: NetworkState<ImageGenerator, Moments list>) : ImageGenerator =
        let deviation i (shape: int[]) =
            Initial.normal (key.Child(int64 i)) 1 (Shape.size shape) 0.0 1.0
            |> Tensor.reshape shape

        let deviations = ImageGenerator.deviationShapes generator.Weights |> List.mapi deviation
        ImageGenerator.draw deviations generator.Running generator.Weights

    /// The posterior of every image's Z given a plain generator and a log prior of Z: x and seen (n, h·w).
    let internal target prior (generator: ImageGenerator) latents (x: Tensor) (seen: Tensor) : Target =
        let logits z = ImageModel.meanLogits (ImageGenerator.applyPlain generator z)
        let logDensity (x, seen) z = Tensor.squeeze 1 (ImageModel.logJointOfSeen prior logits x seen z)
        Target.ofRows x.DType latents (x, seen) logDensity

    /// For each image the likeliest of some latents of the fit, (n · q).
    let private seek team prior (key: Key) (generator: ImageGenerator) (latents: Tensor) (x: Tensor) (seen: Tensor) =
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

        let prior = Tensor.transpose (prior z)
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

    let private median (values: float[]) = Sorted.quantile (Array.sort values) 0.5

    let private sample (options: ImagePredictOptions) (model: ImageBgmModel) (images: ImageSet) : ImagePrediction =
        use team = new Team(options.Sampling.Threads)
        let key = Key.OfSeed options.Sampling.Seed
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

        let prior = LatentPrior.logDensity model.Latents options.Prior
        let isShared = (model.Config.Networks = Plain)

        /// One target for all chains of a plain generator, so that it is compiled once.
        let targets =
            let target (generator: ImageGenerator) = lazy (target prior generator model.Config.Latents x seen)
            let first = target generators[0]

            generators
            |> Array.map (fun generator -> if isShared then first else target generator)

        let runs =
            Array.init options.Chains (fun chain ->
                let own child = (key.Child child).Child(int64 chain)

                let start =
                    match options.Start with
                    | ImageStart.StandardNormal -> Start.StandardNormal
                    | ImageStart.Sought -> Start.At(seek team prior (own 1L) generators[chain] model.Latents x seen)

                let chainOptions = {
                    SamplingOptions.chain options.Sampling (ImagePredictOptions.thin options) start with
                        Progress = fun ended _ -> options.Sampling.Progress (chain * n + ended) (options.Chains * n)
                }

                let keep = Keep.draws model.Config.Latents (ImagePredictOptions.kept options)

                match Chains.run team chainOptions (own 2L) targets[chain].Value keep with
                | Ok chains -> chains
                | Error error -> invalidOp (McmcError.message error))

        let positions = runs |> Array.map (Array.map _.Kept)

        let law = defaultArg options.Pixels model.Config.Pixels, model.Precision
        let summary = PixelDraws.summarise options team (key.Child 3L) law generators positions missing

        let merge (made: float32[][]) =
            Array.map3 (Array.map3 (fun isMissing value made -> if isMissing then made else value)) missing values made
            |> Array.concat
            |> Tensor.float32 shape

        /// Of an image's log densities.
        let diagnose combine diagnostic i =
            positions
            |> Array.map (fun chains -> chains[i].LogDensities)
            |> OwnWeights.diagnose model.Config.Networks combine diagnostic

        let rHats = Array.init n (diagnose Array.average Diagnostics.rHat)
        let reports = runs |> Array.collect (Array.map _.Report)
        let acceptance = reports |> Array.averageBy _.AcceptanceRate
        let divergences = reports |> Array.sumBy _.Divergences
        let converged = rHats |> Array.averageBy (fun rHat -> if rHat <= greatestRHat then 1.0 else 0.0)

        {
            Images = { images with Pixels = merge summary.Means }
            Missing = missing
            Low = merge summary.Lows
            High = merge summary.Highs
            Alpha = options.Sampling.Alpha
            Draws = summary.Draws
            Acceptance = acceptance
            Divergences = divergences
            RHat = median rHats
            Ess = median (Array.init n (diagnose Array.sum Diagnostics.essBulk))
            Converged = converged
            Warnings = warnings acceptance divergences (n * options.Chains * options.Sampling.Draws) converged missing
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
