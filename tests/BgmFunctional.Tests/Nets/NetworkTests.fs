module BgmFunctional.Tests.Nets.NetworkTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.Kernels
open BgmFunctional.Nets

let private key = Key.OfSeed 21L
let private like shape k = waves k (Tensor.fill Float32 shape 0.0)
let private x = like [| 6; 3 |] 1

/// A Bayesian network with other running moments than at the start.
let private trained =
    let state = Network.init Bayesian key 3 [ 5; 4 ] 2
    let rowWeights = Tensor.fill Float32 [| 6; 1 |] (1.0 / 6.0)

    {
        state with
            Running =
                Network.advance BatchMoments state.Running [ Network.moments BatchMoments rowWeights state (10.0 * x) ]
    }

let private zeroNoise rows (net: Network) =
    let _, noise = NoiseBlock.ForNetwork(key, rows, net) // never filled
    noise

[<Fact>]
let ``without noise a Bayesian network by running moments is its mean network`` () =
    let applied = Network.apply trained.Running (zeroNoise 6 trained.Weights) trained.Weights x
    let mean = Network.applyPlain (Network.mean trained) x
    close 1e-5 "outputs" (numbers applied) (numbers mean)

[<Fact>]
let ``a draw of the weights is the mean network of moved locations`` () =
    let deviations =
        Network.deviationShapes trained.Weights
        |> List.mapi (fun i shape -> like shape (i + 2))

    let moved =
        match trained.Weights with
        | PlainNet _
        | NormalisedNet _ -> failwith "plain"
        | BayesianNet net ->
            let move (layer: Flipout) deviation = {
                layer with
                    Location = layer.Location + Flipout.deviations layer * deviation
            }

            let layers = List.map2 move (BayesianMlp.layers net) deviations

            {
                trained with
                    Weights = BayesianNet { net with Hidden = layers[..1]; Output = layers[2] }
            }

    close 1e-6 "weights" (numbers (Network.mean moved)) (numbers (Network.draw deviations trained))

[<Fact>]
let ``a row is predicted alone as among others`` () =
    let mlp = Network.mean trained
    let all = Network.applyPlain mlp x

    for row in 0..5 do
        let alone = Network.applyPlain mlp (Tensor.slice 0 row 1 x)
        Assert.Equal<float[]>(Tensor.toArray (Tensor.slice 0 row 1 all), Tensor.toArray alone)

[<Fact>]
let ``a plain network has no moments, no divergence, and is its own mean and draw`` () =
    let state = Network.init Plain key 3 [ 4 ] 2
    Assert.True((Network.kl state.Weights).IsNone && state.Running.IsNone)

    for normalisation in [ BatchMoments; FixedMoments ] do
        Assert.True((Network.moments normalisation x state x).IsNone)
        Assert.True((Network.advance normalisation None [ None ]).IsNone)

    Assert.Equal<float[]>(numbers state.Weights, numbers (Network.mean state))
    Assert.Equal<float[]>(numbers state.Weights, numbers (Network.draw [] state))

    Assert.Equal<float[]>(
        numbers (Network.apply None [] state.Weights x),
        numbers (Network.applyPlain (Network.mean state) x)
    )

[<Fact>]
let ``a Bayesian network without moments is refused`` () =
    refuses [ "needs moments" ] (fun () -> Network.apply None (zeroNoise 6 trained.Weights) trained.Weights x)

[<Fact>]
let ``plain layers start with Glorot weights and zero biases`` () =
    let layer = Dense.glorot key 30 50
    let bound = sqrt (6.0 / 80.0)
    let weights = Tensor.toArray layer.Weight
    Assert.All(weights, fun w -> Assert.InRange(w, -bound, bound))
    Assert.True(Array.max weights > 0.98 * bound && Array.min weights < -0.98 * bound)
    Assert.All(Tensor.toArray layer.Bias.Value, fun b -> Assert.Equal(0.0, b))

[<Fact>]
let ``a fill of a noise block depends on its number alone`` () =
    let values steps =
        let block, noise = NoiseBlock.ForNetwork(key, 6, trained.Weights)
        steps |> List.iter (fun (step: int64) -> block.Fill step)
        numbers noise

    Assert.Equal<float[]>(values [ 7L ], values [ 3L; 0L; 7L ])
    Assert.NotEqual<float[]>(values [ 7L ], values [ 8L ])

[<Fact>]
let ``fixed moments stay at mean 0 and variance 1, and training sees what prediction does`` () =
    let state = Network.init Bayesian key 3 [ 4 ] 2
    let moments = Network.moments FixedMoments x state (10.0 * x)
    Assert.Equal<float[]>([| 0.0; 0.0; 0.0; 1.0; 1.0; 1.0 |], numbers moments)
    Assert.Equal<float[]>(numbers state.Running, numbers (Network.advance FixedMoments state.Running [ moments ]))
