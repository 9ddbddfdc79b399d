module BgmFunctional.Tests.Mcmc.SamplerTests

open System
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Kernels
open BgmFunctional.Mcmc
open BgmFunctional.Tests.Mcmc.Posteriors

let names: obj[] seq = samplers |> Seq.map (fun (name, _) -> [| name |])
let private sampler name = samplers |> List.find (fst >> (=) name) |> snd

/// The mean of a function of the position over a chain's draws.
let private average (f: (int -> float) -> float) (chain: Chain<Draws>) =
    Draws.positions chain.Kept
    |> Array.averageBy (fun position -> f (Array.get position))

[<Theory; MemberData(nameof names)>]
let ``moments of a correlated Gaussian are found`` name =
    // Standard deviations 1 and 2, correlation 0.8; a third coordinate alone with 0.5.
    let precision =
        array2D [ [ 1.0 / 0.36; -0.8 / 0.72; 0.0 ]; [ -0.8 / 0.72; 0.25 / 0.36; 0.0 ]; [ 0.0; 0.0; 4.0 ] ]

    let chains = sample 1L 500 500 64 (sampler name) (gaussian Float64 precision)
    let check what truth f = agrees $"{name}, {what}" truth (chains |> Array.map (average f))
    check "E x0" 0.0 (fun x -> x 0)
    check "E x1" 0.0 (fun x -> x 1)
    check "E x0²" 1.0 (fun x -> x 0 * x 0)
    check "E x1²" 4.0 (fun x -> x 1 * x 1)
    check "E x0 x1" 1.6 (fun x -> x 0 * x 1)
    check "E x2²" 0.25 (fun x -> x 2 * x 2)
    check "E x0 x2" 0.0 (fun x -> x 0 * x 2)
    // The fourth moment tells a Gaussian from what merely has its variance.
    check "E x0⁴" 3.0 (fun x -> x 0 ** 4.0)

/// Menarche-like data: doses and successes of ten trials each.
let private doses = [| -2.0; -1.0; 0.0; 0.5; 1.0; 2.0 |]
let private successes = [| 1.0; 3.0; 4.0; 7.0; 8.0; 10.0 |]
let private trials = 10.0

let private logisticDensity (a: float) (b: float) =
    let term dose count =
        let logit = a + b * dose
        count * logit - trials * (max logit 0.0 + Math.Log(1.0 + exp (-(abs logit))))

    Array.map2 term doses successes
    |> Array.sum
    |> fun likelihood -> likelihood - 0.5 * (a * a + b * b) / 25.0

[<Theory; MemberData(nameof names)>]
let ``the posterior of a logistic regression is that of a quadrature`` name =
    let x = Tensor.ofFloats Float64 [| 1; 6 |] doses
    let y = Tensor.ofFloats Float64 [| 1; 6 |] successes

    let target =
        Target.ofFunction Float64 2 (fun position ->
            let a, b = Tensor.slice 1 0 1 position, Tensor.slice 1 1 1 position
            let logits = a + b * x

            Tensor.sumAxis 1 (y * logits - trials * Tensor.softplus logits)
            - Tensor.sumAxis 1 (Tensor.square position) / 50.0)

    // A grid so fine and wide that its error is below 1e-6: the integrand is smooth and vanishes at the edges.
    let grid = [| for i in -200 .. 200 -> 0.025 * float i |]

    let cells = [|
        for a in grid do
            for b in grid -> a, 1.5 + b, exp (logisticDensity a (1.5 + b))
    |]

    let mass = cells |> Array.sumBy (fun (_, _, p) -> p)
    let expect f = (cells |> Array.sumBy (fun (a, b, p) -> p * f a b)) / mass
    let chains = sample 2L 500 400 64 (sampler name) target

    for what, f in
        [
            "E a", (fun a _ -> a)
            "E b", (fun _ b -> b)
            "E a²", (fun a _ -> a * a)
            "E b²", (fun _ b -> b * b)
            "E ab", (fun a b -> a * b)
        ] do
        agrees $"{name}, {what}" (expect f) (chains |> Array.map (average (fun x -> f (x 0) (x 1))))

[<Theory; MemberData(nameof names)>]
let ``ranks of the truth among posterior draws are uniform`` name =
    // Simulation-based calibration (Talts et al. 2018): θ ~ N(0, I), two noisy readings, one of the sum and one of half the first.
    let rows, kept, thin = 640, 63, 12

    let draw seed =
        let values = Array.zeroCreate<float>(2 * rows) in
        Kernels<float>.Best.Random(Draw.Normal, Key.OfSeed seed, 0L, Span values)
        values

    let truth, noise = draw 11L, draw 12L
    let theta row i = truth[2 * row + i]

    let readings =
        Array.init (2 * rows) (fun k ->
            let row = k / 2
            noise[k] + (if k % 2 = 0 then theta row 0 + theta row 1 else 0.5 * theta row 0))

    let target =
        Target.ofRows Float64 2 (Tensor.float64 [| rows; 2 |] readings) (fun seen position ->
            let first, second = Tensor.slice 1 0 1 position, Tensor.slice 1 1 1 position
            let mean = Tensor.concat 1 [ first + second; 0.5 * first ]

            -0.5 * Tensor.sumAxis 1 (Tensor.square (seen - mean))
            - 0.5 * Tensor.sumAxis 1 (Tensor.square position))

    let options = {
        ChainOptions.defaults with
            Sampler = sampler name
            BurnIn = 300
            Draws = kept * thin
            Thin = thin
            ChainsPerRow = 1
    }

    let chains =
        Chains.run team.Value options (Key.OfSeed 13L) target (Keep.draws 2 kept)
        |> value

    for i in 0..1 do
        // 16 bins of 4 ranks each; 37.7 is exceeded by χ² with 15 degrees of freedom once in a thousand.
        let counts = Array.zeroCreate 16

        chains
        |> Array.iteri (fun row chain ->
            let rank =
                Draws.coordinate i chain.Kept
                |> Array.filter (fun x -> x < theta row i)
                |> Array.length

            counts[rank / 4] <- counts[rank / 4] + 1.0)

        let expected = float rows / 16.0
        let distance = counts |> Array.sumBy (fun count -> (count - expected) ** 2.0 / expected)
        Assert.True(distance < 37.7, $"{name}, θ{i}: χ² {distance}, counts %A{counts}")

[<Theory; MemberData(nameof names)>]
let ``draws are the same bits on any number of threads and in batches of any size`` name =
    let target = neural 21

    let run threads seats =
        use team = new Team(threads)

        let options = {
            ChainOptions.defaults with
                Sampler = sampler name
                BurnIn = 60
                Draws = 40
                ChainsPerRow = 2
                Seats = seats
        }

        Chains.run team options (Key.OfSeed 3L) target (Keep.draws 2 40)
        |> value
        |> Array.map (fun chain -> chain.Kept.Positions, chain.Kept.LogDensities, chain.Report.Evaluations)

    let expected = run 1 None

    for threads, seats in [ 2, None; 1, Some 1; 2, Some 5; 2, Some 64 ] do
        Assert.Equal<_[]>(expected, run threads seats)

[<Theory; MemberData(nameof names)>]
let ``a row's chain does not depend on the other rows`` name =
    let few, many = neural 5, neural 40
    let chains = sample 4L 60 40 1 (sampler name)
    let kept chain = chain.Kept.Positions
    let expected = chains few |> Array.map kept
    Assert.Equal<float[][]>(expected, chains many |> Array.truncate 5 |> Array.map kept)

[<Theory; MemberData(nameof names)>]
let ``the kept log density is the target at the kept position`` name =
    let chain = (one 5L 100 50 (sampler name) (standard 3)).Kept

    for d in 0..49 do
        let squares = [ for i in 0..2 -> chain.Positions[3 * d + i] ** 2.0 ] |> List.sum
        Assert.Equal(-0.5 * squares, chain.LogDensities[d], 1e-12)

[<Fact>]
let ``a state's density is never computed again`` () =
    let evaluations sampler = (one 6L 30 20 sampler (standard 2)).Report.Evaluations
    Assert.Equal(51L, evaluations (Metropolis(ProposalSd.Fixed 1.0)))
    Assert.Equal(1L + 50L * 10L, evaluations (Hmc HmcOptions.defaults))

[<Theory; MemberData(nameof names)>]
let ``draws cost no memory that is not asked for`` name =
    use team = new Team(1)
    let target = standard 3

    let allocated draws =
        let options = {
            ChainOptions.defaults with
                Sampler = sampler name
                BurnIn = 100
                Draws = draws
                ChainsPerRow = 2
        }

        let before = GC.GetAllocatedBytesForCurrentThread()

        Chains.run team options (Key.OfSeed 7L) target (Keep.moments 3)
        |> value
        |> ignore

        GC.GetAllocatedBytesForCurrentThread() - before

    allocated 300 |> ignore
    // The smallest object at each of the 5 800 further transitions would make 139 200 bytes; the counter itself moves 8 KiB at a time.
    Assert.InRange(allocated 3000 - allocated 100, -16384L, 16384L)

[<Fact>]
let ``chains can be folded into anything, one fold or several`` () =
    let options = { ChainOptions.defaults with BurnIn = 50; Draws = 60; ChainsPerRow = 3 }

    let run options keep =
        Chains.run team.Value options (Key.OfSeed 8L) (standard 2) keep
        |> value
        |> Array.map _.Kept

    let all = run options (Keep.draws 2 60)

    let both =
        run
            options
            (Keep.both
                (Keep.moments 2)
                (Keep.draws 2 60
                 |> Keep.map (fun place draws -> place.Chain, Draws.coordinate 1 draws)))

    both
    |> Array.iteri (fun c (moments, (chain, second)) ->
        Assert.Equal(c, chain)
        Assert.Equal<float[]>(Draws.coordinate 1 all[c], second)
        Assert.Equal(Array.average second, moments.Mean[1], 1e-12))

    let thinned = run { options with Thin = 7 } (Keep.draws 2 8)
    Assert.Equal<float[]>([| for d in 6..7..59 -> (Draws.coordinate 0 all[2])[d] |], Draws.coordinate 0 thinned[2])

[<Fact>]
let ``chains begin where they are told to, and at a place without density they look for another`` () =
    let positions = [| 5.0; -7.0 |]
    // Density on x > 0 only.
    let half = Target.ofFunction Float64 1 (fun x -> Tensor.squeeze 1 (log (Tensor.relu x) - x))

    let options = {
        ChainOptions.defaults with
            Sampler = Metropolis(ProposalSd.Fixed 3.0)
            BurnIn = 0
            Draws = 2000
            ChainsPerRow = 2
            Start = Start.At positions
    }

    let chains = Chains.run team.Value options (Key.OfSeed 9L) half (Keep.draws 1 2000) |> value
    let trace c = Draws.coordinate 0 chains[c].Kept
    Assert.True(abs ((trace 0)[0] - 5.0) < 15.0)
    Assert.True(Array.exists (fun x -> x > 0.0) (trace 1))
    // Gamma(2, 1) has mean 2.
    Assert.Equal(2.0, Array.average (trace 0), 0.4)

[<Theory; MemberData(nameof names)>]
let ``chains go on where those of another run have ended, with the same step and mass`` name =
    let target = neural 3

    let run options =
        Chains.run
            team.Value
            { options with Sampler = sampler name; ChainsPerRow = 2; Draws = 20 }
            (Key.OfSeed 18L)
            target
            (Keep.draws 2 20)
        |> value

    let before = run { ChainOptions.defaults with BurnIn = 60 }
    let ends = before |> Array.map _.End
    let last chain = Array.last (Draws.positions chain.Kept)
    Assert.Equal<float[][]>(before |> Array.map last, ends |> Array.map _.Position)
    let after = run { ChainOptions.defaults with BurnIn = 30; Start = Start.After ends }

    for before, after in Array.zip before after do
        Assert.Equal(before.Report.StepSize, after.Report.StepSize)
        Assert.Equal<float[]>(before.Report.InverseMass, after.Report.InverseMass)

    // Without burn-in and with a step that leads nowhere, the first draw is where the other run ended.
    let still = ends |> Array.map (fun chain -> { chain with StepSize = 1e-9 })

    for before, after in Array.zip ends (run { ChainOptions.defaults with BurnIn = 0; Start = Start.After still }) do
        for i in 0..1 do
            Assert.Equal(before.Position[i], after.Kept.Positions[i], 1e-5)

[<Fact>]
let ``a family of targets is each of its members`` () =
    let data = Tensor.float64 [| 3; 1 |] [| 1.0; 2.0; 3.0 |]
    let logDensity (scale: Tensor) seen z = Tensor.squeeze 1 (-0.5 * scale * Tensor.square (z - seen))
    let family = Target.ofRowsGiven Float64 1 data logDensity

    for scale in [ 0.5; 3.0 ] do
        let scale = Tensor.scalar scale

        let draws target =
            sample 19L 30 20 1 (Hmc HmcOptions.defaults) target
            |> Array.map _.Kept.Positions

        Assert.Equal<float[][]>(draws (Target.ofRows Float64 1 data (logDensity scale)), draws (family scale))

[<Fact>]
let ``what is not a number is refused by the chain and told in its report, not thrown`` () =
    // NaN beyond 1: √ of a negative number.
    let edge = Target.ofFunction Float64 1 (fun x -> Tensor.squeeze 1 (sqrt (1.0 - x) - Tensor.square x))

    for name, sampler in samplers do
        for chain in sample 10L 50 100 4 sampler edge do
            Assert.All(chain.Kept.Positions, (fun x -> Assert.True(Double.IsFinite x, name)))
            Assert.True(Double.IsFinite chain.Report.AcceptanceRate, name)

    let stiff = Target.ofFunction Float64 1 (fun x -> Tensor.squeeze 1 (-1e6 * Tensor.square x))
    let wild = Nuts { NutsOptions.defaults with Adapt = Adapt.Nothing; StepSize = 1.0 }
    Assert.Equal(100, (one 11L 0 100 wild stiff).Report.Divergences)

    let short = Nuts { MaxDepth = 2; Adapt = Adapt.Nothing; StepSize = 1e-3 }
    Assert.Equal(100, (one 12L 0 100 short (standard 2)).Report.Truncated)

[<Fact>]
let ``adaptation arrives at the acceptance it aims for`` () =
    let rates sampler =
        sample 14L 1000 1000 16 sampler (standard 5)
        |> Array.averageBy _.Report.AcceptanceRate

    Assert.InRange(rates (Metropolis(ProposalSd.Adapted 1.0)), 0.18, 0.32)
    // The averaged step errs to the safe side a little, as in Stan.
    Assert.InRange(rates (Hmc HmcOptions.defaults), 0.72, 0.85)
    Assert.InRange(rates (Nuts NutsOptions.defaults), 0.75, 0.92)

[<Fact>]
let ``the learnt mass is the variance of the target`` () =
    let scaled = gaussian Float64 (array2D [ [ 1e4; 0.0 ]; [ 0.0; 1e-4 ] ])

    let mass i =
        sample 15L 1000 10 32 (Nuts NutsOptions.defaults) scaled
        |> Array.map (fun chain -> chain.Report.InverseMass[i])
        |> Array.average
    // Of a window of 500 draws; Stan's regularisation adds 1e-5 to the first.
    Assert.Equal(1.0, mass 0 / 1.1e-4, 0.25)
    Assert.Equal(1.0, mass 1 / 1e4, 0.25)

[<Fact>]
let ``the energy of a Gaussian is explored quickly`` () =
    for _, sampler in samplers |> List.filter (snd >> Sampler.needsGradient) do
        for chain in sample 16L 500 1000 4 sampler (standard 5) do
            Assert.True(chain.Report.Ebfmi > 0.5, $"{chain.Report.Ebfmi}")

    Assert.True(Double.IsNaN((one 17L 10 50 (Metropolis(ProposalSd.Fixed 1.0)) (standard 1)).Report.Ebfmi))
