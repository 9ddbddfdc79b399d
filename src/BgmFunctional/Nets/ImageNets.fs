namespace BgmFunctional.Nets

open BgmFunctional.Kernels
open BgmFunctional.Autodiff

/// A dense layer whose weights are points or have a distribution.
type DenseLayer =
    /// Points.
    | PointLayer of layer: Dense
    /// Distributions.
    | FlipoutLayer of layer: Flipout

/// The generator of images from latents: a dense layer to a small image of many channels, blocks that make it larger, and a filter of one pixel to
/// two channels: the mean of the logit, and its raw variance. Plain as in DCGAN, by transposed convolutions (Radford, Metz and Chintala,
/// arXiv:1511.06434); Bayesian by upsampling and Flipout convolutions.
type ImageGenerator = {
    /// z -> the small image, a quarter as high and as wide.
    Base: DenseLayer
    /// Two that double height and width, and one more.
    Blocks: ImageBlock list
    /// Linear.
    Heads: ImageFilter
    /// Rows of an image, divisible by 4.
    Height: int
    /// Columns of an image, divisible by 4.
    Width: int
}

/// Generators of images.
[<RequireQualifiedAccess>]
module ImageGenerator =

    /// A generator of height × width images from z of so many numbers; filters are the channels of the small image, then of each block.
    let init
        (kind: NetworkKind)
        (key: Key)
        (latents: int)
        (filters: int list)
        (height: int)
        (width: int)
        : ImageGenerator =
        let small = height / 4 * (width / 4) * filters.Head

        /// Filter number i: the first two double height and width.
        let filter i hasBias side channels filters =
            let key, factor = key.Child(int64 (i + 1)), (if i < 2 then 2 else 1)

            match kind with
            | Bayesian -> UpsampledFlipout(factor, FlipoutConv2d.init key hasBias side channels filters)
            | Plain when factor > 1 -> Transposed(factor, ConvTranspose2d.glorot key hasBias side channels filters)
            | Plain -> Strided(1, Conv2d.glorot key hasBias side channels filters)

        let block i (channels, filters) = {
            Filter = filter i false 3 channels filters
            Norm = Some(BatchNorm.init filters)
        }

        {
            Base =
                match kind with
                | Plain -> PointLayer(Dense.glorot (key.Child 0L) latents small)
                | Bayesian -> FlipoutLayer(Flipout.init (key.Child 0L) latents small)
            Blocks = filters |> List.pairwise |> List.mapi block
            Heads = filter filters.Length true 1 (List.last filters) 2
            Height = height
            Width = width
        }

    /// The shapes of the noise of one application to so many rows; nothing where weights are points.
    let noise rows (net: ImageGenerator) : FlipoutShape list =
        let first =
            match net.Base with
            | PointLayer _ -> []
            | FlipoutLayer layer -> [ FlipoutShape.dense rows layer.Location.Shape ]

        first @ ImageBlocks.noise rows net.Blocks @ ImageFilter.noise rows net.Heads

    /// (n, q) -> (n, height, width, 2), means and raw variances of logits, and the moments by which the blocks normalised.
    let apply (momentsOf: MomentsOf) (noise: FlipoutNoise list) (net: ImageGenerator) (z: Tensor) =
        let small, noise =
            match net.Base with
            | PointLayer layer -> Dense.apply layer z, noise
            | FlipoutLayer layer -> Flipout.apply layer noise.Head z, noise.Tail

        let images, moments =
            Tensor.leakyRelu ImageBlocks.slope small
            |> Images.ofRows (net.Height / 4) (net.Width / 4)
            |> ImageBlocks.apply momentsOf noise net.Blocks

        let own = (ImageFilter.noise z.Shape[0] net.Heads).Length
        ImageFilter.apply (List.skip (noise.Length - own) noise) net.Heads images, moments

    /// The divergence of the weights from their prior N(0, prior²), a scalar, nats; none where they are points.
    let kl (prior: float) (net: ImageGenerator) : Tensor option =
        let first =
            match net.Base with
            | PointLayer _ -> []
            | FlipoutLayer layer -> [ Perturbation.divergence prior layer.Location layer.Rho ]

        match
            first
            @ List.collect (fun (block: ImageBlock) -> ImageFilter.kl prior block.Filter) net.Blocks
            @ ImageFilter.kl prior net.Heads
        with
        | [] -> None
        | terms -> Some(List.reduce (+) terms)

    let private plain ofFlipout (ofFilter: int -> ImageFilter -> ImageFilter) running (net: ImageGenerator) =
        {
            net with
                Base =
                    match net.Base with
                    | PointLayer layer -> PointLayer layer
                    | FlipoutLayer layer -> PointLayer(ofFlipout layer)
                Blocks = ImageBlocks.fold ofFilter running net.Blocks
                Heads = ofFilter net.Blocks.Length net.Heads
        }
        |> Tree.map Tensor.force

    /// The plain generator with the means of the weights, its normalisation by running moments folded into its filters.
    let mean (running: Moments list) (net: ImageGenerator) : ImageGenerator =
        plain Flipout.mean (fun _ -> ImageFilter.mean) running net

    /// The shapes of the normal deviations that a draw of the weights takes, one for each layer; nothing where they are points.
    let deviationShapes (net: ImageGenerator) : int[] list = noise 1 net |> List.map _.Deviation

    /// The same with one draw of the weights from such deviations.
    let draw (deviations: Tensor list) (running: Moments list) (net: ImageGenerator) : ImageGenerator =
        let own i = List.tryItem i deviations |> Option.toList

        plain (fun layer -> Flipout.draw deviations.Head layer) (fun i -> ImageFilter.draw (own (i + 1))) running net

    /// (n, q) -> (n, height, width, 2) of a plain generator without normalisation.
    let applyPlain (net: ImageGenerator) (z: Tensor) : Tensor = apply (ImageBlocks.ofRun []) [] net z |> fst

/// The encoder of images: blocks that make them smaller, then two dense layers to the latents.
type ImageEncoder = {
    /// Two that halve height and width, and one more.
    Blocks: ImageBlock list
    /// Followed by LeakyReLU.
    Hidden: Dense
    /// Linear, to z.
    Output: Dense
}

/// Encoders of images.
[<RequireQualifiedAccess>]
module ImageEncoder =

    /// An encoder of grey height × width images; filters are the channels of each block, of which the first two halve height and width.
    let init (key: Key) (latents: int) (filters: int list) (units: int) (height: int) (width: int) : ImageEncoder =
        let block i (channels, filters) = {
            Filter =
                Strided((if i < 2 then 2 else 1), Conv2d.glorot (key.Child(int64 (i + 2))) false 3 channels filters)
            Norm = Some(BatchNorm.init filters)
        }

        {
            Blocks = 1 :: filters |> List.pairwise |> List.mapi block
            Hidden = Dense.glorot (key.Child 0L) (height / 4 * (width / 4) * List.last filters) units
            Output = Dense.glorot (key.Child 1L) units latents
        }

    /// (n, height, width, 1) -> (n, q), and the moments by which the blocks normalised.
    let apply (momentsOf: MomentsOf) (net: ImageEncoder) (x: Tensor) =
        let images, moments = ImageBlocks.apply momentsOf [] net.Blocks x

        let hidden = Tensor.leakyRelu ImageBlocks.slope (Dense.apply net.Hidden (Images.flatten images))

        Dense.apply net.Output hidden, moments

    /// The same without normalisation, which running moments fold into its filters.
    let fold (running: Moments list) (net: ImageEncoder) : ImageEncoder =
        { net with Blocks = ImageBlocks.fold (fun _ -> id) running net.Blocks }
        |> Tree.map Tensor.force

    /// (n, height, width, 1) -> (n, q) of an encoder without normalisation.
    let applyPlain (net: ImageEncoder) (x: Tensor) : Tensor = apply (ImageBlocks.ofRun []) net x |> fst

/// A network that judges images: convolutions of every second pixel, each followed by LeakyReLU and dropout, then two dense layers: to one number for a
/// critic, to a logit for each class for a classifier.
type ImageCritic = {
    /// Each is followed by LeakyReLU and dropout.
    Convolutions: Conv2d list
    /// Followed by LeakyReLU.
    Hidden: Dense
    /// Linear.
    Output: Dense
}

/// Critics and classifiers of images.
[<RequireQualifiedAccess>]
module ImageCritic =

    /// Of dropout.
    let rate = 0.3

    /// Every convolution sees every second pixel.
    let private stride = 2

    let private halved size = (size + stride - 1) / stride

    /// Of grey height × width images; the first two convolutions have filters of 5×5 pixels, others of 3×3.
    let init (key: Key) (filters: int list) (units: int) (outputs: int) (height: int) (width: int) : ImageCritic =
        let layer i (channels, filters) =
            Conv2d.glorot (key.Child(int64 (i + 2))) true (if i < 2 then 5 else 3) channels filters

        let small size = filters |> List.fold (fun size _ -> halved size) size

        {
            Convolutions = 1 :: filters |> List.pairwise |> List.mapi layer
            Hidden = Dense.glorot (key.Child 0L) (small height * small width * List.last filters) units
            Output = Dense.glorot (key.Child 1L) units outputs
        }

    /// The shapes of the noise of dropout on so many height × width images, uniform on (0, 1), one for each convolution.
    let noise images (height: int) (width: int) (net: ImageCritic) : int[] list =
        net.Convolutions
        |> List.mapFold
            (fun (height, width) layer ->
                let size = halved height, halved width
                [| images; fst size; snd size; layer.Weight.Shape[3] |], size)
            (height, width)
        |> fst

    /// (n, height, width, 1) -> (n, outputs), with the noise of dropout, or without dropout.
    let apply (noise: Tensor list option) (net: ImageCritic) (x: Tensor) : Tensor =
        let drops =
            match noise with
            | Some noise -> noise |> List.map (Dropout.apply rate)
            | None -> net.Convolutions |> List.map (fun _ -> id)

        (x, net.Convolutions, drops)
        |||> List.fold2 (fun x layer drop -> drop (Tensor.leakyRelu ImageBlocks.slope (Conv2d.apply stride layer x)))
        |> Images.flatten
        |> Dense.apply net.Hidden
        |> Tensor.leakyRelu ImageBlocks.slope
        |> Dense.apply net.Output
