namespace BgmFunctional.Data

open System
open System.Globalization

/// Numbers as texts, the same in every culture.
[<RequireQualifiedAccess>]
module Number =
    /// The shortest text that reads back as the same number, whole numbers without a point; NaN, which is missing, is empty.
    let format (value: float) =
        if Double.IsNaN value then
            ""
        else
            value.ToString("R", CultureInfo.InvariantCulture)

    /// The number that a text says, `inf` and `Infinity` included; None for anything else. Digits are not grouped.
    let tryParse (text: string) =
        match Double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture) with
        | true, value -> Some value
        | false, _ ->
            match text.Trim().ToLowerInvariant() with
            | "inf"
            | "+inf" -> Some infinity
            | "-inf" -> Some -infinity
            | _ -> None
