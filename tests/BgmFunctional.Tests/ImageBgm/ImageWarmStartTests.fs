module BgmFunctional.Tests.ImageBgm.ImageWarmStartTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Tests.ImageBgm.Cases

let private float64 (x: 'a) : 'a = Tree.map (Tensor.cast Float64) x
let private like shape k = waves k (Tensor.fill Float64 shape 0.0)
let private meanSquare (t: Tensor) = Tensor.toArray t |> Array.averageBy (fun x -> x * x)

[<Fact>]
let ``the critics' losses are those of the paper, by hand`` () =
    let critic = Discriminator.init key BatchNormalised 3 [ 5; 4 ] |> float64
    let d = Discriminator.apply critic
    let x, made = like [| 6; 3 |] 1, like [| 6; 3 |] 2

    Assert.Equal(
        0.5 * (meanSquare (0.9 - d x) + meanSquare (0.1 - d made)),
        Tensor.item (Adversary.telling (d x) (d made)),
        12
    )

    Assert.Equal(meanSquare (0.9 - d made), Tensor.item (Adversary.fooling (d made)), 12)

[<Fact>]
let ``the critic of images has the gradient of differences, its penalty's second derivatives among it`` () =
    let critic = ImageCritic.init key [ 2; 3 ] 4 1 height width |> float64
    let x, made = like [| 3; height * width |] 1, like [| 3; height * width |] 2
    let judge critic = Images.ofRows height width >> ImageCritic.apply None critic

    let f critic =
        Adversary.telling (judge critic x) (judge critic made)
        + 1.5 * Discriminator.slopePenalty (judge critic) (0.3 * x + 0.7 * made)

    let direction = Tree.map (waves 4) critic
    let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) critic direction
    close 1e-5 "gradient" expected [| inner (grad f critic) direction |]

/// So many iterations after so many, by a model and what it carries.
let private run model (config: ImageConfig) threads before iterations carried =
    use team = new Team(threads)

    let warm =
        WarmStarting<_, _, _, _, _, _, _, _, _>(
            model,
            config.Rates,
            config.Penalties,
            (images 37).Pixels,
            carried,
            before,
            8,
            key.Child 9L,
            team
        )

    for _ in 1..iterations do
        warm.Advance()

    warm.State, warm.Losses

let private model config = ImageModel.warmStart config height width
let private start config = ImageModel.initWarmStart key config height width

let private every = [
    config Plain
    config Bayesian
    {
        config Plain with
            Penalties = { Gamma = 0.5; Alpha = 0.1 }
            Rates.CriticSteps = 2
    }
]

[<Fact>]
let ``the warm start has the same bits on one thread and on two, whole and in two runs`` () =
    for config in every do
        let run = run (model config) config
        let whole, losses = run 1 0 5 (start config)
        let onTwo, _ = run 2 0 5 (start config)
        sameBits "two threads" (numbers whole) (numbers onTwo)
        let half, _ = run 2 0 3 (start config)
        let resumed, again = run 1 3 2 half
        sameBits "resumed" (numbers whole) (numbers resumed)
        Assert.Equal(losses, again)

[<Fact>]
let ``a critic that judges a batch by shares learns what one learns that judges it as a whole`` () =
    for config in every do
        let model = {
            model config with
                Critic = {
                    Apply = fun _ net x -> ImageCritic.apply None net (Images.ofRows height width x)
                    Noise = fun key _ _ -> NoiseBlock.Create(key, [])
                }
        }

        let critic shares =
            let carried, losses = run { model with CriticShares = shares } config 1 0 1 (start config)
            losses.CriticX, numbers carried.CriticX.Judge

        let whole, shared = critic 1, critic 2
        // Sums of float32 in another order; a step of Adam divides by gradients that may be small.
        Assert.Equal(fst whole, fst shared, 1e-5)
        close 1e-4 "critic" (snd whole) (snd shared)

[<Fact>]
let ``the warm start learns to give images back`` () =
    let config = config Plain

    let losses =
        ((start config, []), [ 0; 150; 300 ])
        ||> List.fold (fun (carried, losses) before ->
            let carried, loss = run (model config) config 1 before 150 carried
            carried, loss.X :: losses)
        |> snd

    Assert.True(losses.Head < 0.6 * List.last losses, $"{losses}")
