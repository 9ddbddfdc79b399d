// What the replications of flows share: rows of a simulator, the recipe of flexible fits, and figures of distributions and shifts.
module FlowPaper

#load "library.fsx"

open BgmFunctional.Charts
open BgmFunctional.Data
open BgmFunctional.Flows
open BgmFunctional.Kernels
open BgmFunctional.Optim
open BgmFunctional.Simulators
open Library
open Paper

// ---- rows and fits -----------------------------------------------------------------------------------------------------

/// The paper's sample size; with --quick few.
let rows = if isQuick then fewRows else 40_000

let table columns =
    columns
    |> Seq.map (fun (name, values) -> name, Column.Numeric values)
    |> Frame.ofColumns
    |> ofData

let draw (seed: int64) interventions rows simulator =
    Simulator.sample (Key.OfSeed seed) interventions rows simulator |> ofFlow

/// What a measurement (rows, seed) finds for every seed: on all rows and, unless --quick, on few.
let study (measure: int -> int64 -> 'found) : 'found[] * 'found[] =
    let few = if isQuick then [||] else Array.map (fun seed -> fewRows, seed) seeds

    Array.append (Array.map (fun seed -> rows, seed) seeds) few
    |> sideBySide (fun (rows, seed) -> measure rows seed)
    |> Array.splitAt seeds.Length

/// A team of one thread for the queries of one seed.
let alone query =
    use team = new Team(1)
    query team

/// The recipe of all flexible fits here: Adam at 1e-2, falling to 0 along half a cosine, in batches of 512; free intercepts start calibrated.
let recipe seed = {
    FitOptions.defaults with
        Epochs = 60
        Schedule = Cosine
        MarginalInit = true
        Seed = seed
        Threads = 1
}

// ---- figures of distributions ------------------------------------------------------------------------------------------

/// Rows that figures show.
let shown = 10_000

/// Values of a node, seen or under an intervention: what a simulator draws, and what a flow does.
let private values node interventions simulator flow =
    let fromFlow = alone (fun team -> Flow.sample team (Key.OfSeed 1L) interventions shown flow |> ofFlow)

    draw 1_000_003L interventions shown simulator |> numbers node, numbers node fromFlow

/// What a simulator and a flow say about one continuous node, seen or under an intervention, as histograms.
let histograms title node interventions (simulator: Simulator) flow =
    let truly, fromFlow = values node interventions simulator flow

    Panel.plot title node "density" [ Series.histogram "truth" truly; Series.histogram "flow" fromFlow ]

/// The same for the levels of an ordinal node, as bars.
let levelBars title node levels interventions (simulator: Simulator) flow =
    let truly, fromFlow = values node interventions simulator flow

    let shares values = [
        for level in 0 .. levels - 1 -> values |> Array.averageBy (fun v -> if int v = level then 1.0 else 0.0)
    ]

    Panel.bars title node "probability" [ for level in 0 .. levels - 1 -> string level ] [
        "truth", shares truly
        "flow", shares fromFlow
    ]

// ---- linear shifts ---------------------------------------------------------------------------------------------------

/// The exact maximum-likelihood estimate on rows of a simulator.
let linearFit (simulator: Simulator) rows seed =
    (draw seed [] rows simulator |> Classical.fit 1 simulator.Dag |> ofFlow).Flow

/// The linear effects of a classical fit, in the order of the graph.
let linearEffects flow = Flow.inference [] flow |> ofFlow |> List.collect _.Effects

/// The estimates and 95 % intervals of one effect, a row for each seed, beside the truth.
let forest title truth (effects: LinearEffect[]) =
    let interval seed (effect: LinearEffect) = {
        Label = $"seed {seed}"
        Estimate = effect.Estimate
        Lower = effect.Low
        Upper = effect.High
    }

    let rows = Array.map2 interval seeds effects |> List.ofArray

    Panel.forest title "log-odds" [ ("", rows) ]
    |> Panel.withReferences [ Reference.Vertical(truth, "truth") ]

// ---- complex shifts --------------------------------------------------------------------------------------------------

/// A flow fitted to rows of a simulator by the recipe.
let fitTo (simulator: Simulator) (options: int64 -> FitOptions) rows seed =
    (Fit.run simulator.Dag (options seed) (draw seed [] rows simulator) None
     |> ofFlow)
        .Flow

/// A curve moved so that it meets another at the middle of the grid: a complex shift is known up to a constant, which the intercept takes.
let anchored (truth: float[]) (curve: float[]) =
    let middle = curve.Length / 2
    curve |> Array.map (fun y -> y - curve[middle] + truth[middle])

/// The largest distance between two curves.
let largestError (truth: float[]) (curve: float[]) = Array.map2 (fun a b -> abs (a - b)) truth curve |> Array.max

// ---- the triangle's complex shifts -------------------------------------------------------------------------------------

/// Replicates a complex shift x₂ → x₃ of a triangle, truly −f, by the recipe: the largest distance of the curve from −f on a range, and what an intervention
/// on x₁ does. Then concludes.
let triangleShift form (low, high) formula published bounds figures =
    let simulator = Triangle.simulator form
    let grid = between low high 101
    let truth = grid |> Array.map (fun x2 -> -(Triangle.f form x2))
    let fits, fitsOnFewRows = study (fitTo simulator recipe)
    let curve flow = Reading.curve "x3" "x2" [] grid flow |> ofFlow |> anchored truth
    let errors flows = flows |> Array.map (fun flow -> [ largestError truth (curve flow) ])

    let curves = [
        for flow in fits do
            Series.line "flows, one a seed" (Array.zip grid (curve flow))
        Series.line "truth, −f" (Array.zip grid truth)
    ]

    let figure =
        Figure.create "A complex shift of the triangle" [
            Panel.plot "What x2 adds to the latent of x3" "x2" "shift, log-odds" curves
            histograms "do(x1 = −1)" "x3" [ ("x1", To -1.0) ] simulator fits[0]
        ]
        |> Figure.withSubtitle $"f(x) = {formula}"
        |> Figure.withCaption $"{rows} rows; Sick and Dürr 2025, {figures}"

    let quantity = atMost $"largest error of the curve on [{short low}, {short high}]" published bounds
    findings [ quantity ] (errors fits) (errors fitsOnFewRows), figure
