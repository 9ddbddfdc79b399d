namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A convolution of one of the kinds that image networks have.
type ImageFilter =
    /// Every stride-th pixel: images become smaller.
    | Strided of stride: int * layer: Conv2d
    /// Transposed: images grow by the stride.
    | Transposed of stride: int * layer: ConvTranspose2d
    /// Each pixel is first repeated to a square: images grow by the factor.
    | Upsampled of factor: int * layer: Conv2d
    /// The same, its filters having a distribution.
    | UpsampledFlipout of factor: int * layer: FlipoutConv2d

/// Convolutions of image networks.
[<RequireQualifiedAccess>]
module ImageFilter =

    let private enlarge factor x = if factor = 1 then x else Tensor.upsample2d factor x

    /// The shapes of the noise of one application to so many images; nothing where filters are points.
    let noise images filter : FlipoutShape list =
        match filter with
        | UpsampledFlipout(_, layer) -> [ FlipoutConv2d.noise images layer ]
        | _ -> []

    /// (n, h, w, channels) -> (n, h′, w′, filters). The noise is that of one layer, or nothing.
    let apply (noise: FlipoutNoise list) filter (x: Tensor) : Tensor =
        match filter with
        | Strided(stride, layer) -> Conv2d.apply stride layer x
        | Transposed(stride, layer) -> ConvTranspose2d.apply stride layer x
        | Upsampled(factor, layer) -> Conv2d.apply 1 layer (enlarge factor x)
        | UpsampledFlipout(factor, layer) -> FlipoutConv2d.apply layer noise.Head (enlarge factor x)

    /// The divergence of the weights from their prior N(0, prior²), nats; nothing where they are points.
    let kl prior filter : Tensor list =
        match filter with
        | UpsampledFlipout(_, layer) -> [ FlipoutConv2d.kl prior layer ]
        | _ -> []

    /// The filter with the means of its weights.
    let mean filter =
        match filter with
        | UpsampledFlipout(factor, layer) -> Upsampled(factor, FlipoutConv2d.mean layer)
        | plain -> plain

    /// The filter with one draw of its weights; itself if they are points.
    let draw (deviations: Tensor list) filter =
        match filter with
        | UpsampledFlipout(factor, layer) -> Upsampled(factor, FlipoutConv2d.draw deviations.Head layer)
        | plain -> plain

    /// The plain filter whose outputs are those of this one times slope plus offset, both (1, filters).
    let rescale (slope: Tensor) (offset: Tensor) filter =
        let filters = slope.Shape[1]
        let across shape (x: Tensor) = Tensor.reshape shape x
        let rows = across [| 1; 1; 1; filters |]

        let bias (bias: Tensor option) =
            Some(
                match bias with
                | Some bias -> bias * rows slope + rows offset
                | None -> rows offset
            )

        let conv (layer: Conv2d) : Conv2d = { Weight = layer.Weight * rows slope; Bias = bias layer.Bias }

        match filter with
        | Strided(stride, layer) -> Strided(stride, conv layer)
        | Upsampled(factor, layer) -> Upsampled(factor, conv layer)
        | Transposed(stride, layer) ->
            Transposed(
                stride,
                {
                    Weight = layer.Weight * across [| 1; 1; filters; 1 |] slope
                    Bias = bias layer.Bias
                }
            )
        | UpsampledFlipout _ ->
            invalidArg (nameof filter) "filters with a distribution: take their mean or a draw first"

/// A convolution, batch normalisation over its channels if there is one, and LeakyReLU 0.2.
type ImageBlock = {
    /// The convolution.
    Filter: ImageFilter
    /// Of its outputs, pixel by pixel.
    Norm: BatchNorm option
}

/// How the blocks of a network normalise: the moments of normalisation number i, from 0, whose input is (pixels, channels).
type MomentsOf = int -> Tensor -> Moments

/// Blocks of image networks.
[<RequireQualifiedAccess>]
module ImageBlocks =

    /// Of every LeakyReLU.
    let slope = 0.2

    let private normalised (blocks: ImageBlock list) = blocks |> List.choose _.Norm

    /// Running moments before the first batch, one for each normalisation.
    let initialMoments blocks : Moments list =
        normalised blocks
        |> List.map (fun norm -> BatchNorm.initialMoments norm.Scale.Shape[1])

    /// By the moments of a batch of images with these weights, (n, 1), that sum to 1: each pixel counts as its image does.
    let ofBatch (rowWeights: Tensor) : MomentsOf =
        fun _ pixels ->
            let rows, all = rowWeights.Shape[0], pixels.Shape[0]
            let each = rowWeights / float (all / rows)
            let weights = Tensor.broadcast [| rows; all / rows |] each |> Tensor.reshape [| all; 1 |]
            BatchNorm.moments weights pixels

    /// By running moments.
    let ofRun (running: Moments list) : MomentsOf = fun i _ -> running[i]

    /// The shapes of the noise of one application to so many images.
    let noise images (blocks: ImageBlock list) =
        blocks |> List.collect (fun block -> ImageFilter.noise images block.Filter)

    /// (n, h, w, c) -> (n, h′, w′, c′), and the moments by which it normalised, in order.
    let apply (momentsOf: MomentsOf) (noise: FlipoutNoise list) (blocks: ImageBlock list) (x: Tensor) =
        let step (x: Tensor, used: Moments list, noise: FlipoutNoise list) block =
            let own = (ImageFilter.noise x.Shape[0] block.Filter).Length
            let y = ImageFilter.apply noise block.Filter x

            let y, used =
                match block.Norm with
                | None -> y, used
                | Some norm ->
                    let moments = momentsOf used.Length (Images.pixels y)
                    Images.perPixel (BatchNorm.apply norm moments) y, used @ [ moments ]

            Tensor.leakyRelu slope y, used, List.skip own noise

        let y, used, _ = blocks |> List.fold step (x, [], noise)
        y, used

    /// Plain blocks without normalisation that give what these do by running moments; choose makes the filter of block number i plain.
    let fold (choose: int -> ImageFilter -> ImageFilter) (running: Moments list) (blocks: ImageBlock list) =
        let block running (i, block: ImageBlock) =
            let filter = choose i block.Filter

            match block.Norm, running with
            | Some norm, moments :: rest ->
                let slope = BatchNorm.slope norm moments
                let offset = norm.Shift - moments.Mean * slope
                { Filter = ImageFilter.rescale slope offset filter; Norm = None }, rest
            | Some _, [] -> invalidArg (nameof running) "a block that normalises needs running moments"
            | None, rest -> { block with Filter = filter }, rest

        List.indexed blocks |> List.mapFold block running |> fst
