// Values of a configuration as JSON and back; one of another type is refused with what it is.
namespace BgmFunctional.CausalBgm

open System.Text.Json
open BgmFunctional.Data

/// How a value is read from JSON, and written as JSON text.
type internal SettingCodec<'a> = { Read: JsonElement -> Result<'a, string list>; Write: 'a -> string }

/// The values that settings take.
[<RequireQualifiedAccess>]
module internal SettingCodec =
    module JsonValue = BgmFunctional.Flows.JsonValue

    let whole = { Read = JsonValue.whole; Write = string<int> }
    let number = { Read = JsonValue.number; Write = Number.format }

    let flag = {
        Read = JsonValue.flag
        Write = fun value -> if value then "true" else "false"
    }

    let wholeLong = { Read = JsonValue.long; Write = string<int64> }

    let units = {
        Read = JsonValue.items >> Result.bind (List.map JsonValue.whole >> JsonValue.collect)
        Write = fun (units: int list) -> $"""[{units |> List.map string |> String.concat ", "}]"""
    }

    let choice (words: (string * 'a) list) = {
        Read =
            JsonValue.text
            >> Result.bind (fun word ->
                match List.tryFind (fst >> (=) word) words with
                | Some(_, value) -> Ok value
                | None -> Error [ $"""found '{word}'; it must be {words |> List.map fst |> String.concat " or "}""" ])
        Write = fun value -> words |> List.find (snd >> (=) value) |> fst |> JsonText.write
    }

    let dims = {
        Read =
            fun value ->
                match units.Read value with
                | Ok [ z0; z1; z2; z3 ] -> Ok { Z0 = z0; Z1 = z1; Z2 = z2; Z3 = z3 }
                | _ -> Error [ $"found {value.GetRawText()}; four whole numbers are needed, such as [1, 1, 1, 7]" ]
        Write = fun dims -> units.Write [ dims.Z0; dims.Z1; dims.Z2; dims.Z3 ]
    }

    let learned = choice [ "learned", Learned ]

    let variance = {
        Read =
            fun value ->
                match value.ValueKind with
                | JsonValueKind.Number -> JsonValue.number value |> Result.map Fixed
                | JsonValueKind.String -> learned.Read value
                | _ -> Error [ $"found {value.GetRawText()}; it must be a standard deviation, or \"learned\"" ]
        Write =
            fun variance ->
                match variance with
                | Learned -> learned.Write Learned
                | Fixed sigma -> Number.format sigma
    }

    let unitChoice = choice [ "as-is", AsIs; "standardised", Standardised ]

    /// A weight, or whether it is 1 or 0.
    let weight = {
        Read =
            fun value ->
                match value.ValueKind with
                | JsonValueKind.Number -> JsonValue.number value
                | _ -> JsonValue.flag value |> Result.map (fun isOn -> if isOn then 1.0 else 0.0)
        Write =
            fun weight ->
                if weight = 1.0 || weight = 0.0 then
                    flag.Write(weight = 1.0)
                else
                    Number.format weight
    }
