// Interventions and counterfactuals: what a treatment does to a population, to whom it does most, and what would have become of one patient.
// Run by `dotnet fsi build.fsx tutorials`.
//
// A simulated cohort of stroke patients (after arXiv:2606.12623): age, disability before the stroke, its severity, the treatment, disability three months
// later (0 no symptoms … 6 dead). Doctors treat the young and the healthy more, so that treated patients fare better for more than one reason. The
// simulator knows what the treatment does: it raises the chance of a good outcome (at most 2) by 0.132 in the population of a trial.

#load "library.fsx"

open System
open Library
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Simulators

let team = new Team(Environment.ProcessorCount)
let cohort = Simulators.named "stroke-ls" |> ofFlow
let data = Simulator.sample (Key.OfSeed 7L) [] 5_000 cohort |> ofFlow

/// Every arrow a linear shift, so that the fit is exact and done at once.
let graph =
    Dag.nodes cohort.Dag
    |> List.map (fun node -> node |> Node.withTerms (Node.parents node |> List.map LinearShift))
    |> Dag.create
    |> ofGraph

let flow = (Classical.fit Environment.ProcessorCount graph data |> ofFlow).Flow

// ---- 1. what is seen: treated against untreated patients ---------------------------------------------------------------

let treated, outcome = numbers "T" data, numbers "mRS_3m" data

let good wanted =
    Array.zip treated outcome
    |> Array.filter (fst >> (=) wanted)
    |> Array.averageBy (fun (_, level) -> if level <= 2.0 then 1.0 else 0.0)

printfn
    "seen: P(good | treated) - P(good | untreated) = %.3f - %.3f = %+.3f"
    (good 1.0)
    (good 0.0)
    (good 1.0 - good 0.0)

// ---- 2. what if we act: the effect over the patients of a trial, whom no doctor chose ------------------------------------

let trial =
    Simulators.named "stroke-trial-ls"
    |> Result.bind (Simulator.sample (Key.OfSeed 8L) [] 5_000)
    |> ofFlow

let query = {
    EffectQuery.create "T" [ To 0.0; To 1.0 ] "mRS_3m" (Statistic.AtMost "2") with
        Population = Some trial
}

let effect = Effect.average team (Key.OfSeed 1L) query flow |> ofFlow
let untreated, treatedAll = effect.PerValue[0].Estimate, effect.PerValue[1].Estimate

printfn
    "act:  P(good | do(T = 1)) - P(good | do(T = 0)) = %.3f - %.3f = %+.3f, truly +0.132"
    treatedAll
    untreated
    effect.Estimate

// ---- 3. for whom: the effect given what is known of a patient before treatment -------------------------------------------

let individual = Effect.individual team (Key.OfSeed 1L) query flow |> ofFlow
let severity = numbers "NIHSSa" trial

for low, high in [ (6.0, 9.0); (9.0, 15.0); (15.0, 25.0); (25.0, 42.0) ] do
    let those =
        Array.zip severity individual.Effects
        |> Array.filter (fun (s, _) -> s >= low && s < high)
        |> Array.map snd

    printfn
        "      severity %2.0f to %2.0f: %+.3f on average over %d patients"
        low
        high
        (Array.average those)
        those.Length

// ---- 4. several nodes at once, and shifted rather than set -------------------------------------------------------------

let share interventions =
    Flow.sample team (Key.OfSeed 2L) interventions 50_000 flow
    |> ofFlow
    |> numbers "mRS_3m"
    |> Array.averageBy (fun level -> if level <= 2.0 then 1.0 else 0.0)

let ages = Flow.sample team (Key.OfSeed 2L) [] 50_000 flow |> ofFlow |> numbers "Age"
printfn "\nP(good), as the cohort is treated                     %.3f" (share [])
printfn "P(good | do(T = 1, mRS_pre = 0))                      %.3f" (share [ ("T", To 1.0); ("mRS_pre", To 0.0) ])

let younger = ages |> Array.map (fun age -> age - 5.0)
printfn "P(good | do(Age = Age - 5))                           %.3f" (share [ ("Age", ToEach younger) ])

// ---- 5. what if we had acted: an untreated patient who died, the same luck, and the treatment ------------------------------

let patient =
    Array.zip treated outcome
    |> Array.findIndex (fun (t, level) -> t = 0.0 && level = 6.0)

let him = Frame.take [| patient |] data
let value name = (numbers name him)[0]

printfn
    "\nA patient of %.0f, severity %.0f, disability %.0f before: untreated, dead after three months (6)."
    (value "Age")
    (value "NIHSSa")
    (value "mRS_pre")

// His latent is known only to lie where it makes a 6, so that a counterfactual of a level is a distribution: many draws of it.
let worlds = 2_000
let copies = Frame.take (Array.create worlds patient) data

let imagined =
    Flow.counterfactual team (Key.OfSeed 3L) [ ("T", To 1.0) ] copies flow
    |> ofFlow
    |> numbers "mRS_3m"
    |> Array.countBy int
    |> Array.sort

printfn "Had he been treated:"

for level, count in imagined do
    printfn "  level %d with probability %.3f" level (float count / float worlds)
