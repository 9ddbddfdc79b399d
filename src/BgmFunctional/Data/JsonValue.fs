namespace BgmFunctional.Data

open System.Text.Json

/// JSON values as F# values; one of another type is refused with what it is. Refusals are lists, so that they can be collected.
module internal JsonValue =

    /// What is wrong, if anything.
    let refusals result =
        match result with
        | Ok _ -> []
        | Error problems -> problems

    /// Ok if every result is, else all refusals.
    let collect (results: Result<'a, 'e list> list) : Result<'a list, 'e list> =
        match List.collect refusals results with
        | [] -> Ok(results |> List.choose Result.toOption)
        | problems -> Error problems

    let private describe (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.Object -> "an object"
        | JsonValueKind.Array -> "a list"
        | JsonValueKind.String -> $"the text {value.GetRawText()}"
        | JsonValueKind.Number -> $"the number {value.GetRawText()}"
        | _ -> value.GetRawText()

    let private refuse wanted value = Error [ $"found {describe value}; {wanted} is needed" ]

    let text (value: JsonElement) =
        if value.ValueKind = JsonValueKind.String then
            Ok(string (value.GetString()))
        else
            refuse "a text in quotes" value

    let whole (value: JsonElement) =
        let isWhole, number = if value.ValueKind = JsonValueKind.Number then value.TryGetInt32() else false, 0

        if isWhole then Ok number else refuse "a whole number" value

    let long (value: JsonElement) =
        let isWhole, number =
            if value.ValueKind = JsonValueKind.Number then
                value.TryGetInt64()
            else
                false, 0L

        if isWhole then Ok number else refuse "a whole number" value

    let number (value: JsonElement) =
        if value.ValueKind = JsonValueKind.Number then
            Ok(value.GetDouble())
        else
            refuse "a number" value

    let flag (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.True -> Ok true
        | JsonValueKind.False -> Ok false
        | _ -> refuse "true or false" value

    let items (value: JsonElement) =
        if value.ValueKind = JsonValueKind.Array then
            Ok(List.ofSeq (value.EnumerateArray()))
        else
            refuse "a list" value

    /// Names and values in their order; a name may come twice.
    let members (value: JsonElement) =
        if value.ValueKind = JsonValueKind.Object then
            Ok [ for item in value.EnumerateObject() -> item.Name, item.Value ]
        else
            refuse "an object" value
