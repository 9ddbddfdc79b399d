module BgmFunctional.Tests.CausalBgm.ModelTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Tests.CausalBgm.Cases

let private like shape k = waves k (Tensor.fill Float64 shape 0.0)
let private rows = 5
let private softplus x = log (1.0 + exp x)

[<Fact>]
let ``a normal likelihood is the product of its columns' densities, by hand`` () =
    let output, v = like [| rows; 4 |] 1, like [| rows; 3 |] 2
    let o, t = Tensor.toArray output, Tensor.toArray v

    for variance, of' in [ Learned, (fun raw -> softplus raw + 1e-6); Fixed 0.7, (fun _ -> 0.49) ] do
        let found =
            Model.logLikelihoodV { config Continuous with VVariance = variance } output v
            |> Tensor.toArray

        for i in 0 .. rows - 1 do
            let s2 = of' o[i * 4 + 3]

            let expected =
                Seq.sum (
                    seq {
                        for j in 0..2 do
                            -((t[i * 3 + j] - o[i * 4 + j]) ** 2.0) / (2.0 * s2)
                            - 0.5 * log (2.0 * Math.PI * s2)
                    }
                )

            Assert.Equal(expected, found[i], 10)

[<Fact>]
let ``a binary treatment has the Bernoulli likelihood of its logit`` () =
    let output = like [| rows; 2 |] 1
    let x = Tensor.float64 [| rows; 1 |] [| 1.0; 0.0; 1.0; 1.0; 0.0 |]
    let found = Model.logLikelihoodX (config Binary) output x |> Tensor.toArray
    let logits, treated = Tensor.toArray (Model.means output), Tensor.toArray x

    for i in 0 .. rows - 1 do
        let logit = logits[i]
        let p = 1.0 / (1.0 + exp -logit)
        Assert.Equal((if treated[i] = 1.0 then log p else log (1.0 - p)), found[i], 10)

[<Fact>]
let ``latents are taken apart in order`` () =
    let z = Tensor.float64 [| 1; 5 |] [| 0.0; 1.0; 2.0; 3.0; 4.0 |]
    let parts = Model.split latents z

    Assert.Equal<float[][]>(
        [| [| 0.0 |]; [| 1.0 |]; [| 2.0 |]; [| 3.0; 4.0 |] |],
        [| parts.Z0; parts.Z1; parts.Z2; parts.Z3 |] |> Array.map Tensor.toArray
    )

    Assert.Equal<float[]>([| 0.0; 2.0 |], Tensor.toArray (Model.treatmentInput latents z))

    Assert.Equal<float[]>(
        [| 0.0; 1.0; 9.0 |],
        Tensor.toArray (Model.outcomeInput latents z (Tensor.float64 [| 1; 1 |] [| 9.0 |]))
    )

let private configs = [
    for treatment in treatments do
        config treatment
        { config treatment with Networks = Plain }
        { config treatment with Prior = GivenU [ 5 ] }
]

let private case config =
    let dataset = dataset config.Treatment rows

    let data =
        match config.Prior with
        | StandardNormal -> dataset.Observations
        | GivenU _ -> (Dataset.withRandomSegments key 3 dataset |> ok).Observations

    let networks = Model.init key config (Observations.covariates data) 3
    networks, float64 data, like [| rows; q |] 3

let private maps (networks: Model.Networks<NetworkState>) =
    Model.posteriorMeans networks
    |> float64
    |> Model.Networks.map Network.applyPlain

[<Fact>]
let ``the joint density is the product of its factors`` () =
    for config in configs do
        let networks, data, z = case config
        let maps = maps networks

        let factors = [
            Model.logLikelihoodV config (maps.Covariates z) data.V
            Model.logLikelihoodX config (maps.Treatment(Model.treatmentInput latents z)) data.X
            Model.logLikelihoodY config (maps.Outcome(Model.outcomeInput latents z data.X)) data.Y
            match maps.Prior with
            | None -> Joint.logStandardNormal z
            | Some prior -> Model.logPriorGivenU (prior data.U.Value) z
        ]

        close 1e-12 "joint" (numbers (List.reduce (+) factors)) (numbers (Model.logJoint config maps z data))

[<Fact>]
let ``the gradient of the joint density in latents and weights is that of differences`` () =
    for config in configs do
        let networks, data, z = case config
        let plain = Model.posteriorMeans networks |> float64
        let f (plain, z) = Tensor.sum (Model.logJoint config (Model.Networks.map Network.applyPlain plain) z data)
        let direction = Tree.map (waves 4) (plain, z)
        let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) (plain, z) direction
        close 1e-6 "gradient" expected [| inner (grad f (plain, z)) direction |]

/// Published: batch statistics at prediction tie a row's posterior to its neighbours.
[<Fact>]
let ``the posterior of a row is its own, whatever rows come with it`` () =
    for config in configs do
        let networks, data, z = case config
        let maps = maps networks
        let all = Model.logJoint config maps z data |> Tensor.toArray

        for row in 0 .. rows - 1 do
            let only (x: 'a) : 'a = Tree.map (Tensor.slice 0 row 1) x
            Assert.Equal(all[row], Tensor.item (Model.logJoint config maps (only z) (only data)), 12)
