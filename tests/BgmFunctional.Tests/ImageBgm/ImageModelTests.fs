module BgmFunctional.Tests.ImageBgm.ImageModelTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Nets
open BgmFunctional.Tests.ImageBgm.Cases

let private sigmoid l = 1.0 / (1.0 + exp -l)

[<Fact>]
let ``the likelihood is that of Bernoulli pixels by clipped logits, by hand`` () =
    let logits = [| -30.0; -2.0; 0.3; 4.0; 30.0 |]
    let x = [| 0.0; 1.0; 0.25; 1.0; 0.0 |]
    let clipped = logits |> Array.map (fun l -> Math.Clamp(l, -10.0, 10.0))
    let expected = Array.map2 (fun l x -> x * log (sigmoid l) + (1.0 - x) * log (1.0 - sigmoid l)) clipped x
    let found = ImageModel.logLikelihoods (Tensor.float64 [| 1; 5 |] logits) (Tensor.float64 [| 1; 5 |] x)
    close 1e-12 "log likelihood" expected (Tensor.toArray found)

[<Fact>]
let ``pixels that are not seen do not count`` () =
    let logits = waves 1 (Tensor.fill Float64 [| 2; 6 |] 0.0)
    let x = Tensor.float64 [| 2; 6 |] (Array.init 12 (fun i -> float (i % 2)))
    let seen = Tensor.float64 [| 2; 6 |] (Array.init 12 (fun i -> if i % 3 = 0 then 1.0 else 0.0))
    let z = waves 2 (Tensor.fill Float64 [| 2; 3 |] 0.0)

    let joint x =
        ImageModel.logJointOfSeen Joint.logStandardNormal (fun _ -> logits) x seen z
        |> Tensor.toArray

    let others =
        Tensor.ofFloats Float64 [| 2; 6 |] (Array.init 12 (fun i -> if i % 3 = 0 then float (i % 2) else 0.5))

    close 1e-14 "joint" (joint x) (joint others)

/// A small generator with logits of some size, in float64.
let private generator side latents =
    let net = ImageGenerator.init Plain (key.Child 3L) latents [ 4; 4; 4; 3 ] side side
    let wide = { net with Heads = Tree.map (fun t -> 3.0 * t) net.Heads }

    ImageGenerator.mean (ImageBlocks.initialMoments net.Blocks) wide
    |> Tree.map (Tensor.cast Float64)

let private normal child rows columns = Initial.normal (key.Child child) rows columns 0.0 1.0 |> Tensor.cast Float64

/// Images drawn from the model at latents.
let private drawn (generator: ImageGenerator) child (z: Tensor) =
    let probabilities =
        ImageModel.grey (ImageModel.meanLogits (ImageGenerator.applyPlain generator z))
        |> Tensor.toArray

    let uniform = Array.zeroCreate<float> probabilities.Length
    Kernels<float>.Best.Random(Draw.Uniform, key.Child child, 0L, Span uniform)
    let pixels = Array.map2 (fun p u -> if u < p then 1.0 else 0.0) probabilities uniform
    Tensor.float64 [| z.Shape[0]; pixels.Length / z.Shape[0] |] pixels

/// What a trajectory of length 0.4 loses or gains of its energy, in steps of this length, for each row.
let private energyErrors (target: Target) step =
    let evaluation = target.Evaluation 1 true
    let mass = Array.create target.Dimension 1.0

    let learn (point: PhasePoint) =
        point.Position.CopyTo(evaluation.Positions, 0)
        evaluation.Run 1
        point.Learn(evaluation.LogDensities[0], ReadOnlySpan evaluation.Gradients)

    Array.init target.Rows (fun row ->
        evaluation.Seat(0, row)
        let point = PhasePoint target.Dimension
        let start = normal (100L + int64 row) 2 target.Dimension |> Tensor.toArray
        Array.blit start 0 point.Position 0 target.Dimension
        Array.blit start target.Dimension point.Momentum 0 target.Dimension
        learn point
        let before = Hamiltonian.energy mass point

        for _ in 1 .. int (Math.Round(0.4 / step)) do
            Hamiltonian.launch step mass point
            learn point
            Hamiltonian.kick step point

        abs (Hamiltonian.energy mass point - before))

/// The published target draws noise at every evaluation: its energy error does not vanish.
[<Fact>]
let ``the energy of the image posterior is conserved as the step shrinks`` () =
    let rows, latents, side = 12, 3, 8
    let generator = generator side latents
    let x = drawn generator 5L (normal 4L rows latents)

    let seen =
        Tensor.float64 x.Shape (Array.init x.Size (fun i -> if i % (side * side) < 40 then 1.0 else 0.0))

    let target = ImagePredict.target Joint.logStandardNormal generator latents x seen
    let mean step = energyErrors target step |> Array.average
    let coarse, fine, finest = mean 0.04, mean 0.002, mean 0.0001
    Assert.True(coarse > 1e-4, $"{coarse}")
    // Gradients jump at the kinks of LeakyReLU, which makes the leapfrog's error proportional to the step: a 20th and a 400th are expected. A few kinks
    // in each trajectory leave a spread, hence a fifth of that.
    Assert.True(fine < coarse / 4.0, $"{coarse} to {fine}")
    Assert.True(finest < coarse / 80.0, $"{coarse} to {finest}")

[<Fact>]
let ``HMC on the image posterior is calibrated: true latents have uniform ranks among the draws`` () =
    let rows, latents, side = 240, 2, 4
    let generator = generator side latents
    let z = normal 6L rows latents
    let x = drawn generator 7L z
    let seen = Tensor.float64 x.Shape (Array.init x.Size (fun i -> if i % 16 < 10 then 1.0 else 0.0))
    let target = ImagePredict.target Joint.logStandardNormal generator latents x seen
    use team = new Team(2)

    let options = {
        ChainOptions.defaults with
            Sampler = Hmc HmcOptions.recommended
            BurnIn = 200
            Draws = 400
            ChainsPerRow = 1
    }

    let chains =
        match Chains.run team options (key.Child 8L) target (Keep.draws latents 400) with
        | Ok chains -> chains
        | Error error -> failwith (McmcError.message error)

    let truth = Tensor.toArray z

    for coordinate in 0 .. latents - 1 do
        let ranks =
            chains
            |> Array.mapi (fun row chain ->
                let draws = Draws.coordinate coordinate chain.Kept

                draws
                |> Array.averageBy (fun draw -> if draw < truth[row * latents + coordinate] then 1.0 else 0.0))

        // Mean ½ and variance 1/12 of a uniform, within 4 standard errors of 240 of them.
        Assert.Equal(0.5, Array.average ranks, 4.0 * sqrt (1.0 / 12.0 / float rows))
        let spread = ranks |> Array.averageBy (fun rank -> (rank - 0.5) ** 2.0)
        Assert.Equal(1.0 / 12.0, spread, 4.0 * sqrt (1.0 / 180.0 / float rows))
