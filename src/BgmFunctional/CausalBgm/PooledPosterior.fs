// Posteriors from chains that pass together through several draws of the networks' weights, staying with each for as many draws of the latents.
namespace BgmFunctional.CausalBgm

open BgmFunctional.Bgm
open BgmFunctional.Data
open BgmFunctional.Mcmc

/// The traces of one quantity, one for each chain, each the stretches under one draw of the weights after another.
[<NoComparison; NoEquality>]
type internal Traces = {
    /// (chains)(weight draws × draws under each).
    Chains: float[][]
    /// S, draws of the weights.
    WeightDraws: int
}

/// What traces say.
[<RequireQualifiedAccess>]
module internal PooledPosterior =

    let private perWeights traces = traces.Chains[0].Length / traces.WeightDraws

    /// Number d of the draws under weights s.
    let private stretch s traces =
        let length = perWeights traces

        traces.Chains
        |> Array.map (fun chain -> chain[s * length .. (s + 1) * length - 1])

    /// Each stretch less its mean over all chains: what is left is of the latents given the weights, and the same in all stretches if they have converged.
    let private givenWeights traces =
        if traces.WeightDraws = 1 then
            traces.Chains
        else
            let length = perWeights traces
            let means = Array.init traces.WeightDraws (fun s -> stretch s traces |> Array.averageBy Array.average)
            traces.Chains |> Array.map (Array.mapi (fun d x -> x - means[d / length]))

    /// R-hat of the latents' chains given the weights.
    let rHat traces = Diagnostics.rHat (givenWeights traces)

    /// Effective draws of the latents given the weights, bulk or tail.
    let ess traces =
        let chains = givenWeights traces
        min (Diagnostics.essBulk chains) (Diagnostics.essTail chains)

    /// Mean and quantiles of the draws.
    let ofDraws alpha (draws: float[]) : Posterior =
        let sorted = Array.sort draws

        {
            Mean = Array.average draws
            Low = Sorted.quantile sorted (alpha / 2.0)
            High = Sorted.quantile sorted (1.0 - alpha / 2.0)
        }

    let private variance (values: float[]) =
        let mean = Array.average values

        (values |> Array.sumBy (fun x -> (x - mean) * (x - mean)))
        / float (values.Length - 1)

    /// Of an average over rows. It is nearly normal, and little of its spread is within a draw of the weights, so that few draws of the weights say
    /// little of its tails: as of multiply imputed data, variances within and between add up and the quantiles are those of Student's t (Rubin 1987,
    /// section 3.3). Under one draw of the weights, quantiles of the draws.
    let ofAverage alpha (traces: Traces) : Posterior =
        if traces.WeightDraws = 1 then
            ofDraws alpha (Array.concat traces.Chains)
        else
            let ofStretch s : CompletedEstimate =
                let draws = Array.concat (stretch s traces)
                { Estimate = Array.average draws; Variance = variance draws }

            let pooled = Rubin.pool alpha infinity "" (Array.init traces.WeightDraws ofStretch)
            { Mean = pooled.Estimate; Low = pooled.Low; High = pooled.High }
