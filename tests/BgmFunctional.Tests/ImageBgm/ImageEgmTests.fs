module BgmFunctional.Tests.ImageBgm.ImageEgmTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.ImageBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Tests.ImageBgm.Cases

let private float64 (x: 'a) : 'a = Tree.map (Tensor.cast Float64) x
let private like shape k = waves k (Tensor.fill Float64 shape 0.0)
let private meanSquare (t: Tensor) = Tensor.toArray t |> Array.averageBy (fun x -> x * x)

[<Fact>]
let ``the losses are those of the paper, by hand`` () =
    let critic = Discriminator.init key BatchNormalised 3 [ 5; 4 ] |> float64
    let d = Discriminator.apply critic
    let x, made, mix = like [| 6; 3 |] 1, like [| 6; 3 |] 2, abs (like [| 6; 1 |] 3)
    let misses = 0.5 * (meanSquare (0.9 - d x) + meanSquare (0.1 - d made))
    Assert.Equal(misses, Tensor.item (ImageEgm.criticLoss 0.0 d mix x made), 12)
    let penalty = Tensor.item (Discriminator.gradientPenalty critic (mix * x + (1.0 - mix) * made))
    Assert.Equal(misses + 2.0 * penalty, Tensor.item (ImageEgm.criticLoss 2.0 d mix x made), 12)

    let weight, back = like [| 3; 4 |] 4, like [| 4; 3 |] 5
    let go w x = tanh (Tensor.matMul x w), ()
    let z = fst (go weight x)
    let d4 = Discriminator.apply (Discriminator.init (key.Child 1L) BatchNormalised 4 [ 5 ] |> float64)

    let encoding, _ = ImageEgm.encodingLoss d4 (go weight) (go back) x
    Assert.Equal(meanSquare (0.9 - d4 z) + 10.0 * meanSquare (x - fst (go back z)), Tensor.item encoding, 12)

    let made = fst (go back z)
    let decoding, _ = ImageEgm.decodingLoss d (go weight) (go back) z
    Assert.Equal(meanSquare (0.9 - d made) + 10.0 * meanSquare (z - fst (go weight made)), Tensor.item decoding, 12)

[<Fact>]
let ``the critic of images has the gradient of differences, its penalty's second derivatives among it`` () =
    let critic = ImageCritic.init key [ 2; 3 ] 4 1 height width |> float64

    let x, made, mix =
        like [| 3; height * width |] 1, like [| 3; height * width |] 2, abs (like [| 3; 1 |] 3)

    let apply critic = Images.ofRows height width >> ImageCritic.apply None critic
    let f critic = ImageEgm.criticLoss 1.5 (apply critic) mix x made
    let direction = Tree.map (waves 4) critic
    let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) critic direction
    close 1e-5 "gradient" expected [| inner (grad f critic) direction |]

let private run config threads start iterations training =
    use team = new Team(threads)
    let egm = ImageEgmTraining(config, images 37, training, 8, key.Child 9L, team)

    for i in start .. start + iterations - 1 do
        egm.Run i

    egm.State, egm.Losses

let private every = [ config Plain; config Bayesian; { config Plain with Gamma = 0.5; Alpha = 0.1; CriticSteps = 2 } ]

[<Fact>]
let ``the warm start has the same bits on one thread and on two, whole and in two runs`` () =
    for config in every do
        let fresh = ImageEgm.start key config height width
        let whole, losses = run config 1 0 5 fresh
        let onTwo, _ = run config 2 0 5 fresh
        sameBits "two threads" (numbers whole) (numbers onTwo)
        let half, _ = run config 2 0 3 fresh
        let resumed, again = run config 1 3 2 half
        sameBits "resumed" (numbers whole) (numbers resumed)
        Assert.Equal(losses, again)

[<Fact>]
let ``the warm start learns to give images back`` () =
    let config = config Plain
    let mutable training = ImageEgm.start key config height width
    let mutable losses = []

    for part in 0..2 do
        let state, loss = run config 1 (part * 150) 150 training
        training <- state
        losses <- loss.Images :: losses

    Assert.True(losses.Head < 0.6 * List.last losses, $"{losses}")
