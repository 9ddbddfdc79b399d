// Values that settings of all models have, as JSON and back.
namespace BgmFunctional.LatentVariables

open System
open System.Text.Json
open BgmFunctional.Data
open BgmFunctional.Nets
open BgmFunctional.Optim

/// A value as JSON, both ways.
[<NoComparison; NoEquality>]
type internal Codec<'a> = { Read: JsonElement -> Result<'a, string list>; Write: 'a -> string }

/// Values.
[<RequireQualifiedAccess>]
module internal Codec =

    let whole: Codec<int> = { Read = JsonValue.whole; Write = string<int> }
    let long: Codec<int64> = { Read = JsonValue.long; Write = string<int64> }
    let number: Codec<float> = { Read = JsonValue.number; Write = Number.format }

    let flag: Codec<bool> = {
        Read = JsonValue.flag
        Write = fun value -> if value then "true" else "false"
    }

    let units: Codec<int list> = {
        Read = JsonValue.items >> Result.bind (List.map JsonValue.whole >> JsonValue.collect)
        Write = fun units -> $"""[{units |> List.map string |> String.concat ", "}]"""
    }

    /// One of some words.
    let choice (words: (string * 'a) list) : Codec<'a> = {
        Read =
            JsonValue.text
            >> Result.bind (fun word ->
                match List.tryFind (fst >> (=) word) words with
                | Some(_, value) -> Ok value
                | None -> Error [ $"""found '{word}'; it must be {words |> List.map fst |> String.concat " or "}""" ])
        Write = fun value -> words |> List.find (snd >> (=) value) |> fst |> JsonText.write
    }

    /// The same JSON for other values.
    let map (read: 'a -> 'b) (write: 'b -> 'a) (codec: Codec<'a>) : Codec<'b> = {
        Read = codec.Read >> Result.map read
        Write = write >> codec.Write
    }

    /// `use_bnn`.
    let networks: Codec<NetworkKind> =
        flag
        |> map (fun isBayesian -> if isBayesian then Bayesian else Plain) ((=) Bayesian)

    /// How a network normalises its inputs in training.
    let normalisation: Codec<InputNormalisation> =
        choice [ "fixed-moments", FixedMoments; "batch-moments", BatchMoments ]

    /// How latents are updated.
    let updates: Codec<LatentUpdates> = choice [ "maximised", Maximised; "langevin", Langevin ]

    /// A number, or a share of 1/n as "1/n" or "0.5/n".
    let klWeight: Codec<KlWeight> =
        let overRows = "/n"

        {
            Read =
                fun value ->
                    let wrong =
                        Error [ $"found {value.GetRawText()}; it must be a number, or \"1/n\" to fall with the rows" ]

                    match value.ValueKind with
                    | JsonValueKind.Number -> JsonValue.number value |> Result.map KlWeight.Absolute
                    | JsonValueKind.String ->
                        let text = value.GetString()

                        if text.EndsWith(overRows, StringComparison.Ordinal) then
                            match Number.tryParse (text[.. text.Length - overRows.Length - 1]) with
                            | Some share -> Ok(KlWeight.OverRows share)
                            | None -> wrong
                        else
                            wrong
                    | _ -> wrong
            Write =
                fun weight ->
                    match weight with
                    | KlWeight.Absolute value -> Number.format value
                    | KlWeight.OverRows share -> JsonText.write (Number.format share + overRows)
        }

    /// How a rate changes, where it follows a plan.
    let schedule: Codec<Schedule> = choice [ "constant", Constant; "one-cycle", OneCycle; "cosine", Cosine ]
