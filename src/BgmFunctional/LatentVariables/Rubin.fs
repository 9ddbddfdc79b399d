// What several answers to one question say together, such as those of the completed tables of a multiple imputation: Rubin, Multiple Imputation for
// Nonresponse in Surveys, 1987, with the degrees of freedom of Barnard and Rubin, Biometrika 86, 1999.
namespace BgmFunctional.LatentVariables

open System
open MathNet.Numerics.Distributions
open MathNet.Numerics.RootFinding

/// An estimate from one completed table.
type CompletedEstimate = {
    /// Its value.
    Estimate: float
    /// The square of its standard error.
    Variance: float
}

/// An estimate from several completed tables.
type PooledEstimate = {
    /// What is estimated.
    Term: string
    /// The mean of the tables' estimates.
    Estimate: float
    /// The square root of the total variance.
    StandardError: float
    /// The lower end of the interval.
    Low: float
    /// The upper end.
    High: float
    /// Degrees of freedom of the t distribution behind the interval.
    DegreesOfFreedom: float
    /// The mean of the tables' variances: what would be left of the variance if nothing were missing.
    WithinVariance: float
    /// The variance of the tables' estimates: what the holes add, but for a factor of 1 + 1/m.
    BetweenVariance: float
    /// Within + (1 + 1/m)·between.
    TotalVariance: float
    /// The share of the information about the term that is missing, 0 to 1: what the holes took, and what the t distribution's tails add.
    MissingInformation: float
}

/// Rubin's rules.
[<RequireQualifiedAccess>]
module Rubin =

    /// Degrees of freedom beyond which the t distribution is the normal one to ten digits.
    let private many = 1e10

    /// Below it lies a share p ≥ ½ of the t distribution.
    let private quantile df p =
        if df > many then
            Normal.InvCDF(0.0, 1.0, p)
        else
            let below t = StudentT.CDF(0.0, 1.0, df, t) - p
            let mutable high = 1.0

            while below high < 0.0 do
                high <- 2.0 * high

            Brent.FindRoot(below, 0.0, high, 1e-14, 200)

    /// The estimate of m ≥ 2 completed tables and its 1 − alpha interval; the degrees of freedom are those that a complete table would give, which may
    /// be infinite.
    let pool
        (alpha: float)
        (completeDegreesOfFreedom: float)
        (term: string)
        (tables: CompletedEstimate[])
        : PooledEstimate =
        let m = float tables.Length
        let estimate = tables |> Array.averageBy _.Estimate
        let within = tables |> Array.averageBy _.Variance

        let between =
            Array.sumBy (fun (table: CompletedEstimate) -> (table.Estimate - estimate) ** 2.0) tables
            / (m - 1.0)

        let total = within + (1.0 + 1.0 / m) * between
        let share = if between = 0.0 then 0.0 else (1.0 + 1.0 / m) * between / total
        let few = (m - 1.0) / (share * share)
        let complete = completeDegreesOfFreedom
        let observed = (complete + 1.0) / (complete + 3.0) * complete * (1.0 - share)

        let df =
            if Double.IsInfinity complete then few
            elif Double.IsInfinity few then observed
            else few * observed / (few + observed)

        let error = sqrt total
        let reach = error * quantile df (1.0 - alpha / 2.0)

        {
            Term = term
            Estimate = estimate
            StandardError = error
            Low = estimate - reach
            High = estimate + reach
            DegreesOfFreedom = df
            WithinVariance = within
            BetweenVariance = between
            TotalVariance = total
            MissingInformation = share + (1.0 - share) * 2.0 / (df + 3.0)
        }
