namespace BgmFunctional.Charts

open System
open BgmFunctional.Data
open BgmFunctional.Numerics

/// One bar of a histogram.
type Bin = {
    /// Where the bar begins.
    From: float
    /// Where it ends.
    To: float
    /// Its height: a density, so that the bars' areas add up to 1.
    Density: float
}

/// Where bars begin and end: `Count` of width `Step` from `First` · `Step` on.
type internal Grid = { First: float; Step: float; Count: int }

/// Values to draw at.
module internal Grid =
    /// So many values from low to high, evenly spaced.
    let evenly count low high = Array.init count (fun i -> low + float i / float (count - 1) * (high - low))

/// Bars of a round width.
module internal Bins =
    let private isWhole values = values |> Array.forall (fun value -> value = floor value)

    /// Bars over a range that is not empty: of a width near 2 · IQR / ∛n of the values (Freedman and Diaconis, 1981), but some 2 · ∛n of
    /// them at least, as values with two modes have a wide IQR; no narrower than 1 for whole numbers. They begin at multiples of their
    /// width, so that those of several histograms meet.
    let grid (low, high) (values: float[]) =
        let drawable = values |> Array.filter Scale.isDrawable |> Array.sort

        if drawable.Length = 0 then
            { First = 0.0; Step = 1.0; Count = 0 }
        else
            let root = Math.Cbrt(float drawable.Length)
            let wanted = 2.0 * Sorted.interquartileRange drawable / root
            let fewest = max 5.0 (2.0 * root)

            let count =
                if wanted > 0.0 then
                    (high - low) / wanted |> max fewest |> min 60.0 |> ceil |> int
                else
                    20

            let round = (Ticks.within count (low, high)).Step
            let step = if isWhole drawable then max 1.0 round else round
            let first = floor (low / step)
            { First = first; Step = step; Count = int (floor (high / step) - first) + 1 }

    /// The density of values in each bar; those outside the grid count, but are not shown.
    let fill grid (values: float[]) =
        let drawable = values |> Array.filter Scale.isDrawable
        let counts = Array.zeroCreate<int> grid.Count

        for value in drawable do
            let place = floor (value / grid.Step) - grid.First

            if place >= 0.0 && place < float grid.Count then
                counts[int place] <- counts[int place] + 1

        [
            for i in 0 .. grid.Count - 1 do
                {
                    From = (grid.First + float i) * grid.Step
                    To = (grid.First + float (i + 1)) * grid.Step
                    Density = float counts[i] / float drawable.Length / grid.Step
                }
        ]
