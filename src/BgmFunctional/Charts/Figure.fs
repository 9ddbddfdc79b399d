namespace BgmFunctional.Charts

/// What stands along an axis.
[<RequireQualifiedAccess>]
type AxisKind =
    /// Numbers.
    | Linear
    /// Positive numbers, powers of ten evenly spaced; others are left out.
    | Logarithmic
    /// Names at 0, 1, 2, …; from left to right, or from top to bottom.
    | Categories of names: string list

/// An axis.
type Axis = {
    /// What is measured, with its unit; may be empty.
    Title: string
    /// What stands along it.
    Kind: AxisKind
}

/// A straight line behind the marks that they are compared with.
[<RequireQualifiedAccess>]
type Reference =
    /// A line at one x.
    | Vertical of x: float * label: string
    /// A line at one y.
    | Horizontal of y: float * label: string
    /// The line y = x.
    | Diagonal

/// Marks on a pair of axes.
type Plot = {
    /// What stands above; may be empty.
    Title: string
    /// The horizontal axis.
    X: Axis
    /// The vertical axis.
    Y: Axis
    /// What is drawn, first things behind later ones.
    Series: Series list
    /// Lines to compare with.
    References: Reference list
}

/// A part of a figure.
[<RequireQualifiedAccess>]
type Panel =
    /// Marks on axes.
    | Plot of Plot
    /// A graph, drawn with arrows.
    | Graph of title: string * graph: Graph

/// A picture: one or more panels under a title.
type Figure = {
    /// What the figure shows, in a few words.
    Title: string
    /// What to see in it; may be empty.
    Subtitle: string
    /// Source, sample size, method; may be empty.
    Caption: string
    /// How many panels stand beside each other, where the page is wide enough.
    Columns: int
    /// The panels, row by row.
    Panels: Panel list
}

/// Building panels.
[<RequireQualifiedAccess>]
module Panel =
    let private linear title = { Title = title; Kind = AxisKind.Linear }

    let private categories title names = { Title = title; Kind = AxisKind.Categories names }

    /// Lines, bands, points and histograms on two axes of numbers.
    let plot title xTitle yTitle series =
        Panel.Plot {
            Title = title
            X = linear xTitle
            Y = linear yTitle
            Series = series
            References = []
        }

    /// Bars over categories; several series, labels with a height for each category, stand beside each other. An
    /// ArgumentException names a series that has more or fewer heights.
    let bars title xTitle yTitle (names: string list) (series: (string * float list) list) =
        for label, heights in series do
            if heights.Length <> names.Length then
                invalidArg
                    (nameof series)
                    $"Series '{label}' has {heights.Length} heights for {names.Length} categories."

        Panel.Plot {
            Title = title
            X = categories xTitle names
            Y = linear yTitle
            Series = series |> List.map (fun (label, heights) -> Series.bars label heights)
            References = []
        }

    /// Estimates with intervals, a row for each label, in the order in which the series first name them; several series
    /// share the rows.
    let forest title xTitle (series: (string * Interval list) list) =
        let names = series |> List.collect snd |> List.map _.Label |> List.distinct

        Panel.Plot {
            Title = title
            X = linear xTitle
            Y = categories "" names
            Series = series |> List.map (fun (label, intervals) -> Series.forest label intervals)
            References = []
        }

    /// A table of numbers as colours, row by row. Values on both sides of zero get two hues, others shades of one.
    /// An ArgumentException tells of rows or columns that are not those of the names.
    let heatMap title (rowNames: string list) (columnNames: string list) (cells: float list list) =
        if
            cells.Length <> rowNames.Length
            || cells |> List.exists (fun row -> row.Length <> columnNames.Length)
        then
            invalidArg
                (nameof cells)
                $"A heat map of {rowNames.Length} by {columnNames.Length} names needs as many rows and columns."

        Panel.Plot {
            Title = title
            X = categories "" columnNames
            Y = categories "" rowNames
            Series = [ { Label = ""; Mark = Mark.HeatMap cells } ]
            References = []
        }

    /// A causal graph, its layers in the arrows' direction.
    let graph title graph = Panel.Graph(title, graph)

    /// The panel with lines to compare with; a graph has none.
    let withReferences references panel =
        match panel with
        | Panel.Plot plot -> Panel.Plot { plot with References = plot.References @ references }
        | Panel.Graph _ -> panel

    /// The panel with a logarithmic horizontal axis instead of a linear one; a graph has none.
    let withLogarithmicX panel =
        match panel with
        | Panel.Plot({ X = { Kind = AxisKind.Linear } } as plot) ->
            Panel.Plot { plot with X = { plot.X with Kind = AxisKind.Logarithmic } }
        | Panel.Plot _
        | Panel.Graph _ -> panel

/// Building figures.
[<RequireQualifiedAccess>]
module Figure =
    /// A figure of these panels, two beside each other if there are several.
    let create title panels = {
        Title = title
        Subtitle = ""
        Caption = ""
        Columns = if List.length panels > 1 then 2 else 1
        Panels = panels
    }

    /// The figure with a second line under its title.
    let withSubtitle subtitle (figure: Figure) = { figure with Subtitle = subtitle }

    /// The figure with a note below it.
    let withCaption caption (figure: Figure) = { figure with Caption = caption }

    /// The figure with so many panels beside each other.
    let withColumns columns (figure: Figure) = { figure with Columns = max 1 columns }
