module BgmFunctional.Tests.Nets.LinearStartTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private inputs, inner, outputs = 3, 2, 4
let private matrix seed rows columns = Array2D.init rows columns (fun i j -> sin (float (seed + 7 * i + 3 * j)))

[<Fact>]
let ``a network of any kind and depth begins as the linear map`` () =
    let first, last = matrix 1 inputs inner, matrix 2 inner outputs
    let offsets = Array.init outputs (fun j -> 0.5 * float j - 1.0)
    let x = waves 1 (Tensor.fill Float32 [| 5; inputs |] 0.0)

    let expected = [|
        for row in Tensor.toArray x |> Array.chunkBySize inputs do
            for j in 0 .. outputs - 1 do
                let through a = Seq.sum (seq { for i in 0 .. inputs - 1 -> row[i] * first[i, a] }) * last[a, j]
                offsets[j] + through 0 + through 1
    |]

    for kind, init in [ Plain, Network.init; Plain, Network.initNormalised; Bayesian, Network.init ] do
        for units in [ []; [ 4 ]; [ 6; 5; 4 ] ] do
            // Two outputs more, which stay as they were.
            let network = init kind (Key.OfSeed 5L) inputs units (outputs + 2)
            let begun = LinearStart.embed first last offsets (Array.create outputs 0.5) network

            let found =
                Network.applyPlain (Network.mean begun) x
                |> Tensor.slice 1 0 outputs
                |> Tensor.toArray

            close 1e-5 $"{kind} {units}" expected found

[<Fact>]
let ``units that do not carry the map stay as they were, and have twins that outweigh them`` () =
    let network = Network.init Plain (Key.OfSeed 5L) inputs [ 6; 8 ] outputs
    let shares = [| 0.0; 0.25; 0.5; 1.0 |]

    let begun =
        LinearStart.embed (matrix 1 inputs inner) (matrix 2 inner outputs) (Array.zeroCreate outputs) shares network

    match network.Weights, begun.Weights with
    | PlainNet before, PlainNet after ->
        let spare = LinearStart.units inner
        let columns first count (w: Tensor) = Tensor.toArray (Tensor.slice 1 first count w)
        let rows first count (w: Tensor) = Tensor.toArray (Tensor.slice 0 first count w)
        let hidden (net: Mlp) i = net.Hidden[i].Weight
        let output (net: Mlp) = net.Output.Weight
        Assert.Equal<float[]>(columns spare 2 (hidden before 0), columns spare 2 (hidden after 0))
        Assert.Equal<float[]>(columns spare 2 (hidden before 1), columns spare 2 (hidden after 1))
        Assert.Equal<float[]>(columns spare 2 (hidden before 1), columns (spare + 2) 2 (hidden after 1))

        let said =
            rows spare 2 (output before)
            |> Array.mapi (fun i w -> float (float32 (shares[i % outputs] * w)))

        Assert.Equal<float[]>(said, rows spare 2 (output after))
        Assert.Equal<float[]>(Array.map (~-) said, rows (spare + 2) 2 (output after))
    | _ -> failwith "not plain"
