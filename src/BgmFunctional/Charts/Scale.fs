namespace BgmFunctional.Charts

open System
open System.Globalization

/// Marks along an axis: round numbers, evenly spaced.
type Ticks = {
    /// The distance between two ticks: 1, 2 or 5 times a power of ten.
    Step: float
    /// The ticks, increasing, all within the range asked for.
    Values: float list
}

/// Round numbers on axes, and how they are written.
[<RequireQualifiedAccess>]
module Ticks =
    /// The smallest of 1, 2, 5 times a power of ten that is not below the value.
    let private roundUp value =
        let power = Math.Pow(10.0, Math.Floor(Math.Log10 value))

        [ 1.0; 2.0; 5.0; 10.0 ]
        |> List.map (fun factor -> factor * power)
        |> List.find (fun step -> step >= value * (1.0 - 1e-9))

    /// At most `count` + 1 ticks within the range `low` to `high`, which is not empty; one more if there were none else.
    let rec within count (low, high) =
        let step = roundUp ((high - low) / float count)
        let first, last = ceil (low / step - 1e-9), floor (high / step + 1e-9)

        if last < first then
            within (count + 1) (low, high)
        else
            {
                Step = step
                Values = [ for i in 0.0 .. last - first -> (first + i) * step + 0.0 ]
            }

    let private exponent value = int (floor (log10 value + 1e-9))

    let private superscript (number: int) =
        String.map
            (fun digit ->
                match digit with
                | '-' -> '⁻'
                | '1' -> '¹'
                | '2' -> '²'
                | '3' -> '³'
                | other -> char (int other - int '0' + int '⁰'))
            (string number)

    let private fixedPoint decimals (value: float) =
        let format = if abs value >= 10_000.0 then "N" else "F"
        let text = value.ToString($"{format}{decimals}", CultureInfo.InvariantCulture)
        text.Replace('-', '−')

    /// The ticks as texts, with as many decimals as the step needs; very large and very small ones as 2×10⁶.
    let labels ticks =
        let largest = ticks.Values |> List.map abs |> List.fold max 0.0
        let size = if largest > 0.0 then exponent largest else 0
        let decimals = max 0 (-(exponent ticks.Step))

        if size < 6 && decimals < 5 then
            ticks.Values |> List.map (fixedPoint decimals)
        else
            let digits = max 0 (size - exponent ticks.Step) |> min 15

            ticks.Values
            |> List.map (fun value ->
                if value = 0.0 then
                    "0"
                else
                    $"{fixedPoint digits (value / Math.Pow(10.0, float size))}×10{superscript size}")

/// A straight line from values to pixels.
type internal Scale = { Domain: float * float; Range: float * float }

module internal Scale =
    /// Values that can be drawn: finite, and not so large that a difference of two is not.
    let isDrawable value = Double.IsFinite value && abs value < 1e300

    let position scale value =
        let low, high = scale.Domain
        let from, upTo = scale.Range
        from + (value - low) / (high - low) * (upTo - from)

    /// The range itself, or, if its ends can hardly be told apart, one around it.
    let widen (low: float, high: float) =
        let largest = max (abs low) (abs high)

        if high - low > max 1e-280 (1e-12 * largest) then
            low, high
        else
            let margin = if largest < 1e-270 then 1.0 else 0.1 * largest
            low - margin, high + margin

    /// The range of values, with a margin on both sides except where it ends at the base of bars; never empty.
    let domain hasBase values =
        let drawable = values |> Seq.filter isDrawable |> List.ofSeq

        match (if hasBase then 0.0 :: drawable else drawable) with
        | [] -> 0.0, 1.0
        | values ->
            let low, high = List.min values, List.max values
            let margin = 0.04 * (high - low)
            let outward value moved = if hasBase && value = 0.0 then value else moved
            widen (outward low (low - margin), outward high (high + margin))
