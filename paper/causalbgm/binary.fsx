// A binary treatment whose effect on every row is known: four factors that nobody sees stand behind 25 covariates, two of them confound, and the effect
// differs from row to row. How near is the average effect, and how often do intervals of single rows hold theirs?
//
// Source      `bgm data binary-factors` (TreatmentSimulator.binary)
// Published   nothing: a population of this library
// Tolerance   median of three seeds: |ATE − truth| at most 0.05 standard deviations of y, 95 % intervals of single rows cover 90 to 99 %
// Recipe      n = 5000; latents by `--latent auto`; the preset `recommended` with 60 epochs and the divergence of weights weighed by 1/n, as in the evidence
//             lower bound; five fits from other seeds, pooled. One fit alone is too sure of its rows, and is reported beside
// Command     dotnet fsi build.fsx paper causalbgm/binary [--quick]
#load "library.fsx"

open Library
open Paper
open CausalPaper
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.LatentVariables
open BgmFunctional.Simulators

let seeds = firstSeeds 3L
let rows = if isQuick then 400 else 5000
let fits = if isQuick then 2 else 5

/// Rows, and what the treatment truly does to each.
let sampleOf seed =
    let sample =
        TreatmentSimulator.sample (Key.OfSeed seed) rows TreatmentSimulator.binary
        |> ofCausal

    sample.Rows, sample.Effects.Value

let fitTo frame seed =
    let data = Dataset.ofFrame Binary "x" "y" None frame |> ofCausal
    let latents = (LatentChoice.ofData data.Observations).Dims

    let config, options =
        Preset.apply
            Preset.Recommended
            (Config.defaults Binary latents, { FitOptions.defaults with Training.Seed = seed; Training.Threads = 1 })

    let config = { config with Rates.KlWeight = KlWeight.OverRows 1.0 }
    let options = { options with Training.Epochs = 60 }

    Fit.run
        config
        (if isQuick then
             { options with Training.EgmIterations = 300; Training.Epochs = 3 }
         else
             options)
        data
    |> ofCausal

/// Short chains under sixteen draws of the weights for each fit: a row's latents are known well from 25 covariates.
let predictOptions = {
    PredictOptions.defaults with
        Sampling.Alpha = 0.05
        WeightDraws = if isQuick then 4 else 16
        Sampling.Draws = if isQuick then 32 else 256
        Sampling.Threads = 1
}

/// The share of the rows whose interval holds the truth.
let covered prediction truth =
    Seq.zip (snd (effectsOf prediction)) truth
    |> Seq.toArray
    |> share (fun (row: Posterior, truth) -> row.Low <= truth && truth <= row.High)

/// What a seed found.
type Answer = {
    Pooled: Prediction
    /// By the first of the fits alone.
    One: Prediction
    Frame: Frame
    Truth: float[]
}

let answers =
    seeds
    |> Array.map (fun seed ->
        let frame, truth = sampleOf seed

        let models =
            [| for fit in 0 .. fits - 1 -> 100L * seed + int64 fit |]
            |> sideBySide (fitTo frame)
            |> List.ofArray

        let options = {
            predictOptions with
                Sampling.Seed = seed
                Sampling.Threads = System.Environment.ProcessorCount
        }

        let predict models = PooledFits.ofFrame options models frame |> ofCausal

        {
            Pooled = predict models
            One = predict [ models.Head ]
            Frame = frame
            Truth = truth
        })

let quantities =
    let spread answer = deviation (numbers "y" answer.Frame)
    let errors prediction answer = errorsOfEffects (prediction answer) answer.Truth

    [
        atMost "error of the ATE (ε_ATE), standard deviations of y" "" (0.05, 10.0),
        (fun answer -> fst (errors _.Pooled answer) / spread answer)
        reported "ε_ATE of the naive contrast" "",
        (fun answer -> fst (errorsOfNaive answer.Frame answer.Truth) / spread answer)
        near "share of rows whose 95 % interval holds their effect" 0.945 "" (0.045, 1.0),
        (fun answer -> covered answer.Pooled answer.Truth)
        reported "that share of one fit alone" "", (fun answer -> covered answer.One answer.Truth)
        reported "error of single rows' effects (√ε_PEHE)" "", (errors _.Pooled >> snd)
        reported "√ε_PEHE of one fit alone" "", (errors _.One >> snd)
        reported "standard deviation of true effects" "", (fun answer -> deviation answer.Truth)
    ]

Figure.create "Effects of single rows" [ effectsPanel answers[0].Truth answers[0].Pooled ]
|> Figure.withSubtitle $"{fits} fits pooled, seed 1"
|> Figure.withCaption $"{rows} rows of a population whose effects are known"
|> concludeOf seeds "causalbgm/binary" "Effects of a binary treatment" rows (findingsOf quantities answers)
