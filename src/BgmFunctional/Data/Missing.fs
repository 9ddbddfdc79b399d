namespace BgmFunctional.Data

open System

/// How the fields of a file say that a value is missing.
[<RequireQualifiedAccess>]
module Missing =
    let private always = [ ""; "NA"; "NaN"; "nan"; "null"; "NULL" ]

    /// Whether a field is empty or NA, NaN, nan, null or NULL, or one of the marks that its file has besides.
    let isMissing marks (text: string) = List.contains text always || List.contains text marks

    /// Whether a text looks like a mark of missing values: `?`, `.`, `-`, `N/A`, `<na>`, …
    let isLikelyMark (text: string) =
        let letters = text |> String.filter Char.IsLetter |> _.ToLowerInvariant()

        text <> ""
        && text.Length <= 10
        && not (Seq.exists (fun c -> Char.IsDigit c || Char.IsControl c) text)
        && List.contains letters [ ""; "na"; "nan"; "null"; "missing" ]

    /// The refusal of a text in a column, told as one of a mark where the text looks like one, or is all that several cells hold in the place of numbers.
    let explain column refusal =
        let cells isAsked = Column.texts column |> Seq.filter isAsked |> Seq.length
        let isOdd text = text <> "" && (Number.tryParse text).IsNone

        match refusal with
        | DataError.TextInNumber(name, row, text)
        | DataError.UnknownLevel(name, row, text, _) ->
            let marked = cells ((=) text)
            let isAllThatIsOdd = refusal.IsTextInNumber && marked > 1 && marked = cells isOdd

            if isLikelyMark text || isAllThatIsOdd then
                DataError.LikelyMark(name, row, text, marked)
            else
                refusal
        | other -> other
