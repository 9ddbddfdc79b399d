module BgmFunctional.Tests.Nets.ImageNetsTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private key = Key.OfSeed 23L
let private float64 (x: 'a) : 'a = Tree.map (Tensor.cast Float64) x
let private rows, latents, height, width = 3, 2, 8, 12
let private even = Tensor.fill Float64 [| rows; 1 |] (1.0 / float rows)
let private z = waves 1 (Tensor.fill Float64 [| rows; latents |] 0.0)
let private images = waves 2 (Tensor.fill Float64 [| rows; height; width; 1 |] 0.0)
let private kinds = [ Plain; Bayesian ]
let private generator kind = ImageGenerator.init kind key latents [ 4; 3; 3; 2 ] height width |> float64
let private encoder = ImageEncoder.init key latents [ 2; 3; 4 ] 5 height width |> float64
let private critic = ImageCritic.init key [ 2; 3; 4 ] 5 1 height width |> float64

/// Noise of some seed for layers of these shapes.
let private noiseOf seed shapes =
    let block, noise, _ = NoiseBlock.ForFlipout(Key.OfSeed seed, shapes, [])
    block.Fill 0L
    float64 noise

let private dropout =
    let wanted =
        ImageCritic.noise rows height width critic
        |> List.map (fun shape -> Draw.Uniform, shape)

    let block, noise = NoiseBlock.Create(key, wanted)
    block.Fill 0L
    float64 noise

/// Means and variances that no batch has, for so many normalisations of these channels.
let private running (blocks: ImageBlock list) : Moments list =
    ImageBlocks.initialMoments blocks
    |> List.mapi (fun i moments -> {
        Mean = waves (3 + i) moments.Mean
        Variance = 1.3 + 0.9 * waves (7 + i) moments.Variance
    })
    |> float64

let private gradientIsThatOfDifferences (f: 'a -> Tensor) (x: 'a) =
    let direction = Tree.map (waves 5) x
    let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) x direction
    close 1e-6 "gradient" expected [| inner (grad f x) direction |]

// ---- Flipout convolutions ----

/// Deviations of the weights near 0.7 instead of 0.05, so that noise is not lost in rounding.
let private wide =
    let layer = FlipoutConv2d.init key true 3 2 2

    {
        layer with
            Rho = layer.Rho + 3.0
            Bias = Some(Tensor.float32 [| 1; 1; 1; 2 |] [| 0.5f; -0.25f |])
    }
    |> Tree.map Tensor.force

let private small = waves 4 (Tensor.fill Float32 [| 2; 4; 3; 2 |] 0.0)

let private meanAndError (values: float[]) =
    let mean = Array.average values
    mean, sqrt (Array.averageBy (fun v -> (v - mean) ** 2.0) values / float values.Length)

[<Fact>]
let ``the mean over noise is the convolution with the means, within 5 standard errors`` () =
    let block, noise, _ = NoiseBlock.ForFlipout(key.Child 5L, [ FlipoutConv2d.noise 2 wide ], [])
    let program = Program.compile (fun (noise, x) -> FlipoutConv2d.apply wide noise x) (noise.Head, small)

    let draws =
        Array.init 4000 (fun step ->
            block.Fill(int64 step)
            program.Run((noise.Head, small)) |> Tensor.toArray)

    let expected = Conv2d.apply 1 (FlipoutConv2d.mean wide) small |> Tensor.toArray

    for i in 0 .. expected.Length - 1 do
        let mean, error = draws |> Array.map (fun y -> y[i]) |> meanAndError
        Assert.Equal(expected[i], mean, 5.0 * error)

[<Fact>]
let ``under signs of 1 an application is the convolution with a draw`` () =
    let noise = noiseOf 8L [ FlipoutConv2d.noise 2 wide ] |> List.head

    let one = {
        noise with
            SignIn = Tensor.fill Float64 noise.SignIn.Shape 1.0
            SignOut = Tensor.fill Float64 noise.SignOut.Shape 1.0
    }

    let layer, x = float64 wide, float64 small
    let expected = Conv2d.apply 1 (FlipoutConv2d.draw noise.Deviation layer) x
    close 1e-12 "draw" (Tensor.toArray expected) (Tensor.toArray (FlipoutConv2d.apply layer one x))

[<Fact>]
let ``the divergence from a prior is the mean of log q − log p over draws, within 5 standard errors`` () =
    let prior = 0.4
    let mu, sigma = Tensor.toArray wide.Location, Tensor.toArray (Tensor.softplus wide.Rho)
    let count = 20_000
    let deviations = Initial.normal (key.Child 6L) count mu.Length 0.0 1.0 |> Tensor.toArray

    let values =
        Array.init count (fun draw ->
            Seq.sum (
                seq {
                    for k in 0 .. mu.Length - 1 do
                        let e = deviations[draw * mu.Length + k]
                        let w = (mu[k] + sigma[k] * e) / prior
                        // log N(w; μ, σ²) − log N(w; 0, prior²), whose constants cancel.
                        -log(sigma[k] / prior) - e * e / 2.0 + w * w / 2.0
                }
            ))

    let mean, error = meanAndError values
    Assert.Equal(mean, Tensor.item (FlipoutConv2d.kl prior wide), 5.0 * error)

// ---- networks ----

[<Fact>]
let ``gradients of generators through the moments of their batch, with their divergence, are those of differences`` () =
    for kind in kinds do
        let net = generator kind
        let noise = noiseOf 9L (ImageGenerator.noise rows net)

        let f (net, z) =
            let output, _ = ImageGenerator.apply (ImageBlocks.ofBatch even) noise net z
            let misfit = Tensor.sum (sin output)

            match ImageGenerator.kl 0.3 net with
            | Some kl -> misfit + 0.01 * kl
            | None -> misfit

        gradientIsThatOfDifferences f (net, z)

[<Fact>]
let ``gradients of the encoder and of the critic are those of differences`` () =
    gradientIsThatOfDifferences
        (fun (net, x) -> Tensor.sum (sin (fst (ImageEncoder.apply (ImageBlocks.ofBatch even) net x))))
        (encoder, images)

    gradientIsThatOfDifferences
        (fun (net, x) -> Tensor.sum (sin (ImageCritic.apply (Some dropout) net x)))
        (critic, images)

[<Fact>]
let ``the mean folded into plain filters gives what the network does by running moments without deviations`` () =
    for kind in kinds do
        let net = generator kind
        let running = running net.Blocks

        let still =
            noiseOf 9L (ImageGenerator.noise rows net)
            |> List.map (fun noise -> { noise with Deviation = Tensor.zerosLike noise.Deviation })

        let expected, _ = ImageGenerator.apply (ImageBlocks.ofRun running) still net z
        let mean = ImageGenerator.mean running net
        close 1e-12 $"{kind}" (Tensor.toArray expected) (Tensor.toArray (ImageGenerator.applyPlain mean z))
        Assert.True(mean.Blocks |> List.forall _.Norm.IsNone)

    let running = running encoder.Blocks
    let expected, _ = ImageEncoder.apply (ImageBlocks.ofRun running) encoder images
    let folded = ImageEncoder.fold running encoder
    close 1e-12 "encoder" (Tensor.toArray expected) (Tensor.toArray (ImageEncoder.applyPlain folded images))

[<Fact>]
let ``a draw folded into plain filters gives what the network does with its deviations under signs of 1`` () =
    for kind in kinds do
        let net = generator kind
        let running = running net.Blocks
        let ones (t: Tensor) = Tensor.fill Float64 t.Shape 1.0

        let noise =
            noiseOf 10L (ImageGenerator.noise rows net)
            |> List.map (fun noise -> { noise with SignIn = ones noise.SignIn; SignOut = ones noise.SignOut })

        let expected, _ = ImageGenerator.apply (ImageBlocks.ofRun running) noise net z
        let drawn = ImageGenerator.draw (noise |> List.map _.Deviation) running net
        close 1e-12 $"{kind}" (Tensor.toArray expected) (Tensor.toArray (ImageGenerator.applyPlain drawn z))

        Assert.Equal<int[] list>(
            ImageGenerator.deviationShapes net,
            noise |> List.map (fun noise -> noise.Deviation.Shape)
        )

[<Fact>]
let ``rows of weight 0 are not seen by the others' moments`` () =
    let two = Tensor.float64 [| rows; 1 |] [| 0.5; 0.5; 0.0 |]
    let net = generator Plain

    let _, expected =
        ImageGenerator.apply (ImageBlocks.ofBatch (Tensor.fill Float64 [| 2; 1 |] 0.5)) [] net (Tensor.slice 0 0 2 z)

    let _, found = ImageGenerator.apply (ImageBlocks.ofBatch two) [] net z
    close 1e-12 "moments" (numbers expected) (numbers found)

[<Fact>]
let ``networks take images of any size divisible by 4`` () =
    for height, width in [ 4, 4; 28, 28; 12, 20 ] do
        let x = Tensor.fill Float32 [| 2; height; width; 1 |] 0.5
        let encoder = ImageEncoder.init key 7 [ 2; 3; 4 ] 5 height width
        let z, _ = ImageEncoder.apply (ImageBlocks.ofBatch (Tensor.fill Float32 [| 2; 1 |] 0.5)) encoder x
        Assert.Equal<int[]>([| 2; 7 |], z.Shape)
        let generator = ImageGenerator.init Plain key 7 [ 4; 3; 2; 2 ] height width

        let output, _ =
            ImageGenerator.apply (ImageBlocks.ofBatch (Tensor.fill Float32 [| 2; 1 |] 0.5)) [] generator z

        Assert.Equal<int[]>([| 2; height; width; 2 |], output.Shape)
        let critic = ImageCritic.init key [ 2; 3; 4 ] 5 3 height width

        let noise =
            ImageCritic.noise 2 height width critic
            |> List.map (fun shape -> Tensor.fill Float32 shape 0.9)

        Assert.Equal<int[]>([| 2; 3 |], (ImageCritic.apply (Some noise) critic x).Shape)

[<Fact>]
let ``dropout that drops nothing and scales by what it keeps is no dropout`` () =
    let noise =
        ImageCritic.noise rows height width critic
        |> List.map (fun shape -> Tensor.fill Float64 shape 1.0)

    let scale (layer: Dense) factor : Dense = { layer with Weight = layer.Weight * factor }
    let kept = 1.0 - ImageCritic.rate

    // Biases are zeros and LeakyReLU is homogeneous: the factors of three convolutions come out in front.
    let expected = ImageCritic.apply None critic images

    let found =
        ImageCritic.apply (Some noise) { critic with Output = scale critic.Output (kept ** 3.0) } images

    close 1e-12 "dropout" (Tensor.toArray expected) (Tensor.toArray found)
