module BgmFunctional.Tests.Simulators.StrokeCohortTests

open System
open Xunit
open BgmFunctional.Flows
open BgmFunctional.Numerics
open BgmFunctional.Simulators
open BgmFunctional.Simulators.StrokeCohort
open BgmFunctional.Tests.Simulators.Draws

let private isGood values = values |> Array.map (fun y -> if y <= 2.0 then 1.0 else 0.0)

let private variantOf name = if name = "ls" then Linear else Nonlinear

[<Theory; InlineData("ls", 0.132); InlineData("nl", 0.104)>]
let ``the trial's effect is the published one, by a million pairs and by integration`` (name, published: float) =
    let n = 1_000_000
    let trial = simulator (variantOf name) Trial
    let u = latents n trial
    let under t = push [ "T", To t ] u trial |> column "mRS_3m" |> isGood
    let effect, deviation = Array.map2 (-) (under 1.0) (under 0.0) |> moments
    Assert.Equal(averageEffect (variantOf name) Trial, effect, 4.0 * deviation / sqrt (float n))
    Assert.Equal(published, averageEffect (variantOf name) Trial, 6e-4)

[<Theory; InlineData("ls"); InlineData("nl")>]
let ``the cohort's naive contrast is the integral`` name =
    let n = 400_000
    let rows = sample [] n (simulator (variantOf name) Observational)
    let t, good = column "T" rows, isGood (column "mRS_3m" rows)
    let group treatment = Array.zip t good |> Array.filter (fst >> (=) treatment) |> Array.map snd
    let treated, untreated = group 1.0, group 0.0
    let contrast = Array.average treated - Array.average untreated
    // Shares of groups have a variance of ¼ over their sizes at most.
    let error = sqrt (0.25 / float treated.Length + 0.25 / float untreated.Length)
    Assert.Equal(naiveContrast (variantOf name), contrast, 4.0 * error)

[<Fact>]
let ``the naive contrast of the nonlinear cohort is nearly three times the trial's effect`` () =
    // 0.303 is published; ours is 0.301.
    Assert.Equal(0.303, naiveContrast Nonlinear, 0.003)

/// An independent reading of the equations, row by row.
let private byHand isNonlinear isTrial (u: float[]) =
    let sigma x = 1.0 / (1.0 + exp -x)
    let only value = if isNonlinear then value else 0.0
    let count cuts shift u = cuts |> List.filter (fun cut -> cut - shift < u) |> List.length |> float
    let age = Math.Clamp((if isTrial then 64.0 else 73.0) + 7.6 * u[0], 20.0, 103.0)
    let a = (age - 73.0) / 10.0
    let square = max a 0.0 * max a 0.0
    let pre = count [ 0.20; 1.15; 2.05; 3.20; 5.20 ] (0.55 * a + only (0.18 * square)) u[1]
    let m = 0.45 * a + 0.25 * pre + only (0.20 * square) + 0.85 * u[2]
    let nihss = Math.Clamp(6.0 + 36.0 * sigma ((m - 1.75) / 1.5), 6.0, 42.0)
    let s = (nihss - 15.0) / 6.0

    let logOdds =
        1.9
        - 0.45 * max (a + 0.5) 0.0
        - 0.30 * max (s - 1.0) 0.0
        - only (1.3 * sigma ((age - 82.0) / 4.0))

    let t = if u[3] > (if isTrial then 0.0 else -logOdds) then 1.0 else 0.0
    let tau = if isNonlinear then -0.85 * sigma ((78.0 - age) / 6.0) else -0.85
    let shift = 0.85 * s + 0.55 * a + 0.45 * pre + tau * t
    [| age; pre; nihss; t; count [ -1.85; -0.75; 0.05; 0.80; 1.55; 2.35 ] shift u[4] |]

[<Fact>]
let ``rows are those of the equations`` () =
    for variant in [ Linear; Nonlinear ] do
        for population in [ Observational; Trial ] do
            let simulator = simulator variant population
            let u = latents 3000 simulator
            let names = Dag.names simulator.Dag

            let table frame =
                names
                |> List.map (fun name -> column name frame)
                |> List.toArray
                |> Array.transpose

            Array.iter2
                (fun u x ->
                    Array.iter2
                        (fun (wanted: float) found -> Assert.Equal(wanted, found, 1e-9))
                        (byHand (variant = Nonlinear) (population = Trial) u)
                        x)
                (table u)
                (table (push [] u simulator))

[<Fact>]
let ``a coin is tossed in the trial, and doctors choose in the cohort`` () =
    let treated population = column "T" (sample [] 100_000 (simulator Nonlinear population)) |> Array.average

    Assert.Equal(0.5, treated Trial, 4.0 * 0.5 / sqrt 1e5)
    Assert.Equal(0.72, treated Observational, 0.01)

[<Fact>]
let ``age is logistic between its ends`` () =
    let age = column "Age" (sample [] 200_000 (simulator Linear Observational))
    checkCdf (fun x -> Logistic.cdf ((x - 73.0) / 7.6)) [ 20.0; 50.0; 65.0; 73.0; 85.0; 100.0 ] age
    Assert.Equal(103.0, Array.max age)
    Assert.Equal(20.0, Array.min age)

[<Fact>]
let ``the other treatment changes the outcome alone, and the treatment harms nobody`` () =
    let cohort = simulator Nonlinear Observational
    let seen = sample [] 5000 cohort
    let flipped = column "T" seen |> Array.map (fun t -> 1.0 - t)
    let imagined = sample [ "T", ToEach flipped ] 5000 cohort

    for name in [ "Age"; "mRS_pre"; "NIHSSa" ] do
        Assert.Equal<float[]>(column name seen, column name imagined)

    // Treatment never harms: τ < 0 at every age, and the latent is the same.
    Array.map3
        (fun t y y' -> if t = 1.0 then y <= y' else y >= y')
        (column "T" seen)
        (column "mRS_3m" seen)
        (column "mRS_3m" imagined)
    |> Array.iter Assert.True
