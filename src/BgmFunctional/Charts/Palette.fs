namespace BgmFunctional.Charts

/// The colours: few, quiet, and told apart by people who do not see red or green.
module internal Palette =
    let ink = "#1b1f24"
    let soft = "#57606a"
    let axis = "#8c959f"
    let grid = "#e8ebef"
    let paper = "#ffffff"

    /// Okabe and Ito, "Color Universal Design", 2008; without its black, and yellow too pale on white.
    let private series = [| "#0072b2"; "#d55e00"; "#009e73"; "#cc79a7"; "#e69f00"; "#56b4e9" |]

    /// A colour for each label, in the order in which labels first come.
    let ofLabels labels =
        let places = labels |> List.distinct |> List.mapi (fun i label -> label, i) |> Map.ofList
        fun label -> series[places[label] % series.Length]

    /// Red, green and blue, 0 to 255.
    type private Rgb = float * float * float

    let private between stops position =
        let place = position * float (Array.length stops - 1)
        let i = min (int place) (stops.Length - 2)
        let share = place - float i
        let (r0, g0, b0): Rgb = stops[i]
        let (r1, g1, b1): Rgb = stops[i + 1]
        r0 + share * (r1 - r0), g0 + share * (g1 - g0), b0 + share * (b1 - b0)

    /// From nearly white to dark blue.
    let private shades: Rgb[] = [|
        243.0, 247.0, 251.0
        190.0, 215.0, 234.0
        96.0, 166.0, 206.0
        20.0, 106.0, 166.0
        8.0, 48.0, 92.0
    |]

    /// From blue over nearly white to orange.
    let private hues: Rgb[] = [|
        8.0, 74.0, 129.0
        84.0, 155.0, 200.0
        195.0, 221.0, 237.0
        247.0, 247.0, 246.0
        250.0, 215.0, 188.0
        232.0, 141.0, 85.0
        163.0, 66.0, 4.0
    |]

    /// The range of colours for values: around zero if they lie on both sides of it, else from the least to the greatest.
    let heatDomain values =
        let low, high = values |> Seq.fold min infinity, values |> Seq.fold max -infinity

        if low > high then 0.0, 1.0
        elif low < 0.0 && high > 0.0 then Scale.widen (-(max -low high), max -low high)
        else Scale.widen (low, high)

    /// The colour of a value, and whether it is so dark that text on it is white.
    let heat (low, high) value =
        let stops = if low = -high then hues else shades
        let r, g, b = between stops ((value - low) / (high - low))
        $"rgb({int r},{int g},{int b})", 0.299 * r + 0.587 * g + 0.114 * b < 140.0
