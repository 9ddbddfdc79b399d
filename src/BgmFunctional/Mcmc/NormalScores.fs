namespace BgmFunctional.Mcmc

open System
open BgmFunctional.Numerics

/// Ranks as normal scores.
[<RequireQualifiedAccess>]
module internal NormalScores =

    /// Normal scores Φ⁻¹((rank − 3/8)/(S + 1/4)) of all S values of some chains together, ties at their mean rank.
    let ofChains (chains: float[][]) : float[][] =
        let values = Array.concat chains
        let order = Array.init values.Length id
        let sorted = Array.copy values
        Array.Sort(sorted, order)
        let scores = Array.zeroCreate values.Length
        let size = float values.Length
        let mutable first = 0

        while first < sorted.Length do
            let mutable last = first

            while last + 1 < sorted.Length && sorted[last + 1] = sorted[first] do
                last <- last + 1

            let rank = 0.5 * float (first + last) + 1.0
            let score = Normal.quantile ((rank - 0.375) / (size + 0.25))

            for i in first..last do
                scores[order[i]] <- score

            first <- last + 1

        let starts = chains |> Array.map _.Length |> Array.scan (+) 0
        chains |> Array.mapi (fun c chain -> Array.sub scores starts[c] chain.Length)
