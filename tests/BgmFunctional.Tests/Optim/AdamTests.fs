module BgmFunctional.Tests.Optim.AdamTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Optim

let private vector (values: float list) = Tensor.float64 [| values.Length |] (Array.ofList values)
let private rate value = vector [ value ]
let private config = Adam.Config.defaults

[<Fact>]
let ``steps are those of the paper's algorithm, by hand`` () =
    let gradients = [ 0.5; -2.0; 0.25 ]

    let byHand =
        let step (theta, m, v, t) g =
            let m, v, t = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g, t + 1
            let unbiasedM, unbiasedV = m / (1.0 - pown 0.9 t), v / (1.0 - pown 0.999 t)
            theta - 0.01 * unbiasedM / (sqrt unbiasedV + 1e-8), m, v, t

        let theta, _, _, _ = List.fold step (1.0, 0.0, 0.0, 0) gradients
        theta

    let weights = vector [ 1.0 ]
    let step (weights, state) g = Adam.update config (rate 0.01) (vector [ g ]) state weights
    let found, _ = List.fold step (weights, Adam.init weights) gradients
    Assert.Equal(byHand, Tensor.item found, 12)

[<Fact>]
let ``the first step is the rate, against the gradient's sign, whatever its size`` () =
    let weights = vector [ 0.0; 0.0; 0.0 ]
    let moved, _ = Adam.update config (rate 0.1) (vector [ 1e-3; -5.0; 0.0 ]) (Adam.init weights) weights

    for expected, found in Seq.zip [ -0.1; 0.1; 0.0 ] (Tensor.toArray moved) do
        Assert.Equal(expected, found, 5)

[<Fact>]
let ``rows of a matrix step each on their own, as matrices of one row`` () =
    let matrix (values: float list) = Tensor.float64 [| values.Length / 2; 2 |] (Array.ofList values)
    let rate = Tensor.float64 [| 1; 1 |] [| 0.1 |]
    let rows = matrix [ 1.0; 2.0; 3.0; 4.0 ]
    let second = Tensor.indices [| 1 |]
    let step (gradient: Tensor) (rows, state) = Adam.update config rate gradient state rows
    let alone = Tree.map (Tensor.gatherRows second) (rows, Adam.initRows rows)
    // The second row alone, twice; then both rows once, of which the second has had two steps and the first none.
    let once = alone |> step (matrix [ 0.5; -1.0 ]) |> step (matrix [ 0.25; 3.0 ])

    let both =
        Tree.map2
            (fun first second -> Tensor.concat 0 [ Tensor.slice 0 0 1 first; second ])
            (rows, Adam.initRows rows)
            once

    let moved, _ = both |> step (matrix [ 1.0; 1.0; 2.0; 2.0 ])
    let byItself, _ = once |> step (matrix [ 2.0; 2.0 ])
    Assert.Equal<float[]>(Tensor.toArray byItself, Tensor.toArray (Tensor.slice 0 1 1 moved))
    // The first row's first step is the rate.
    for expected, found in Seq.zip [ 0.9; 1.9 ] (Tensor.toArray (Tensor.slice 0 0 1 moved)) do
        Assert.Equal(expected, found, 6)
