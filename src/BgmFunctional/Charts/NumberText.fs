namespace BgmFunctional.Charts

open System
open System.Globalization

/// Numbers as people read them: with a true minus sign, and no number that is not zero written as zero.
module internal NumberText =
    /// The power of ten that a number other than zero begins with.
    let exponent (value: float) = int (floor (log10 (abs value) + 1e-9))

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

    /// So many decimals, thousands apart from ten thousand on; what rounds to zero has no sign.
    let fixedPoint decimals (value: float) =
        let format = if abs value >= 10_000.0 then "N" else "F"
        let text = value.ToString($"{format}{decimals}", CultureInfo.InvariantCulture)
        let isZero = text |> Seq.forall (fun character -> character < '1' || character > '9')
        if isZero then text.TrimStart '-' else text.Replace('-', '−')

    /// So many decimals and a given power of ten: 2.0×10⁶.
    let power digits exponent (value: float) =
        $"{fixedPoint digits (value / Math.Pow(10.0, float exponent))}×10{superscript exponent}"

    let private isDecimal exponent = exponent >= -4 && exponent < 6

    /// So many decimals; a number that they would round to zero in two significant digits: 0.123, −7.1×10⁻⁵.
    let decimal decimals (value: float) =
        if value <> 0.0 && abs value < 0.5 * Math.Pow(10.0, float -decimals) then
            power 1 (exponent value) value
        else
            fixedPoint decimals value

    /// So many significant digits, as 1.23 or 2.35×10⁻⁷; a dash for what is not finite.
    let significant digits (value: float) =
        if not (Double.IsFinite value) then
            "–"
        elif value = 0.0 then
            "0"
        elif isDecimal (exponent value) then
            fixedPoint (max 0 (digits - 1 - exponent value)) value
        else
            power (digits - 1) (exponent value) value

    /// An estimate with its interval, in the decimals that the interval's length calls for: 0.57 [0.36, 0.77], or, of very small or
    /// large numbers, (−7.1 [−9.3, −4.9])×10⁻⁵. Without an interval, ends that are NaN, the estimate alone.
    let interval (estimate: float) (lower: float) (upper: float) =
        let length = upper - lower

        if not (Double.IsFinite length) then
            significant 3 estimate
        else
            let largest = max (abs lower) (abs upper)
            let usual = if largest >= 100.0 then 0 else -2
            let finest = if length > 0.0 then min usual (exponent length - 1) else usual

            let write decimals scale =
                let number value = fixedPoint decimals (value / scale)
                $"{number estimate} [{number lower}, {number upper}]"

            if largest = 0.0 || (finest >= -6 && isDecimal (exponent largest)) then
                write -finest 1.0
            else
                let size = exponent largest
                let text = write (max 0 (size - finest) |> min 6) (Math.Pow(10.0, float size))
                $"({text})×10{superscript size}"
