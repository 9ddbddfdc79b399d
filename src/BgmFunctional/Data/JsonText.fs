namespace BgmFunctional.Data

open System
open System.Text.Json
open System.Text.Json.Serialization

/// Records of numbers, texts, lists and maps as JSON and back: numbers as the same bits, nothing missing, nothing unknown, nothing null.
[<RequireQualifiedAccess>]
module internal JsonText =

    let private options =
        JsonSerializerOptions(
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            RespectRequiredConstructorParameters = true,
            AllowDuplicateProperties = false
        )

    /// The JSON text of a value.
    let write (value: 'T) = JsonSerializer.Serialize(value, options)

    let rec private hasNull (value: JsonElement) =
        match value.ValueKind with
        | JsonValueKind.Object -> value.EnumerateObject() |> Seq.exists (fun item -> hasNull item.Value)
        | JsonValueKind.Array -> value.EnumerateArray() |> Seq.exists hasNull
        | other -> other = JsonValueKind.Null

    /// The value that a text says, or what is wrong with the text.
    let read<'T> (text: string) : Result<'T, string> =
        try
            use document = JsonDocument.Parse text

            if hasNull document.RootElement then
                Error "holds a null"
            else
                Ok(JsonSerializer.Deserialize<'T>(document.RootElement, options))
        with
        | :? JsonException as error -> Error $"is not what it should be: {error.Message}"
        | :? InvalidOperationException -> Error "holds a text that is not valid Unicode"
