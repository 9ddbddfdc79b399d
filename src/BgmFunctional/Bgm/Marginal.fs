namespace BgmFunctional.Bgm

open System
open BgmFunctional.Data
open BgmFunctional.Numerics

/// How the numbers of a column of a table are distributed, whatever the other columns hold.
type Marginal = {
    /// At levels evenly spaced from 0 to 1, ascending; two at least.
    Quantiles: float list
    /// Whether values repeat, as whole numbers do, so that none occurs but those that were seen.
    IsDiscrete: bool
}

/// Distributions of columns.
[<RequireQualifiedAccess>]
module Marginal =

    /// Enough that a quantile between two of these is as near as some hundred rows could tell.
    let private most = 201

    /// The quantile of sorted values at a level; between two of them if both may occur, else the nearer one.
    let private quantile isDiscrete (sorted: float[]) level =
        if isDiscrete then
            sorted[int (Math.Round(level * float (sorted.Length - 1)))]
        else
            Sorted.quantile sorted level

    /// Of two values or more.
    let ofValues (values: float[]) : Marginal =
        let sorted = Array.sort values
        let isDiscrete = 2 * (Array.distinct sorted).Length <= sorted.Length
        let last = min most sorted.Length - 1

        {
            // In order already, but for what interpolation rounds.
            Quantiles = List.sort [ for i in 0..last -> quantile isDiscrete sorted (float i / float last) ]
            IsDiscrete = isDiscrete
        }

    /// How wide the middle half of the values lies.
    let middleHalf (marginal: Marginal) : float =
        let at level = Sorted.quantile (List.toArray marginal.Quantiles) level
        at 0.75 - at 0.25

    /// Whether it can be the distribution of a column.
    let internal isSound (marginal: Marginal) =
        marginal.Quantiles.Length > 1
        && List.forall Double.IsFinite marginal.Quantiles
        && marginal.Quantiles
           |> List.pairwise
           |> List.forall (fun (low, high) -> low <= high)

    /// What exchanges numbers of another distribution, of which these are a sample, for the quantiles of this one at the same levels.
    let exchange (marginal: Marginal) (sample: float[]) : float -> float =
        let sample, quantiles = Array.sort sample, List.toArray marginal.Quantiles

        fun value ->
            let found = Array.BinarySearch(sample, value)
            let below = if found < 0 then ~~~found else found
            quantile marginal.IsDiscrete quantiles (float below / float sample.Length)
