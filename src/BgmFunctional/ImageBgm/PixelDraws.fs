// Draws of missing pixels: of every draw of z, grey values by the pixels' law; and what is told of them.
namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.Numerics

/// What is told of the draws of pixels.
type internal PixelSummary = {
    /// Of each missing pixel, image by image.
    Means: float32[][]
    /// Its alpha/2 quantile.
    Lows: float32[][]
    /// Its 1 − alpha/2 quantile.
    Highs: float32[][]
    /// All draws, (draws, n, h·w), if they are kept.
    Draws: Tensor option
}

[<RequireQualifiedAccess>]
module internal PixelDraws =

    /// Draws that are decoded at a time.
    let private decoded = 50

    /// Grey values by drawn logits, (decoded, h·w).
    let private draw (generator: ImageGenerator, z: Tensor, noise: Tensor) =
        ImageModel.grey (ImageModel.drawLogits noise (ImageGenerator.applyPlain generator z))

    /// What becomes of the draws of latents, by chains and images, each chain under a generator of its own: means and quantiles of every missing pixel, and
    /// all of them if they are kept. Precision is that of the Beta law.
    let summarise
        (options: ImagePredictOptions)
        (team: Team)
        (key: Key)
        (law: PixelLaw, precision: float)
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

        /// Grey values of image number i, (chains · kept, h·w): means, if it is not logits that are drawn.
        let greysOf worker i =
            let zValues, noiseValues, z, noise = inputs[worker]
            let greys = Array.zeroCreate<float32>(chains * kept * pixels)

            for chain in 0 .. chains - 1 do
                let from = (Array.item i positions[chain]).Positions
                programs[worker].Bind((generators[chain], z, noise))
                let own = (key.Child(int64 i)).Child(int64 chain)

                for first in 0..decoded .. kept - 1 do
                    let count = min decoded (kept - first)

                    for j in 0 .. count * q - 1 do
                        zValues[j] <- float32 from[first * q + j]

                    if law = PixelLaw.LogitNormal then
                        Kernels<float32>.Best.Random(Draw.Normal, own, int64 first * int64 pixels, Span noiseValues)

                    programs[worker].Execute()

                    Array.Copy(
                        Tensor.toFloat32 programs[worker].Output,
                        0,
                        greys,
                        (chain * kept + first) * pixels,
                        count * pixels
                    )

            greys

        let streams = Array.init workers (fun _ -> RandomStream())

        let drawsOf worker i greys =
            match law with
            | PixelLaw.LogitNormal -> greys
            | PixelLaw.Beta ->
                streams[worker].Begin((key.Child(int64 i)).Child(int64 chains))
                greys |> Array.map (float >> BetaLaw.draw streams[worker] precision >> float32)

        team.Run(
            workers,
            fun worker ->
                for i in worker..workers .. n - 1 do
                    options.Sampling.Cancellation.ThrowIfCancellationRequested()
                    let greys = greysOf worker i
                    let draws = drawsOf worker i greys

                    let valuesOf (source: float32[]) pixel =
                        Array.init (chains * kept) (fun d -> float source[d * pixels + pixel])

                    for pixel in 0 .. pixels - 1 do
                        if missing[i][pixel] then
                            let values = valuesOf draws pixel
                            Array.Sort values
                            means[i][pixel] <- float32 (Array.average (valuesOf greys pixel))
                            let low, high = Sorted.interval options.Sampling.Alpha values
                            lows[i][pixel] <- float32 low
                            highs[i][pixel] <- float32 high

                    if options.KeepDraws then
                        for d in 0 .. chains * kept - 1 do
                            Array.Copy(draws, d * pixels, all, (d * n + i) * pixels, pixels)
        )

        {
            Means = means
            Lows = lows
            Highs = highs
            Draws =
                if options.KeepDraws then
                    Some(Tensor.view [| chains * kept; n; pixels |] all)
                else
                    None
        }
