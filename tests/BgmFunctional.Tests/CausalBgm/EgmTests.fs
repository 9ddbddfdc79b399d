module BgmFunctional.Tests.CausalBgm.EgmTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.CausalBgm.Cases

let private rows = 6
let private like shape k = waves k (Tensor.fill Float64 shape 0.0)
let private critic = Discriminator.init key BatchNormalised q [ 5; 4 ] |> float64
let private z, encoded = like [| rows; q |] 1, like [| rows; q |] 2
let private mix = Tensor.float64 [| 1; 1 |] [| 0.3 |]
let private mean (t: Tensor) = Tensor.toArray t |> Array.average
let private meanSquare (t: Tensor) = Tensor.toArray t |> Array.averageBy (fun x -> x * x)

let private parts treatment =
    let config = config treatment
    let data = observations treatment rows
    let networks = Model.init key config (Observations.covariates data) 0
    let encoder = Model.initEncoder (key.Child 9L) config (Observations.covariates data)
    config, Network.mean encoder |> float64, Model.posteriorMeans networks |> float64, float64 data

[<Fact>]
let ``the critic's loss is −E d(z) + E d(e(v)) + 10·E(‖∇d‖ − 1)² between them`` () =
    let d = Discriminator.apply critic
    let between = 0.3 * z + 0.7 * encoded

    let expected =
        mean (d encoded) - mean (d z)
        + 10.0 * Tensor.item (Discriminator.gradientPenalty critic between)

    Assert.Equal(expected, Tensor.item (Egm.criticLoss critic z encoded mix), 10)

[<Fact>]
let ``the critic's gradient, with its second derivatives, is that of differences`` () =
    let f critic = Egm.criticLoss critic z encoded mix
    let direction = Tree.map (waves 3) critic
    let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) critic direction
    close 1e-6 "gradient" expected [| inner (grad f critic) direction |]

[<Fact>]
let ``the generators' losses are those of the paper, by hand`` () =
    for treatment in treatments do
        let config, e, networks, data = parts treatment
        let apply net = Network.applyPlain net
        let code = apply e data.V
        let v = apply networks.Covariates code
        let x = apply networks.Treatment (Model.treatmentInput latents code)
        let y = apply networks.Outcome (Model.outcomeInput latents code data.X)
        let raw (output: Tensor) = Tensor.slice 1 (output.Shape[1] - 1) 1 output
        let first (output: Tensor) = Tensor.slice 1 0 (output.Shape[1] - 1) output

        let xLoss =
            match treatment with
            | Continuous -> meanSquare (data.X - first x)
            | Binary -> mean (Tensor.softplus (first x) - data.X * first x)

        let expected =
            -(mean (Discriminator.apply critic code))
            + meanSquare (data.V - first v)
            + xLoss
            + meanSquare (data.Y - first y)
            + 0.001 * (meanSquare (raw x) + meanSquare (raw y))

        let loss, _ = Egm.encodingLoss config critic (apply e) (Model.Networks.map apply networks) data
        Assert.Equal(expected, Tensor.item loss, 10)

        let decoded = apply networks.Covariates z
        let back = apply e (first decoded)

        for weight in [ 1.0; 0.0 ] do
            let config = { config with LatentReconstruction = weight }
            let loss, _ = Egm.decodingLoss config (apply e) (apply networks.Covariates) z
            Assert.Equal(weight * meanSquare (z - back) + 0.001 * meanSquare (raw decoded), Tensor.item loss, 10)

[<Fact>]
let ``the generators' gradients are those of differences`` () =
    for treatment in treatments do
        let config, e, networks, data = parts treatment

        let f (e, networks) =
            let apply = Network.applyPlain
            let encoding, _ = Egm.encodingLoss config critic (apply e) (Model.Networks.map apply networks) data
            let decoding, _ = Egm.decodingLoss config (apply e) (apply networks.Covariates) z
            encoding + decoding

        let direction = Tree.map (waves 3) (e, networks)
        let expected = centralDifference (fun x -> [| Tensor.item (f x) |]) (e, networks) direction
        close 1e-6 "gradient" expected [| inner (grad f (e, networks)) direction |]

let private trainingOf config rows threads =
    let treatment = config.Treatment
    let data = observations treatment rows
    let networks = Model.init key config (Observations.covariates data) 0
    let encoder = Model.initEncoder (key.Child 9L) config (Observations.covariates data)
    let team = new Team(threads)
    EgmTraining(config, data, encoder, networks, 8, 2000, key, team), team

let private training treatment (kind, normalisation) rows threads =
    trainingOf { config treatment with Networks = kind; Normalisation = normalisation } rows threads

[<Fact>]
let ``the warm start has the same bits on one thread and on two`` () =
    for treatment in treatments do
        for kind in kinds do
            let run threads =
                let egm, team = training treatment kind 37 threads
                use _ = team

                for _ in 1..5 do
                    egm.Advance()

                numbers (egm.Encoder, egm.Networks, egm.Losses)

            sameBits $"{treatment} {kind}" (run 1) (run 2)

[<Fact>]
let ``under a falling schedule the warm start ends in steps that hardly move`` () =
    let egm, team = trainingOf { config Continuous with Networks = Plain; Rates.Schedule = Cosine } 37 1
    use _ = team

    let move () =
        let before = numbers (egm.Encoder, egm.Networks)
        egm.Advance()

        Array.map2 (fun a b -> abs (a - b)) before (numbers (egm.Encoder, egm.Networks))
        |> Array.max

    let first = move ()

    for _ in 1..1990 do
        egm.Advance()

    // Nine of 2000 iterations before the end half a cosine is at sin²(9π/4000) = 5e-5; Adam's largest step is some rates.
    Assert.True(move () < 0.01 * first)

[<Fact>]
let ``the warm start learns to reconstruct`` () =
    let egm, team = training Continuous (Plain, FixedMoments) 200 1
    use _ = team

    let loss () =
        // Losses are of one batch of 8: their mean over some is compared.
        Seq.init 25 (fun _ ->
            egm.Advance()
            Tensor.item egm.Losses.Rows.V + Tensor.item egm.Losses.Rows.Y)
        |> Seq.average

    let first = loss ()

    for _ in 1..1500 do
        egm.Advance()

    Assert.True(loss () < 0.8 * first)
