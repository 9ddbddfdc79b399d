/// Results do not depend on the units of treatment and outcome.
module BgmFunctional.Tests.CausalBgm.UnitsTests

open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Autodiff.Tests.Numeric
open BgmFunctional.CausalBgm
open BgmFunctional.Nets
open BgmFunctional.Tests.CausalBgm.Cases

let private affine scale shift (column: Tensor) =
    Tensor.toArray column
    |> Array.map (fun value -> float32 (scale * value + shift))
    |> Tensor.view column.Shape

/// The same rows with treatment and outcome in other units: x' = 1000·x + 5, y' = 250·y + 40 000.
let private inOtherUnits treatment (data: Dataset) = {
    data with
        Observations = {
            data.Observations with
                X =
                    if treatment = Continuous then
                        affine 1000.0 5.0 data.Observations.X
                    else
                        data.Observations.X
                Y = affine 250.0 40_000.0 data.Observations.Y
        }
}

let private enterDose treatment dose = if treatment = Continuous then 1000.0 * dose + 5.0 else dose

let private quick treatment : PredictOptions = {
    PredictOptions.defaults with
        Chains = 1
        Sampling.BurnIn = 5
        Sampling.Draws = 10
        Sampling.Threads = 1
        Doses = if treatment = Continuous then [ -1.0; 0.0; 1.5 ] else []
}

/// Rows of float32 that are turned into other units and back carry a rounding of 1e-7 of 40 000/250 standard deviations, which a short fit passes on.
let private tolerance = 2e-3

[<Fact>]
let ``effects scale with the outcome, and doses with the treatment`` () =
    for treatment in treatments do
        // Plain networks: the draws of chains are then all that is random.
        let config = { config treatment with Networks = Plain }
        let data = dataset treatment 60
        let other = inOtherUnits treatment data
        let model, otherModel = Fit.run config options data |> ok, Fit.run config options other |> ok

        let evaluation = Evaluate.run 1 model data.Observations model.Latents
        let otherEvaluation = Evaluate.run 1 otherModel other.Observations otherModel.Latents
        Assert.Equal(250.0 * 250.0, otherEvaluation.MseY / evaluation.MseY, 250.0 * 250.0 * tolerance)
        Assert.Equal(1.0, otherEvaluation.MseV / evaluation.MseV, tolerance)

        match evaluation.Effect, otherEvaluation.Effect with
        | Individual effects, Individual others ->
            close (250.0 * tolerance) "ITE" (effects |> Array.map ((*) 250.0)) others
        | DoseResponse curve, DoseResponse others ->
            Assert.Equal(1e6, otherEvaluation.MseX / evaluation.MseX, 1e6 * tolerance)

            close
                (1000.0 * tolerance)
                "doses"
                (curve |> Array.map (fun p -> 1000.0 * p.X + 5.0))
                (others |> Array.map _.X)

            close
                (250.0 * tolerance)
                "ADRF"
                (curve |> Array.map (fun p -> 40_000.0 + 250.0 * p.Mean))
                (others |> Array.map _.Mean)
        | _ -> failwith "effects of two kinds"

let private averages (prediction: Prediction) =
    match prediction.Effect with
    | Effects(ate, _, _) -> [| ate |]
    | Curve points -> points |> Array.map _.Outcome

/// A model whose networks are those of another, told that it had learned in other units, answers in them: prediction alone, so nothing is chaotic.
[<Fact>]
let ``a prediction is in the units of the data`` () =
    for treatment in treatments do
        let data = dataset treatment 60

        let model =
            Fit.run { config treatment with XUnits = AsIs; YUnits = AsIs } options data
            |> ok

        let other = inOtherUnits treatment data

        let otherModel = {
            model with
                Units = {
                    X =
                        if treatment = Continuous then
                            { Location = 5.0; Scale = 1000.0 }
                        else
                            Units.asIs
                    Y = { Location = 40_000.0; Scale = 250.0 }
                }
        }

        for intervalOf in [ IntervalOf.MeanOutcome; IntervalOf.DrawnOutcome ] do
            let options = { quick treatment with IntervalOf = intervalOf }

            let otherOptions = {
                options with
                    PredictOptions.Doses = options.Doses |> List.map (enterDose treatment)
            }

            let found = Predict.run options model data.Observations |> ok |> averages
            let others = Predict.run otherOptions otherModel other.Observations |> ok |> averages
            let shift = if treatment = Continuous then 40_000.0 else 0.0

            if intervalOf = IntervalOf.MeanOutcome then
                close 2.0 "means" (found |> Array.map (fun p -> shift + 250.0 * p.Mean)) (others |> Array.map _.Mean)
                close 2.0 "ends" (found |> Array.map (fun p -> shift + 250.0 * p.High)) (others |> Array.map _.High)
            else
                let width (p: Posterior) = p.High - p.Low
                Assert.All(Array.zip found others, fun (p, o) -> Assert.InRange(width o / (250.0 * width p), 0.2, 5.0))

[<Fact>]
let ``a fixed standard deviation is in the units of the data`` () =
    let config = { config Continuous with XVariance = Fixed 3.0; YVariance = Fixed 8.0 }
    let units = { X = { Location = 1.0; Scale = 2.0 }; Y = { Location = 0.0; Scale = 4.0 } }
    let inside = LearningUnits.configure units config
    Assert.Equal((Fixed 1.5, Fixed 2.0), (inside.XVariance, inside.YVariance))
    Assert.Equal(config, LearningUnits.configure LearningUnits.asIs config)

[<Fact>]
let ``as it is means as it is`` () =
    let config = { config Continuous with XUnits = AsIs; YUnits = AsIs }
    let data = observations Continuous 40
    let units = LearningUnits.choose config data
    Assert.Equal(LearningUnits.asIs, units)
    Assert.Equal<float[]>(Tensor.toArray data.Y, Tensor.toArray (LearningUnits.enter units data).Y)

[<Fact>]
let ``a binary treatment is 0 and 1 in every unit`` () =
    Assert.Equal(Units.asIs, (LearningUnits.choose (config Binary) (observations Binary 40)).X)

[<Fact>]
let ``the bulk of any distribution is of the order of 1 in its units`` () =
    let draws = Initial.normal key 20_001 1 0.0 1.0 |> Tensor.toArray
    let bulk f = draws |> Array.map f |> Units.ofBulk
    let normal = bulk (fun z -> 40.0 + 3.0 * z)
    // A quartile of n draws has a standard error of 1.36/√n.
    Assert.Equal(40.0, normal.Location, 3.0 * 5.0 * 0.01)
    Assert.Equal(3.0, normal.Scale, 3.0 * 5.0 * 0.01)

    // A few huge doses do not matter, as they do to the standard deviation …
    let heavy = bulk (fun z -> if abs z > 3.0 then 100.0 * z else z)
    Assert.InRange(heavy.Scale, 0.95, 4.0)
    // … and values that are mostly the same have units all the same.
    let sparse = bulk (fun z -> if z > 1.0 then 1000.0 * z else 0.0)
    Assert.Equal((0.0, true), (sparse.Location, sparse.Scale > 0.0))

[<Fact>]
let ``units go along with those of the data`` () =
    let draws = Initial.normal key 501 1 0.0 1.0 |> Tensor.toArray |> Array.map exp
    let units = Units.ofBulk draws
    let other = draws |> Array.map (fun x -> 250.0 * x + 40_000.0) |> Units.ofBulk
    Assert.Equal(250.0 * units.Scale, other.Scale, 6)
    Assert.Equal(250.0 * units.Location + 40_000.0, other.Location, 6)
    Assert.All(draws, fun x -> Assert.Equal(x, Units.leave units (Units.enter units x), 12))
