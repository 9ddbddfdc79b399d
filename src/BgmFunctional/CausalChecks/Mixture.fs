// A column as it is predicted from draws of the rows' Z: of each row a weighted mixture, over its draws, of normal distributions or of probabilities of 1.
namespace BgmFunctional.CausalChecks

open System
open BgmFunctional.CausalBgm
open BgmFunctional.Kernels
open BgmFunctional.Numerics

/// Of each row: draws one after another, those of all chains.
[<NoComparison; NoEquality>]
type internal Mixture = {
    /// Draws of a row.
    Count: int
    /// (n, count), not yet summing to one in a row.
    Weights: float[]
    /// (n, count); of a binary column, its probability of 1.
    Means: float[]
    /// (n, count); none of a binary column.
    Deviations: float[]
}

/// Predicted columns.
[<RequireQualifiedAccess>]
module internal Mixture =

    /// Whether its values are 0 and 1.
    let isBinary mixture = mixture.Deviations.Length = 0

    /// exp(logs) of each row, the largest of it 1.
    let normalised count (logs: float[]) =
        logs
        |> Array.chunkBySize count
        |> Array.collect (fun row ->
            let top = Array.max row
            row |> Array.map (fun log -> exp (log - top)))

    /// Normal distributions in the data's units, out of those of the networks.
    let normals (units: Units) count weights (means: float[]) (deviations: float[]) : Mixture = {
        Count = count
        Weights = weights
        Means = means |> Array.map (Units.leave units)
        Deviations = deviations |> Array.map (fun deviation -> units.Scale * deviation)
    }

    /// Weighted mean of a function of each draw of a row.
    let average (mixture: Mixture) row (f: int -> float) =
        let first = row * mixture.Count
        let mutable sum, weights = 0.0, 0.0

        for d in first .. first + mixture.Count - 1 do
            sum <- sum + mixture.Weights[d] * f d
            weights <- weights + mixture.Weights[d]

        sum / weights

    /// F(value) of each row; of a binary column at random within its value's interval.
    let residuals (key: Key) (mixture: Mixture) (values: float[]) =
        if isBinary mixture then
            let places = Array.zeroCreate<float> values.Length
            Kernels<float>.Best.Random(Draw.Uniform, key, 0L, Span places)

            values
            |> Array.mapi (fun row value ->
                let p = average mixture row (fun d -> mixture.Means[d])
                if value = 1.0 then 1.0 - p + places[row] * p else places[row] * (1.0 - p))
        else
            values
            |> Array.mapi (fun row value ->
                average mixture row (fun d -> Normal.cdf ((value - mixture.Means[d]) / mixture.Deviations[d])))

    /// Mean of the logarithms of the densities, or probabilities, that the rows' values have.
    let logScore (mixture: Mixture) (values: float[]) =
        values
        |> Array.mapi (fun row value ->
            average mixture row (fun d ->
                let mean = mixture.Means[d]

                if isBinary mixture then
                    if value = 1.0 then mean else 1.0 - mean
                else
                    let sd = mixture.Deviations[d]
                    exp (-0.5 * ((value - mean) / sd) ** 2.0) / (sd * sqrt (2.0 * Math.PI)))
            |> max 1e-300
            |> log)
        |> Array.average

    /// Weights up to each draw of a row, itself included, (n, count).
    let cumulative (mixture: Mixture) =
        mixture.Weights
        |> Array.chunkBySize mixture.Count
        |> Array.map (fun row -> Array.scan (+) 0.0 row |> Array.tail)

    /// A draw of each row's column.
    let replicate (key: Key) (mixture: Mixture) (cumulative: float[][]) : float[] =
        let n = cumulative.Length
        let uniform, normal = Array.zeroCreate<float>(2 * n), Array.zeroCreate<float> n
        Kernels<float>.Best.Random(Draw.Uniform, key.Child 0L, 0L, Span uniform)
        Kernels<float>.Best.Random(Draw.Normal, key.Child 1L, 0L, Span normal)

        Array.init n (fun row ->
            let upTo = cumulative[row]
            let found = Array.BinarySearch(upTo, uniform[row] * Array.last upTo)
            let d = row * mixture.Count + (if found >= 0 then found else ~~~found)

            if not (isBinary mixture) then
                mixture.Means[d] + mixture.Deviations[d] * normal[row]
            elif uniform[n + row] < mixture.Means[d] then
                1.0
            else
                0.0)
