module BgmFunctional.Tests.CausalBgm.UpdatingTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Nets
open BgmFunctional.Optim
open BgmFunctional.Tests.CausalBgm.Cases

/// 37 rows: four batches of 8 and a last one of 5.
let private rows, batch = 37, 8

let private updating config (data: Observations) threads =
    let networks = Model.init key config (Observations.covariates data) 3
    let z = Initial.normal (key.Child 8L) rows q 0.0 1.0

    let latents = LatentState.start z

    let team = new Team(threads)
    Updating(config, data, networks, latents, batch, 100, key, team), latents, team

let private standard treatment (kind, normalisation) threads =
    let config = { config treatment with Networks = kind; Normalisation = normalisation }
    updating config (observations treatment rows) threads

let private copy (latents: LatentState) = Tree.leaves latents |> Array.map Tensor.toArray

/// The rows in which any of the latents or of their moments differ.
let private changed (before: float[][]) (after: float[][]) =
    [ 0 .. rows - 1 ]
    |> List.filter (fun row ->
        Array.exists2
            (fun (b: float[]) (a: float[]) ->
                let columns = b.Length / rows

                b[row * columns .. (row + 1) * columns - 1]
                <> a[row * columns .. (row + 1) * columns - 1])
            before
            after)

[<Fact>]
let ``under a falling schedule the last networks hardly move`` () =
    let config = { config Continuous with Networks = Plain; Rates.Schedule = Cosine }
    let updating, _, team = updating config (observations Continuous rows) 1
    use _ = team

    let move epoch =
        let before = numbers updating.Networks
        updating.RunBatch(epoch, 0)

        Array.map2 (fun a b -> abs (a - b)) before (numbers updating.Networks)
        |> Array.max

    let first = move 0
    // One of 100 epochs before the end half a cosine is at sin²(π/200) = 2.5e-4; Adam's largest step is some rates.
    Assert.True(move 99 < 0.01 * first)

/// Published: the Z step decays the moments of all n rows at every batch.
[<Fact>]
let ``a batch moves the latents and the moments of its own rows only, each row once an epoch, the last smaller batch too``
    ()
    =
    let updating, latents, team = standard Continuous (Bayesian, BatchMoments) 1
    use _ = team

    let touched = [
        for b in 0 .. updating.BatchesPerEpoch - 1 do
            let before = copy latents
            updating.RunBatch(0, b)
            changed before (copy latents)
    ]

    Assert.Equal<int list>([ 8; 8; 8; 8; 5 ], List.map List.length touched)
    Assert.Equal<int list>([ 0 .. rows - 1 ], List.sort (List.concat touched))

[<Fact>]
let ``the first step of a row is the rate in every direction, and its powers count its own steps`` () =
    let updating, latents, team = standard Continuous (Plain, FixedMoments) 1
    use _ = team
    let before = Tensor.toArray latents.Z
    updating.RunEpoch 0
    // Adam's first step is the rate times the sign of the gradient; the rounding of a float32 near 1 is 1e-7.
    Assert.All(Array.map2 (-) (Tensor.toArray latents.Z) before, fun step -> Assert.Equal(1e-4, abs step, 1e-6))
    Assert.All(Tensor.toArray latents.Adam.Power1, fun power -> Assert.Equal(0.9, power, 6))
    updating.RunEpoch 1
    Assert.All(Tensor.toArray latents.Adam.Power2, fun power -> Assert.Equal(0.9801, power, 6))

[<Fact>]
let ``rows left over in the last batch's places have no say`` () =
    // The same 5 rows alone, in a batch of their own size, step as in the last batch of 8 places: plain networks have no noise.
    let whole, latents, team = standard Continuous (Plain, FixedMoments) 1
    use _ = team

    for b in 0..3 do
        whole.RunBatch(0, b)

    let before = copy latents
    let networks = whole.Networks
    whole.RunBatch(0, 4)
    let last = changed before (copy latents) |> List.toArray

    let data =
        observations Continuous rows
        |> Observations.gather (Tensor.indices last)
        |> Tree.map Tensor.force

    let z =
        Tensor.float32 [| rows; q |] (Array.map float32 before[0])
        |> Tensor.gatherRows (Tensor.indices last)
        |> Tensor.force

    let alone = LatentState.start z

    let few =
        Updating({ config Continuous with Networks = Plain }, data, networks, alone, batch, 100, key, team)

    few.RunBatch(0, 0)
    let expected = Tensor.toArray (Tensor.gatherRows (Tensor.indices last) latents.Z)
    // The moments of the networks' Adam differ, and so do the networks, by a rate of 1e-4: latents differ by far less than a step.
    close 2e-5 "latents" expected (Tensor.toArray alone.Z)

[<Fact>]
let ``updating has the same bits on one thread and on two`` () =
    for treatment in treatments do
        for kind in kinds do
            let run threads =
                let updating, latents, team = standard treatment kind threads
                use _ = team
                updating.RunEpoch 0
                updating.RunEpoch 1
                numbers (updating.Networks, latents)

            sameBits $"{treatment} {kind}" (run 1) (run 2)

[<Fact>]
let ``an epoch has the same bits as its batches one after another`` () =
    for kind in kinds do
        let run (epoch: Updating -> unit) =
            let updating, latents, team = standard Continuous kind 2
            use _ = team
            epoch updating
            numbers (updating.Networks, latents)

        let batches (updating: Updating) =
            for b in 0 .. updating.BatchesPerEpoch - 1 do
                updating.RunBatch(0, b)

        sameBits $"{kind}" (run batches) (run _.RunEpoch(0))

[<Fact>]
let ``a prior given U is trained with the rest`` () =
    let config = { config Continuous with Prior = GivenU [ 4 ] }
    let data = (Dataset.withRandomSegments key 3 (dataset Continuous rows) |> ok).Observations
    let updating, _, team = updating config data 1
    use _ = team
    let before = numbers updating.Networks.Prior
    updating.RunEpoch 0
    Assert.NotEqual<float[]>(before, numbers updating.Networks.Prior)
    Assert.Equal(4, updating.Losses.Length)

[<Fact>]
let ``a variance that is fixed stays so`` () =
    let fixedAll = {
        config Continuous with
            VVariance = Fixed 0.5
            XVariance = Fixed 0.6
            YVariance = Fixed 0.7
    }

    let updating, _, team = updating fixedAll (observations Continuous rows) 1
    use _ = team
    updating.RunEpoch 0
    Assert.All(updating.Losses, fun loss -> Assert.True(System.Double.IsFinite loss))
