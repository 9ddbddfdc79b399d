module BgmFunctional.Tests.CausalBgm.PooledPosteriorTests

open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.Tests.CausalBgm.Cases

/// Draws of an average that is N(m_s, within²) under weights s, m_s ~ N(0, between²), each chain with weights of its own: (chains)(s × draws).
let private average seed stretches draws between within : Traces =
    let means = normals seed (2 * stretches) |> Array.map ((*) between)

    {
        Chains =
            Array.init 2 (fun chain ->
                normals (seed + 100_000L * int64 (chain + 1)) (stretches * draws)
                |> Array.mapi (fun d noise -> means[chain * stretches + d / draws] + within * noise))
        Stretches = stretches
    }

/// Quantiles of the draws would hold far fewer: eight draws of the weights have hardly a tail.
[<Theory; InlineData(1.0, 0.1); InlineData(1.0, 1.0); InlineData(0.1, 1.0)>]
let ``an average's interval holds as much of the posterior as it says, though the draws of the weights are few``
    between
    within
    =
    for stretches, draws, alpha in [ 4, 20, 0.05; 4, 20, 0.01; 16, 20, 0.01; 100, 1, 0.01 ] do
        let runs = 2000

        let held =
            Array.init runs (fun run ->
                let seed = int64 (run + 1)
                let posterior = PooledPosterior.ofAverage alpha (average seed stretches draws between within)
                let another = sqrt (between * between + within * within) * (normals (-seed) 1)[0]
                if posterior.Low <= another && another <= posterior.High then 1.0 else 0.0)
            |> Array.average

        // Four standard errors of a share; the approximation of the degrees of freedom errs to the safe side, by less than a quarter of alpha.
        let error = 4.0 * sqrt (alpha * (1.0 - alpha) / float runs)
        Assert.InRange(held, 1.0 - alpha - error, 1.0 - 0.75 * alpha + error)

[<Fact>]
let ``an average in cents has the interval in dollars, a hundredfold`` () =
    for scale in [ 1e-6; 1e2; 1e6 ] do
        for stretches in [ 2; 8; 32 ] do
            let traces = average 3L stretches 20 0.2 1.0
            let scaled = { traces with Chains = traces.Chains |> Array.map (Array.map ((*) scale)) }
            let one, other = PooledPosterior.ofAverage 0.05 traces, PooledPosterior.ofAverage 0.05 scaled
            Assert.Equal(scale, (other.High - other.Low) / (one.High - one.Low), 1e-9 * scale)
            Assert.Equal(scale * one.Mean, other.Mean, 1e-9 * scale)

[<Fact>]
let ``under one draw of the weights an interval is that of the draws`` () =
    let traces = average 7L 1 500 0.0 1.0
    Assert.Equal(PooledPosterior.ofDraws 0.1 (Array.concat traces.Chains), PooledPosterior.ofAverage 0.1 traces)

[<Fact>]
let ``chains count as many draws as there are of the weights, if those move the average most`` () =
    // Of independent draws; the estimate itself spreads by some per cent.
    Assert.InRange(PooledPosterior.ess (average 8L 500 1 5.0 1.0), 700.0, 1300.0)
    Assert.InRange(PooledPosterior.ess (average 8L 50 20 5.0 1.0), 50.0, 170.0)
    Assert.InRange(PooledPosterior.ess (average 8L 50 20 0.0 1.0), 1400.0, 2700.0)

[<Fact>]
let ``chains agree if draws of the weights are many, and differ if they are few or one chain stays elsewhere`` () =
    let traces = average 8L 500 1 5.0 1.0
    Assert.InRange(PooledPosterior.rHat traces, 0.99, 1.01)
    Assert.True(PooledPosterior.rHat (average 9L 4 200 5.0 1.0) > 1.05)

    let apart = {
        traces with
            Chains = traces.Chains |> Array.mapi (fun chain -> Array.map ((+) (2.0 * float chain)))
    }

    Assert.True(PooledPosterior.rHat apart > 1.01)
