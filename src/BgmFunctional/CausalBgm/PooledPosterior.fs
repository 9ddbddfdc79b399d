// Posteriors from chains that pass through draws of the networks' weights, each chain through draws of its own, staying with each for some draws of the
// latents. Chains are then independent, so that what compares them and counts their draws sees the weights' part too.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Data
open BgmFunctional.LatentVariables
open BgmFunctional.Mcmc
open BgmFunctional.Numerics

/// The traces of one quantity, one for each chain, each the stretches under one draw of the weights after another.
[<NoComparison; NoEquality>]
type internal Traces = {
    /// (chains)(stretches × draws of each).
    Chains: float[][]
    /// S, stretches of a chain.
    Stretches: int
}

/// What traces say.
[<RequireQualifiedAccess>]
module internal PooledPosterior =

    /// R-hat of the chains.
    let rHat traces = Diagnostics.rHat traces.Chains

    /// Effective draws, bulk or tail: of a quantity that the weights move most, no more than there are draws of them.
    let ess traces = min (Diagnostics.essBulk traces.Chains) (Diagnostics.essTail traces.Chains)

    /// Mean and quantiles of the draws.
    let ofDraws alpha (draws: float[]) : Posterior =
        let low, high = Sorted.interval alpha (Array.sort draws)
        { Mean = Array.average draws; Low = low; High = high }

    /// Of draws under one draw of the weights; 0 of a single draw, whose spread is then between draws of the weights.
    let private variance (values: float[]) =
        let mean = Array.average values

        (values |> Array.sumBy (fun x -> (x - mean) * (x - mean)))
        / float (max 1 (values.Length - 1))

    /// Of an average over rows. It is nearly normal, and little of its spread is within a draw of the weights, so that few draws of the weights say
    /// little of its tails: as of multiply imputed data, variances within and between add up and the quantiles are those of Student's t (Rubin 1987,
    /// section 3.3). Under one draw of the weights, quantiles of the draws.
    let ofAverage alpha (traces: Traces) : Posterior =
        if traces.Stretches = 1 then
            ofDraws alpha (Array.concat traces.Chains)
        else
            let ofStretch draws : CompletedEstimate = { Estimate = Array.average draws; Variance = variance draws }
            let stretches = traces.Chains |> Array.collect (Array.splitInto traces.Stretches)
            let pooled = Rubin.pool alpha infinity "" (Array.map ofStretch stretches)
            { Mean = pooled.Estimate; Low = pooled.Low; High = pooled.High }
