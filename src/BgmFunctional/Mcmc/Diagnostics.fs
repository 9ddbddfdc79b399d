// Whether chains have found one distribution and how much they say about it: Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, "Rank-
// normalization, folding, and localization: an improved R-hat for assessing convergence of MCMC" (Bayesian Analysis 16, 667). The values are
// those of R's posterior package. A quantity is given as its traces, (chains)(draws); NaN if a trace holds a number that is not finite, if all
// numbers are equal, or if there are fewer than four draws.
namespace BgmFunctional.Mcmc

open System
open BgmFunctional.Data
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// Autocovariances of chains, averaged over them and computed as far as they are asked for.
[<Sealed>]
type private Autocovariances(chains: float[][]) =
    /// Lags computed at once.
    static let block = 32
    let length = chains[0].Length
    let lags = Array.zeroCreate<float>(length + block)
    let products = Array.zeroCreate<float> block
    let mutable known = 0

    /// Centred, with zeros for the lags that reach past the end.
    let centred =
        chains
        |> Array.map (fun chain ->
            let mean = Array.average chain
            Array.init (length + block + length) (fun i -> if i < length then chain[i] - mean else 0.0))

    let extend () =
        for chain in centred do
            // Row · matrix whose column j is the series j places on.
            Kernels<float>
                .Best.MatMul(
                    1,
                    block,
                    length,
                    ReadOnlySpan chain,
                    length,
                    1,
                    ReadOnlySpan(chain, known, length + block),
                    1,
                    1,
                    ReadOnlySpan.Empty,
                    Activation.None,
                    Span products
                )

            for j in 0 .. min block (length - known) - 1 do
                lags[known + j] <- lags[known + j] + products[j] / float (length * chains.Length)

        known <- known + block

    /// Mean over the chains of Σ (x_i − x̄)(x_{i+lag} − x̄)/n.
    member _.At(lag: int) =
        while lag >= known do
            extend ()

        lags[lag]

/// R-hat and effective sample sizes.
[<RequireQualifiedAccess>]
module Diagnostics =

    let private variance (values: float[]) =
        let mean = Array.average values

        (values |> Array.sumBy (fun x -> (x - mean) * (x - mean)))
        / float (values.Length - 1)

    /// First and second halves; the middle draw of an odd number is left out.
    let private split (chains: float[][]) =
        chains
        |> Array.collect (fun chain ->
            let half = chain.Length / 2
            [| chain[.. half - 1]; chain[chain.Length - half ..] |])

    let private isUsable (chains: float[][]) =
        chains.Length > 0
        && chains[0].Length >= 4
        && chains |> Array.forall (Array.forall Double.IsFinite)
        && chains |> Array.exists (Array.exists (fun x -> x <> chains[0][0]))

    let private requireEqualLengths (chains: float[][]) =
        if chains |> Array.exists (fun chain -> chain.Length <> chains[0].Length) then
            invalidArg
                (nameof chains)
                $"traces of different lengths: %A{chains |> Array.map _.Length}; all chains need the same draws"

    /// √ of the variance of all draws, from the chains' means too, over the mean variance within chains.
    let private scaleReduction (chains: float[][]) =
        let n = float chains[0].Length
        let between = n * variance (chains |> Array.map Array.average)
        let within = chains |> Array.averageBy variance
        sqrt ((between / within + n - 1.0) / n)

    /// Draws worth of independent ones: Geyer's initial monotone sequence of the autocorrelations of all chains (Vehtari et al. 2021, section 3.2).
    let private effectiveSize (chains: float[][]) =
        if not (isUsable chains) then
            nan
        else
            let n = chains[0].Length
            let total = float (n * chains.Length)
            let covariances = Autocovariances chains
            let within = covariances.At 0 * float n / float (n - 1)

            let marginal =
                covariances.At 0
                + (if chains.Length > 1 then variance (chains |> Array.map Array.average) else 0.0)

            let correlation lag = if lag = 0 then 1.0 else 1.0 - (within - covariances.At lag) / marginal

            // Sums of neighbouring pairs are positive and fall in theory: they are taken as long as they are positive, and made to fall.
            let rec sum lag previous total =
                let even, odd = correlation lag, correlation (lag + 1)
                let pair = even + odd

                if lag + 5 < n && pair > 0.0 then
                    let pair = min pair previous
                    sum (lag + 2) pair (total + pair)
                else
                    // The first even one left out counts once, if it is positive: less variance in antithetic chains.
                    total, max even 0.0

            let pairs, rest = sum 0 infinity 0.0
            total / max (-1.0 + 2.0 * pairs + rest) (1.0 / log10 total)

    let private fold (chains: float[][]) =
        let median = Sorted.quantile (Array.sort (Array.concat chains)) 0.5
        chains |> Array.map (Array.map (fun x -> abs (x - median)))

    let private ofUsable f (chains: float[][]) =
        requireEqualLengths chains
        if isUsable chains then f chains else nan

    /// Rank-normalised split R-hat, the larger of that of location and that of scale: below 1.01 the chains agree.
    let rHat (chains: float[][]) =
        let ranked chains = scaleReduction (NormalScores.ofChains (split chains))
        ofUsable (fun chains -> max (ranked chains) (ranked (fold chains))) chains

    /// Effective sample size for the bulk of the distribution, such as its mean and median: from normal scores of split chains.
    let essBulk (chains: float[][]) =
        ofUsable (fun chains -> effectiveSize (NormalScores.ofChains (split chains))) chains

    /// Effective sample size for the share of draws below the p-quantile.
    let essQuantile (p: float) (chains: float[][]) =
        let below chains =
            let quantile = Sorted.quantile (Array.sort (Array.concat chains)) p
            chains |> Array.map (Array.map (fun x -> if x <= quantile then 1.0 else 0.0))

        ofUsable (fun chains -> effectiveSize (split (below chains))) chains

    /// Effective sample size for the tails: the smaller of those for the 5 % and the 95 % quantile.
    let essTail (chains: float[][]) = min (essQuantile 0.05 chains) (essQuantile 0.95 chains)

    /// Effective sample size for the mean as it is, without ranks: what a Monte Carlo standard error of a mean divides by.
    let essMean (chains: float[][]) = ofUsable (fun chains -> effectiveSize (split chains)) chains

    /// Monte Carlo standard error of the mean of all draws.
    let mcseMean (chains: float[][]) = ofUsable (fun all -> sqrt (variance (Array.concat all) / essMean all)) chains
