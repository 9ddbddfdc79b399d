// What the latents of a row cost to draw: effective draws a second, by prediction's own sampler and by the published one.
//
// Source      Liu and Wong, arXiv:2501.00755: a random walk of standard deviation 1 from N(0, I), 5000 steps of burn-in
// Published   an acceptance of 0.09
// Tolerance   median of three seeds: ten times the walk's effective draws a second (--quick: it runs)
// Recipe      the model of causalbgm/hirano-imbens, its weights at their means; 64 rows. The effective draws are those of the log density, and of
//             the coordinate of z that has the fewest, whichever are fewer. The walk gets a hundred thousand steps, as an estimate of fewer than ten
//             effective draws is worth nothing; burn-in is paid for by both
// Command     dotnet fsi build.fsx paper causalbgm/sampling [--quick]
#load "curves.fsx"

open System
open System.Diagnostics
open BgmFunctional.Autodiff
open BgmFunctional.CausalBgm
open BgmFunctional.Charts
open BgmFunctional.Kernels
open BgmFunctional.Nets
open BgmFunctional.Simulators
open BgmFunctional.Mcmc
open DoseResponseCurves
open Paper

let rowsSampled = if isQuick then 8 else 64
let study = { Simulator = TreatmentSimulator.hiranoImbens; Doses = fun _ -> [| 1.0 |] }

/// What chains of one sampler came to.
type Sampled = {
    /// Per second and row.
    Effective: float
    Acceptance: float
}

let sampled start burnIn draws thin (target: Target) sampler =
    let options = {
        ChainOptions.defaults with
            Sampler = sampler
            Start = start
            BurnIn = burnIn
            Draws = (if isQuick then draws / 50 else draws)
            Thin = thin
            ChainsPerRow = 1
    }

    use team = new Team(Environment.ProcessorCount)
    let clock = Stopwatch.StartNew()

    match Chains.run team options (Key.OfSeed 1L) target (Keep.draws target.Dimension (ChainOptions.kept options)) with
    | Error error -> failwith (McmcError.message error)
    | Ok chains ->
        let fewest (chain: Chain<Draws>) =
            [
                chain.Kept.LogDensities
                for i in 0 .. target.Dimension - 1 do
                    Draws.coordinate i chain.Kept
            ]
            |> List.map (fun trace -> Diagnostics.essBulk [| trace |])
            |> List.min

        {
            Effective = Array.averageBy fewest chains / clock.Elapsed.TotalSeconds
            Acceptance = chains |> Array.averageBy _.Report.AcceptanceRate
        }

let measure seed =
    let dataset = rowsOf study seed
    let model = fit study seed dataset
    let some = Observations.gather (Tensor.indices [| 0 .. rowsSampled - 1 |]) dataset.Observations

    let networks = model.Networks |> Model.Networks.map (Network.mean >> Network.applyPlain)

    let target =
        Target.ofRows Float32 (LatentDims.total model.Config.Latents) some (fun rows z ->
            Tensor.squeeze 1 (Model.logJoint model.Config networks z rows))

    let encoded = Start.At(Tensor.toArray (Evaluate.encode model some))

    sampled Start.StandardNormal 5000 100_000 10 target PredictOptions.published.Sampling.Sampler,
    sampled encoded PredictOptions.defaults.Sampling.BurnIn 2000 1 target PredictOptions.defaults.Sampling.Sampler

let answers = Array.map measure seeds

let quantities = [
    atLeast "effective draws a second, by those of the published walk" "" (10.0, 0.0),
    (fun (walk, own) -> own.Effective / walk.Effective)
    reported "effective draws a second of each of 64 rows" "", (fun (_, own) -> own.Effective)
    reported "the same, published walk" "", (fun (walk, _) -> walk.Effective)
    reported "acceptance of the published walk" "0.09", (fun (walk, _) -> walk.Acceptance)
    reported "acceptance" "", (fun (_, own) -> own.Acceptance)
]

let found = findingsOf quantities answers

Figure.create "What draws of latents cost" [
    Panel.bars "Effective draws a second of each of 64 rows" "" "a second" [ for seed in seeds -> $"seed {seed}" ] [
        "published random walk", [ for walk, _ in answers -> walk.Effective ]
        "prediction's sampler", [ for _, own in answers -> own.Effective ]
    ]
]
|> Figure.withCaption $"{rows} rows; Liu and Wong, arXiv:2501.00755"
|> concludeOf seeds "causalbgm/sampling" "Draws of latents" rows found
