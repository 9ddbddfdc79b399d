module BgmFunctional.Tests.CausalBgm.PooledPosteriorTests

open Xunit
open BgmFunctional.CausalBgm
open BgmFunctional.Tests.CausalBgm.Cases

/// Draws of an average that is N(m_s, within²) under weights s, m_s ~ N(0, between²): (chains)(s × draws).
let private average seed weightDraws draws between within : Traces =
    let means = normals seed weightDraws |> Array.map ((*) between)

    {
        Chains =
            Array.init 2 (fun chain ->
                normals (seed + 100_000L * int64 (chain + 1)) (weightDraws * draws)
                |> Array.mapi (fun d noise -> means[d / draws] + within * noise))
        WeightDraws = weightDraws
    }

/// Quantiles of the draws would hold far fewer: eight draws of the weights have hardly a tail.
[<Theory; InlineData(1.0, 0.1); InlineData(1.0, 1.0); InlineData(0.1, 1.0)>]
let ``an average's interval holds as much of the posterior as it says, though the draws of the weights are few``
    between
    within
    =
    for weightDraws, alpha in [ 8, 0.05; 8, 0.01; 32, 0.01 ] do
        let runs = 2000

        let held =
            Array.init runs (fun run ->
                let seed = int64 (run + 1)
                let posterior = PooledPosterior.ofAverage alpha (average seed weightDraws 20 between within)
                let another = sqrt (between * between + within * within) * (normals (-seed) 1)[0]
                if posterior.Low <= another && another <= posterior.High then 1.0 else 0.0)
            |> Array.average

        // Four standard errors of a share; the approximation of the degrees of freedom errs to the safe side, by less than a quarter of alpha.
        let error = 4.0 * sqrt (alpha * (1.0 - alpha) / float runs)
        Assert.InRange(held, 1.0 - alpha - error, 1.0 - 0.75 * alpha + error)

[<Fact>]
let ``an average in cents has the interval in dollars, a hundredfold`` () =
    for scale in [ 1e-6; 1e2; 1e6 ] do
        for weightDraws in [ 2; 8; 32 ] do
            let traces = average 3L weightDraws 20 0.2 1.0
            let scaled = { traces with Chains = traces.Chains |> Array.map (Array.map ((*) scale)) }
            let one, other = PooledPosterior.ofAverage 0.05 traces, PooledPosterior.ofAverage 0.05 scaled
            Assert.Equal(scale, (other.High - other.Low) / (one.High - one.Low), 1e-9 * scale)
            Assert.Equal(scale * one.Mean, other.Mean, 1e-9 * scale)

[<Fact>]
let ``under one draw of the weights an interval is that of the draws`` () =
    let traces = average 7L 1 500 0.0 1.0
    Assert.Equal(PooledPosterior.ofDraws 0.1 (Array.concat traces.Chains), PooledPosterior.ofAverage 0.1 traces)

[<Fact>]
let ``chains agree though their target moves with the weights, and differ if one of them stays elsewhere`` () =
    let traces = average 8L 16 64 5.0 1.0
    Assert.InRange(PooledPosterior.rHat traces, 0.99, 1.01)
    // Independent draws: 2 × 1024 of them; the estimate itself spreads by some per cent.
    Assert.InRange(PooledPosterior.ess traces, 1400.0, 2700.0)

    let apart = {
        traces with
            Chains = traces.Chains |> Array.mapi (fun chain -> Array.map ((+) (0.4 * float chain)))
    }

    Assert.True(PooledPosterior.rHat apart > 1.01)
