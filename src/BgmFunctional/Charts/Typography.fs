namespace BgmFunctional.Charts

open System

/// How much room text takes, estimated: a picture must not depend on the machine that writes it, and has no font at hand.
module internal Typography =
    let family = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

    /// The width of a character in ems, on the generous side of the usual sans-serif fonts.
    let private advance (character: char) =
        match character with
        | ' '
        | '.'
        | ','
        | ':'
        | ';'
        | '\''
        | '|'
        | '!'
        | 'i'
        | 'j'
        | 'l'
        | 'I' -> 0.31
        | 'f'
        | 't'
        | 'r'
        | '('
        | ')'
        | '['
        | ']'
        | '-'
        | '/'
        | '"'
        | '*' -> 0.41
        | 'm'
        | 'w'
        | 'M'
        | 'W'
        | '@'
        | '%' -> 0.92
        | '−'
        | '+'
        | '='
        | '×'
        | '<'
        | '>' -> 0.84
        | c when Char.IsUpper c -> 0.7
        | c when Char.IsDigit c -> 0.64
        | c when c > '\u2E7F' && not (Char.IsLowSurrogate c) -> 1.0
        | _ -> 0.63

    /// Pixels that a text takes at a font size.
    let width size (text: string) = size * Seq.sumBy advance text

    let widest size texts = texts |> Seq.map (width size) |> Seq.fold max 0.0

    /// The text in lines that fit; a word that is longer than a line stays whole.
    let wrap size available (text: string) =
        let place lines word =
            match lines with
            | line :: before when width size $"{line} {word}" <= available -> $"{line} {word}" :: before
            | _ -> word :: lines

        text.Split([| ' '; '\n'; '\r'; '\t' |], StringSplitOptions.RemoveEmptyEntries)
        |> Array.fold place []
        |> List.rev

    /// The text, its end replaced by an ellipsis if it is wider than there is room.
    let fit size available (text: string) =
        if width size text <= available then
            text
        else
            let room = available - width size "…"
            let widths = text |> Seq.scan (fun sum character -> sum + size * advance character) 0.0
            let length = widths |> Seq.takeWhile (fun sum -> sum <= room) |> Seq.length
            text.Substring(0, max 1 (length - 1) |> min text.Length).TrimEnd() + "…"
