namespace BgmFunctional.Mcmc

open System

/// Means and variances of vectors that come one by one (Welford 1962).
[<Sealed>]
type Moments(dimension: int) =
    let mean: float[] = Array.zeroCreate dimension
    let squares: float[] = Array.zeroCreate dimension

    /// Vectors so far.
    member val Count = 0 with get, set

    /// (q).
    member _.Mean = mean

    /// Unbiased variance of coordinate i; NaN of fewer than two vectors.
    member this.Variance(i: int) = if this.Count < 2 then nan else squares[i] / float (this.Count - 1)

    /// (q).
    member this.Variances = Array.init dimension this.Variance

    /// Forgets everything.
    member this.Clear() =
        this.Count <- 0
        Array.Clear mean
        Array.Clear squares

    /// Takes one more vector, (q).
    member this.Add(x: ReadOnlySpan<float>) =
        this.Count <- this.Count + 1

        for i in 0 .. mean.Length - 1 do
            let deviation = x[i] - mean[i]
            mean[i] <- mean[i] + deviation / float this.Count
            squares[i] <- squares[i] + deviation * (x[i] - mean[i])
