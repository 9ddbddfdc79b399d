namespace BgmFunctional.Charts

open System

/// One bar of a histogram.
type Bin = {
    /// Where the bar begins.
    From: float
    /// Where it ends.
    To: float
    /// Its height: a density, so that the bars' areas add up to 1. A negative one hangs from zero, as in a mirrored histogram.
    Density: float
}

/// An estimate with its interval, on a row of its own.
type Interval = {
    /// What is estimated.
    Label: string
    /// The estimate.
    Estimate: float
    /// The interval's lower end.
    Lower: float
    /// The interval's upper end.
    Upper: float
}

/// What is drawn on a pair of axes. Values that are NaN or infinite are left out; a line is broken there.
[<RequireQualifiedAccess>]
type Mark =
    /// A line through points (x, y).
    | Line of points: (float * float) list
    /// A band between two curves, given as (x, lower, upper).
    | Band of edges: (float * float * float) list
    /// A dot at each (x, y).
    | Points of points: (float * float) list
    /// A bar from zero for each category, in their order.
    | Bars of heights: float list
    /// Bars that touch each other.
    | Histogram of bins: Bin list
    /// Estimates with intervals, one a row.
    | Forest of intervals: Interval list
    /// A coloured cell for each row and column, row by row.
    | HeatMap of cells: float list list

/// A mark and what it shows. Series with the same label have the same colour and one place in the legend, so that a line
/// and its band belong together; a series without a label is not in the legend.
type Series = {
    /// What the legend says, or the empty text.
    Label: string
    /// What is drawn.
    Mark: Mark
}

/// Building series.
[<RequireQualifiedAccess>]
module Series =
    let private create label mark = { Label = label; Mark = mark }

    /// A line through points (x, y).
    let line label points = create label (Mark.Line(List.ofSeq points))

    /// A band between two curves, given as (x, lower, upper).
    let band label edges = create label (Mark.Band(List.ofSeq edges))

    /// A dot at each (x, y).
    let points label points = create label (Mark.Points(List.ofSeq points))

    /// A bar from zero for each category.
    let bars label heights = create label (Mark.Bars(List.ofSeq heights))

    /// Estimates with intervals.
    let forest label intervals = create label (Mark.Forest(List.ofSeq intervals))

    /// The middle half of sorted values: its length, the interquartile range.
    let private interquartileRange (sorted: float[]) =
        sorted[3 * (sorted.Length - 1) / 4] - sorted[(sorted.Length - 1) / 4]

    /// Bars of a round width near 2 · IQR / ∛n (Freedman and Diaconis, 1981), beginning at multiples of it, so that the
    /// bars of several histograms meet.
    let private bins (values: float[]) =
        let sorted = values |> Array.filter Scale.isDrawable |> Array.sort

        if sorted.Length = 0 then
            []
        else
            let low, high = Scale.widen (sorted[0], sorted[sorted.Length - 1])
            let wanted = 2.0 * interquartileRange sorted / Math.Cbrt(float sorted.Length)

            let count =
                if wanted > 0.0 then
                    (high - low) / wanted |> ceil |> max 5.0 |> min 60.0 |> int
                else
                    20

            let step = (Ticks.within count (low, high)).Step
            let first = floor (low / step)
            let index value = int (floor (value / step) - first)
            let counts = sorted |> Array.countBy index |> Map.ofArray

            [
                for i in 0 .. index high do
                    let inside = counts |> Map.tryFind i |> Option.defaultValue 0

                    {
                        From = (first + float i) * step
                        To = (first + float (i + 1)) * step
                        Density = float inside / float sorted.Length / step
                    }
            ]

    /// How values are spread: bars of a round width whose areas add up to 1.
    let histogram label values = create label (Mark.Histogram(bins (Array.ofSeq values)))
