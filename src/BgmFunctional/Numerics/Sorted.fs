namespace BgmFunctional.Numerics

/// Sorted values that are not empty.
module internal Sorted =
    /// The share p of the values lies below; linear between order statistics (R type 7).
    let quantile (sorted: float[]) p =
        let position = p * float (sorted.Length - 1)
        let below = int (floor position)
        let above = min (below + 1) (sorted.Length - 1)
        sorted[below] + (position - float below) * (sorted[above] - sorted[below])

    /// The ends of the interval between which a share 1 − alpha of the values lies, as many below as above.
    let interval alpha sorted = quantile sorted (alpha / 2.0), quantile sorted (1.0 - alpha / 2.0)

    /// The length of their middle half.
    let interquartileRange sorted = quantile sorted 0.75 - quantile sorted 0.25
