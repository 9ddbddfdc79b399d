namespace BgmFunctional.Charts

/// An estimate with its interval, on a row of its own; without an interval its ends are NaN.
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

    /// How values are spread: bars of a round width whose areas add up to 1.
    let histogram label values =
        let values = values |> Seq.filter Scale.isDrawable |> Array.ofSeq

        match values with
        | [||] -> create label (Mark.Histogram [])
        | _ ->
            let range = Scale.widen (Array.min values, Array.max values)
            create label (Mark.Histogram(Bins.fill (Bins.grid range values) values))

    /// The outline of such bars.
    let internal outline label (bins: Bin list) =
        let corners = bins |> List.collect (fun bin -> [ bin.From, bin.Density; bin.To, bin.Density ])

        match bins with
        | [] -> line label []
        | first :: _ -> line label ((first.From, 0.0) :: corners @ [ (List.last bins).To, 0.0 ])
