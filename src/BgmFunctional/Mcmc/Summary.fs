namespace BgmFunctional.Mcmc

open BgmFunctional.Data
open BgmFunctional.Numerics

/// What is reported of a quantity: its posterior, and whether the chains can be believed.
type Summary = {
    /// Posterior mean.
    Mean: float
    /// Monte Carlo standard error of the mean.
    StandardError: float
    /// Posterior standard deviation.
    Sd: float
    /// 5 % quantile.
    Q05: float
    /// Median.
    Median: float
    /// 95 % quantile.
    Q95: float
    /// Rank-normalised split R-hat.
    RHat: float
    /// Effective sample size of the bulk.
    EssBulk: float
    /// Effective sample size of the tails.
    EssTail: float
}

/// Summaries.
[<RequireQualifiedAccess>]
module Summary =

    /// Above it, chains disagree.
    let internal greatestRHat = 1.01

    /// Below it, quantiles and R-hat itself are uncertain.
    let internal leastEss = 400.0

    /// Of the traces of a quantity, (chains)(draws).
    let ofChains (chains: float[][]) : Summary =
        let all = Array.sort (Array.concat chains)
        let mean = Array.average all

        {
            Mean = mean
            StandardError = Diagnostics.mcseMean chains
            Sd = sqrt ((all |> Array.sumBy (fun x -> (x - mean) * (x - mean))) / float (all.Length - 1))
            Q05 = Sorted.quantile all 0.05
            Median = Sorted.quantile all 0.5
            Q95 = Sorted.quantile all 0.95
            RHat = Diagnostics.rHat chains
            EssBulk = Diagnostics.essBulk chains
            EssTail = Diagnostics.essTail chains
        }

    /// Of quantities of one posterior, each a function of a draw's position (q) with its name.
    let ofDraws (quantities: (string * (float[] -> float)) list) (chains: Draws[]) : (string * Summary) list =
        let positions = chains |> Array.map Draws.positions

        quantities
        |> List.map (fun (name, quantity) -> name, ofChains (positions |> Array.map (Array.map quantity)))

    /// What speaks against a summary, a line each; nothing if all is well.
    let warnings (name: string, summary: Summary) : string list = [
        if not (summary.RHat <= greatestRHat) then
            $"{name}: R-hat {summary.RHat:F3} is above {greatestRHat}: the chains disagree; run them longer"
        if not (min summary.EssBulk summary.EssTail >= leastEss) then
            $"{name}: effective sample size {min summary.EssBulk summary.EssTail:F0} is below {leastEss}: more draws are needed"
    ]

    /// A table, a line each, with its header.
    let table (summaries: (string * Summary) list) : string list =
        let width = summaries |> List.fold (fun width (name, _) -> max width name.Length) 8

        let header =
            sprintf
                "%-*s %9s %9s %9s %9s %9s %9s %7s %7s %7s"
                width
                ""
                "mean"
                "mcse"
                "sd"
                "5 %"
                "median"
                "95 %"
                "R-hat"
                "bulk"
                "tail"

        header
        :: [
            for name, s in summaries ->
                sprintf
                    "%-*s %9.3g %9.2g %9.3g %9.3g %9.3g %9.3g %7.3f %7.0f %7.0f"
                    width
                    name
                    s.Mean
                    s.StandardError
                    s.Sd
                    s.Q05
                    s.Median
                    s.Q95
                    s.RHat
                    s.EssBulk
                    s.EssTail
        ]
