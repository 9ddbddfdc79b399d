/// Checks of a CausalBGM: on rows that the model itself draws they have nothing to say against it; each misfit is told by its own check.
module BgmFunctional.Tests.CausalChecks.CausalCheckTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.CausalBgm.Model
open BgmFunctional.CausalChecks
open BgmFunctional.Charts
open BgmFunctional.Checks
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Simulators
open BgmFunctional.Tests.CausalBgm.Cases

let private n = 500

/// Plain networks whose weights are large enough that latents matter.
let private strong (state: NetworkState) =
    match state.Weights with
    | PlainNet mlp -> {
        state with
            Weights = PlainNet(Tree.map (fun (t: Tensor) -> Tensor.force (2.5 * t)) mlp)
      }
    | NormalisedNet _
    | BayesianNet _ -> failwith "plain networks are meant"

/// A model of small plain networks, by a short fit of everything that is then replaced.
let private modelOf treatment =
    let config = {
        config treatment with
            Networks = Plain
            VVariance = Fixed 0.5
            XVariance = Fixed 0.7
            YVariance = Fixed 0.6
    }

    let model = Fit.run config options (dataset treatment 60) |> ok

    {
        model with
            Units = LearningUnits.asIs
            Networks = Networks.map strong model.Networks
    }

let private normal (key: Key) rows columns = Initial.normal key rows columns 0.0 1.0

/// Rows that a model draws, and their latents.
let private draw (key: Key) rows (model: CausalModel) : Observations =
    let config = model.Config
    let networks = posteriorMeans model.Networks
    let p = model.Parts.Covariates.Length
    let z = normal (key.Child 0L) rows (LatentDims.total config.Latents)

    let gaussian child choice output columns =
        means output
        + sqrt (variance choice output) * normal (key.Child child) rows columns

    let v = gaussian 1L config.VVariance (Network.applyPlain networks.Covariates z) p
    let ofX = Network.applyPlain networks.Treatment (treatmentInput config.Latents z)

    let x =
        match config.Treatment with
        | Continuous -> gaussian 2L config.XVariance ofX 1
        | Binary ->
            let uniform = Array.zeroCreate<float> rows
            Kernels<float>.Best.Random(Draw.Uniform, key.Child 2L, 0L, Span uniform)
            let chances = Tensor.toArray (Tensor.sigmoid (means ofX))

            Array.map2 (fun u p -> if u < p then 1.0f else 0.0f) uniform chances
            |> Tensor.view [| rows; 1 |]

    let y =
        gaussian 3L config.YVariance (Network.applyPlain networks.Outcome (outcomeInput config.Latents z x)) 1

    Tree.map Tensor.force { V = v; X = x; Y = y; U = None }

let private quick = {
    CausalCheckOptions.defaults with
        Predict = {
            CausalCheckOptions.defaults.Predict with
                Chains = 2
                Sampling.BurnIn = 150
                Sampling.Draws = 50
                Sampling.Threads = 2
        }
}

/// Draws enough that the tails of what is predicted are right.
let private careful = { quick with Predict = { quick.Predict with Chains = 4; Sampling.Draws = 200 } }

let private run model data = CausalCheck.run quick model data |> ok
let private right treatment = modelOf treatment, draw (Key.OfSeed 3L) n (modelOf treatment)

let private checks =
    treatments
    |> List.map (fun treatment -> treatment, lazy (right treatment ||> CausalCheck.run careful |> ok))
    |> dict

[<Fact>]
let ``a right model predicts with uniform residuals, intervals of their level, and numbers as seen`` () =
    for treatment in treatments do
        let check = checks[treatment].Value

        for column in [ check.OfTreatment; check.OfOutcome ] do
            Assert.True(column.Fit.P > 1e-3, $"{treatment} {column.Fit.Node}: {column.Fit.Distance}")

            // Four binomial standard errors.
            for level, share in column.Coverage do
                Assert.Equal(level, share, 4.0 * sqrt (level * (1.0 - level) / float n) + 1e-3)

            for discrepancy in column.Discrepancies do
                Assert.True(discrepancy.P > 1e-2, $"{treatment} {column.Fit.Node} {discrepancy}")

        Assert.DoesNotContain(check.Warnings, fun warning -> warning.StartsWith "prediction")
        Assert.DoesNotContain(check.Warnings, fun warning -> warning.StartsWith "confounding")

[<Fact>]
let ``a right model's weights balance the latent confounders`` () =
    for treatment in treatments do
        let check = checks[treatment].Value
        let balance = Assert.Single check.Balance
        Assert.True(LatentBalance.largest balance.Before > 0.2, $"no confounding to remove: {balance}")
        Assert.DoesNotContain(check.Warnings, fun warning -> warning.StartsWith "balance")

    let binary = Assert.Single checks[Binary].Value.Balance
    Assert.True(LatentBalance.largest binary.After < 0.5 * LatentBalance.largest binary.Before, $"{binary}")

[<Fact>]
let ``propensities add up to one, and those of a binary treatment are calibrated`` () =
    for treatment in treatments do
        let overlap = checks[treatment].Value.Overlap
        Assert.Equal((if treatment = Binary then 2 else 10), overlap.Arms.Length)

        for i in 0 .. n - 1 do
            Assert.Equal(1.0, overlap.Arms |> List.sumBy (fun arm -> arm.Propensities[i]), 1e-6)

    Assert.Empty checks[Continuous].Value.Calibration

    for group in checks[Binary].Value.Calibration do
        let error = sqrt (group.Predicted * (1.0 - group.Predicted) / float group.Rows)
        Assert.Equal(group.Predicted, group.Seen, 4.0 * error)

[<Fact>]
let ``learning lies between nothing and everything, and covariates are explained as far as their noise lets them`` () =
    for treatment in treatments do
        let check = checks[treatment].Value
        Assert.Equal<string list>([ "Z0.1"; "Z1.1"; "Z2.1"; "Z3.1"; "Z3.2" ], check.Latents |> List.map _.Latent)

        for latent in check.Latents do
            Assert.InRange(latent.Learned, -0.05, 1.0)
            Assert.True(latent.Divergence >= 0.0)
            // Draws of all rows together are the prior, if data are the model's: within five standard errors of n rows.
            Assert.Equal(0.0, latent.Mean, 5.0 / sqrt (float n))
            Assert.Equal(1.0, latent.Sd, 5.0 / sqrt (2.0 * float n))

        for covariate in check.Covariates do
            Assert.InRange(covariate.Explained, -0.2, 1.0)
            Assert.Equal(1.0, covariate.NoiseRatio, 5.0 * sqrt (2.0 / float n))

[<Fact>]
let ``the same bits whatever the threads, and only so many rows as are asked for`` () =
    let model, data = right Binary
    let options = { quick with MostRows = 60 }
    let few = CausalCheck.run options model data |> ok
    Assert.Equal(60, few.Rows)
    let alone = { options with Predict = { options.Predict with Sampling.Threads = 1 } }
    let again = CausalCheck.run alone model data |> ok

    /// Numbers that are NaN where a test cannot be made are not equal to themselves: as texts they are.
    let text (check: CausalCheck) = CausalCheckReport.create "" check |> Report.render

    Assert.Equal(text few, text again)

    for one, other in [ few.OfTreatment, again.OfTreatment; few.OfOutcome, again.OfOutcome ] do
        Assert.Equal<float[]>(one.Fit.Residuals, other.Fit.Residuals)
        Assert.Equal<float[]>(one.Replicated, other.Replicated)

    Assert.Equal<LatentUse list>(few.Latents, again.Latents)
    Assert.Equal<Reconstruction list>(few.Covariates, again.Covariates)

[<Fact>]
let ``checks do not depend on the units of the data`` () =
    let model, data = right Continuous

    let dollars = {
        X = { Location = 20.0; Scale = 4.0 }
        Y = { Location = -3.0; Scale = 1000.0 }
    }

    let inDollars = {
        data with
            X = Tensor.force (4.0 * data.X + 20.0)
            Y = Tensor.force (1000.0 * data.Y - 3.0)
    }

    let here = checks[Continuous].Value

    let config = {
        model.Config with
            XVariance = Fixed(4.0 * 0.7)
            YVariance = Fixed(1000.0 * 0.6)
    }

    let there =
        CausalCheck.run careful { model with Units = dollars; Config = config } inDollars
        |> ok

    for here, there in [ here.OfTreatment, there.OfTreatment; here.OfOutcome, there.OfOutcome ] do
        // Chains see numbers that differ in the last bits of float32, and go ways of their own: means over rows agree.
        Assert.Equal(here.Fit.Distance, there.Fit.Distance, 0.02)
        Assert.Equal(snd here.Coverage[1], snd there.Coverage[1], 0.02)

    Assert.Equal(here.OfTreatment.LogScore - log 4.0, there.OfTreatment.LogScore, 0.05)
    Assert.Equal(here.OfOutcome.LogScore - log 1000.0, there.OfOutcome.LogScore, 0.05)

let private mapMlp f (state: NetworkState) =
    match state.Weights with
    | PlainNet mlp -> { state with Weights = PlainNet(f mlp) }
    | NormalisedNet _
    | BayesianNet _ -> state

[<Fact>]
let ``an outcome whose spread is another one is told`` () =
    let model, data = right Binary
    let wider = { data with Y = Tensor.force (3.0 * data.Y) }
    let check = run model wider

    Assert.Contains(
        check.Warnings,
        fun warning -> warning.StartsWith "prediction of 'y': its residuals are not uniform"
    )

    Assert.Contains(check.Warnings, fun warning -> warning.StartsWith "prediction of 'y': its standard deviation is")
    Assert.True(snd check.OfOutcome.Coverage[1] < 0.8)

[<Fact>]
let ``an effect that the model lacks is told as the treatment on which residuals depend`` () =
    let model, data = right Binary
    let check = run model { data with Y = Tensor.force (data.Y + 2.0 * data.X) }
    Assert.Contains(check.Warnings, fun warning -> warning.Contains "its residuals depend on 'x'")

[<Fact>]
let ``a covariate that moves treatment and outcome past the latents is confounding that is left`` () =
    let model, data = right Continuous
    let v = Tensor.slice 1 0 1 data.V
    let check = run model (Tree.map Tensor.force { data with X = data.X + 2.0 * v; Y = data.Y + 2.0 * v })
    let first = model.Parts.Covariates.Head

    Assert.Contains(
        check.Warnings,
        fun warning -> warning.StartsWith "confounding is left" && warning.Contains $"'{first}'"
    )

[<Fact>]
let ``a latent that no network reads is unused, and told so`` () =
    let model, data = right Binary
    let q = LatentDims.total model.Config.Latents

    /// The first layer's weights of the last latent are zero.
    let deaf (mlp: Mlp) =
        let first = mlp.Hidden.Head

        let mask =
            Array.init q (fun j -> if j = q - 1 then 0.0f else 1.0f)
            |> Tensor.view [| q; 1 |]

        let weight = Tensor.force (first.Weight * Tensor.broadcast first.Weight.Shape mask)
        { mlp with Hidden = { first with Weight = weight } :: mlp.Hidden.Tail }

    let model = {
        model with
            Networks = { model.Networks with Covariates = mapMlp deaf model.Networks.Covariates }
    }

    let check = run model data
    let last = List.last check.Latents
    Assert.InRange(last.Learned, -LatentUse.leastLearned, LatentUse.leastLearned)
    Assert.Contains(check.Warnings, fun warning -> warning.StartsWith "latents Z3.2 (covariates alone)")

[<Fact>]
let ``an outcome with an atom is told`` () =
    let model, data = right Binary
    let y = Tensor.toFloat32 data.Y |> Array.mapi (fun i y -> if i % 4 = 0 then 0.0f else y)
    let check = run model { data with Y = Tensor.view data.Y.Shape y }
    Assert.Contains(check.Warnings, fun warning -> warning.StartsWith "column 'y': 125 of 500 rows are exactly 0")

[<Fact>]
let ``a treatment that hangs on nothing overlaps everywhere`` () =
    let model, data = right Binary

    let deaf (mlp: Mlp) = Tree.map (fun (t: Tensor) -> Tensor.force (0.0 * t)) mlp

    let model = {
        model with
            Networks = { model.Networks with Treatment = mapMlp deaf model.Networks.Treatment }
    }

    let check = run model data

    for arm in check.Overlap.Arms do
        Assert.All(arm.Propensities, fun p -> Assert.Equal(0.5, p, 1e-6))
        Assert.Equal(float arm.Rows, arm.EffectiveRows, 1e-6)

    for balance in check.Balance do
        Array.iter2 (fun (before: float) after -> Assert.Equal(before, after, 1e-9)) balance.Before balance.After

[<Fact>]
let ``under a prior given U, learning is what the rows add to it`` () =
    let config = { config Binary with Prior = GivenU [ 4 ]; Networks = Plain }
    let data = dataset Binary 80 |> Dataset.withRandomSegments key 3 |> ok
    let model = Fit.run config options data |> ok
    let check = run model data.Observations
    Assert.All(check.Latents, fun latent -> Assert.InRange(latent.Learned, -0.2, 1.0))

[<Fact>]
let ``options outside their range, and too few rows, are refused`` () =
    let model, data = right Binary
    let refusalOf options = CausalCheck.run options model data |> refusal
    Assert.Contains("alpha", refusalOf { quick with Alpha = 0.0 })
    Assert.Contains("bound", refusalOf { quick with Bound = 0.5 })
    Assert.Contains("at least 50", refusalOf { quick with MostRows = 49 })
    Assert.Contains("chains", refusalOf { quick with Predict = { quick.Predict with Chains = 0 } })

    let few =
        Observations.gather (Tensor.view [| 49 |] [| 0..48 |]) data
        |> Tree.map Tensor.force

    Assert.Contains("49 rows", CausalCheck.run quick model few |> refusal)
    let sample = TreatmentSimulator.sample key 60 TreatmentSimulator.binary |> ok

    let lacking =
        Frame.select [ "x"; "y"; "v1" ] sample.Rows
        |> Result.defaultWith (fun _ -> failwith "columns")

    Assert.Contains("'v2'", CausalCheck.ofFrame quick model lacking |> refusal)

[<Fact>]
let ``the page holds every kind of check, and the warnings`` () =
    for treatment in treatments do
        let check = { checks[treatment].Value with Warnings = [ "a warning of one line" ] }
        let page = CausalCheckReport.create "Checks" check |> Report.render

        for expected in
            [
                "Overlap"
                "Balance of the latent confounders"
                "Predictions"
                "Latents"
                "Covariates"
                "a warning of one line"
            ] do
            Assert.Contains(expected, page)

        Assert.DoesNotContain("NaN", page)
        Assert.Equal((treatment = Binary), page.Contains "as probable as the model says")

[<Fact>]
let ``a function of rows gives each row its own result, however many there are`` () =
    use team = new Team(2)
    let f = RowFunction(team, 2, fun input -> Tensor.concat 1 [ input; Tensor.sumKeep 1 input ])
    Assert.Equal(3, f.Outputs)

    for count in [ 1; 511; 512; 513; 1300 ] do
        let result =
            f.Run(
                count,
                fun row target offset ->
                    target[offset] <- float32 row
                    target[offset + 1] <- 1.0f
            )

        Assert.Equal<float[]>(
            [|
                for row in 0 .. count - 1 do
                    float row
                    1.0
                    float row + 1.0
            |],
            result
        )
