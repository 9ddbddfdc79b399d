module BgmFunctional.Tests.Nets.DiscriminatorTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private critic normalisation =
    Discriminator.init (Key.OfSeed 31L) normalisation 3 [ 5; 4 ]
    |> Tree.map (Tensor.cast Float64)

let private critics = List.map critic [ BatchNormalised; Unnormalised ]

let private z = waves 1 (Tensor.fill Float64 [| 6; 3 |] 0.0)

[<Fact>]
let ``the penalty's slopes are those of differences of the summed critic, one row moved at a time`` () =
    for critic in critics do
        let total z = [| Tensor.item (Tensor.sum (Discriminator.apply critic z)) |]

        let unit row column =
            Tensor.float64 z.Shape (Array.init z.Size (fun i -> if i = row * 3 + column then 1.0 else 0.0))

        let norms = [
            for row in 0..5 ->
                sqrt (Seq.sum (seq { for column in 0..2 -> (centralDifference total z (unit row column))[0] ** 2.0 }))
        ]

        let expected = norms |> List.averageBy (fun norm -> (norm - 1.0) ** 2.0)
        Assert.Equal(expected, Tensor.item (Discriminator.gradientPenalty critic z), 7)

[<Fact>]
let ``the penalty's gradient in weights and rows is that of differences`` () =
    for critic in critics do
        let f (critic, z) = Discriminator.gradientPenalty critic z
        let direction = Tree.map (waves 3) (critic, z)
        let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) (critic, z) direction
        // A norm has large third derivatives where a slope is small: the differences err by more than in smooth functions.
        close 1e-5 "gradient" expected [| inner (grad f (critic, z)) direction |]

[<Fact>]
let ``one number a row`` () =
    for critic in critics do
        Assert.Equal<int[]>([| 6; 1 |], (Discriminator.apply critic z).Shape)

[<Fact>]
let ``a critic that normalises by batches judges a shifted batch as the batch itself, one that does not sees the shift``
    ()
    =
    let judged critic z = Tensor.toArray (Discriminator.apply critic z)

    let distance critic =
        Array.map2 (fun a b -> abs (a - b)) (judged critic z) (judged critic (z + 3.0))
        |> Array.max

    Assert.Equal(0.0, distance critics[0], 9)
    Assert.True(distance critics[1] > 0.1)
