namespace BgmFunctional.Flows

open System
open System.Text.RegularExpressions

/// Terms as short texts: I(a,b), CS(b,c), LS(d); CI(a,b) is I(a,b). A name that holds a comma, a parenthesis or a quote, or begins or ends
/// with a space, stands in double quotes, its own quotes doubled: CS("income, gross",age).
[<RequireQualifiedAccess>]
module TermText =
    let private bareName = """[^\s,()"](?:[^,()"]*[^\s,()"])?"""
    let private name = $"""(?<name>{bareName}|"(?:[^"]|"")*")"""
    let private term = Regex $@"\A\s*(?<label>I|CI|LS|CS)\s*\(\s*{name}(?:\s*,\s*{name})*\s*\)\s*\z"
    let private bare = Regex $@"\A(?:{bareName})\z"

    let private quote (name: string) = if bare.IsMatch name then name else "\"" + name.Replace("\"", "\"\"") + "\""

    let private unquote (name: string) =
        if name.StartsWith('"') then
            name[1 .. name.Length - 2].Replace("\"\"", "\"")
        else
            name

    /// The text of a term, which reads back as the same term.
    let format term =
        let label =
            match term with
            | Intercept _ -> "I"
            | LinearShift _ -> "LS"
            | ComplexShift _ -> "CS"

        let names = Term.parents term |> List.map quote |> String.concat ","
        $"{label}({names})"

    /// The term that a text says, or what is wrong with it.
    let parse (text: string) : Result<Term, string list> =
        let found = term.Match text
        let parents = [ for capture in found.Groups["name"].Captures -> unquote capture.Value ]

        match found.Groups["label"].Value, parents with
        | "LS", [ parent ] -> Ok(LinearShift parent)
        | "LS", _ ->
            Error [ $"'{text}' names {parents.Length} parents; LS takes one, and several are terms of their own" ]
        | "CS", _ -> Ok(ComplexShift parents)
        | ("I" | "CI"), _ -> Ok(Intercept parents)
        | _ -> Error [ $"'{text}' is no term; I(a,b), CS(b,c) and LS(d) are, a name with , ( ) or \" in double quotes" ]
