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

    /// The ticks as texts, with as many decimals as the step needs; very large and very small ones as 2×10⁶.
    let labels ticks =
        let largest = ticks.Values |> List.map abs |> List.fold max 0.0
        let size = if largest > 0.0 then NumberText.exponent largest else 0
        let decimals = max 0 (-(NumberText.exponent ticks.Step))

        if size < 6 && decimals < 5 then
            ticks.Values |> List.map (NumberText.fixedPoint decimals)
        else
            let digits = max 0 (size - NumberText.exponent ticks.Step) |> min 15

            ticks.Values
            |> List.map (fun value -> if value = 0.0 then "0" else NumberText.power digits size value)

    /// At most `count` + 1 ticks of a logarithmic axis, whose range is given in powers of ten, with their texts: 1, 2 and 5 times powers
    /// of ten, or every so many powers alone; where fewer than two of them lie in the range, evenly spaced ones.
    let logarithmic count (low, high) =
        let high = min high 307.0 // the largest power of ten that is a float

        let among factors every = [
            for power in floor low .. ceil high do
                if power % every = 0.0 then
                    for factor in factors do
                        let position = power + log10 factor

                        if position >= low - 1e-9 && position <= high + 1e-9 then
                            position
        ]

        let fits ticks = List.length ticks >= 2 && List.length ticks <= count + 1

        let choices = [
            among [ 1.0; 2.0; 5.0 ] 1.0

            for every in [ 1.0; 2.0; 5.0; 10.0; 20.0; 50.0; 100.0; 200.0 ] do
                among [ 1.0 ] every
        ]

        match List.tryFind fits choices with
        | Some positions ->
            positions
            |> List.map (fun position -> position, NumberText.significant 1 (Math.Pow(10.0, position)))
        | None ->
            let ticks = within count (Math.Pow(10.0, low), Math.Pow(10.0, high))

            List.zip ticks.Values (labels ticks)
            |> List.filter (fun (value, _) -> value > 0.0)
            |> List.map (fun (value, text) -> log10 value, text)

/// A straight line from values, or from their powers of ten, to pixels.
type internal Scale = {
    /// What it reaches from and to, on a logarithmic scale in powers of ten.
    Domain: float * float
    /// The pixels there.
    Range: float * float
    IsLogarithmic: bool
}

module internal Scale =
    /// Values that can be drawn: finite, and not so large that a difference of two is not.
    let isDrawable value = Double.IsFinite value && abs value < 1e300

    /// Values that a scale has a place for: a logarithmic one has none for zero and below.
    let shows scale value = isDrawable value && (value > 0.0 || not scale.IsLogarithmic)

    /// The pixel of a value; one that a logarithmic scale does not show is at its lower end, where bars stand.
    let position scale value =
        let low, high = scale.Domain
        let from, upTo = scale.Range

        let value =
            if not scale.IsLogarithmic then value
            elif value > 0.0 then log10 value
            else low

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

    /// The same in powers of ten.
    let logarithmicDomain values =
        values
        |> Seq.filter (fun value -> value > 0.0 && isDrawable value)
        |> Seq.map log10
        |> domain false
