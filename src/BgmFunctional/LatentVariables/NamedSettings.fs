// Settings of a model and its fit by name, their values as JSON: what a configuration says and a model file keeps.
namespace BgmFunctional.LatentVariables

open System.Text.Json
open BgmFunctional.Data

/// A setting in a record of many.
[<NoComparison; NoEquality>]
type internal NamedSetting<'Settings> = {
    Name: string
    Read: JsonElement -> 'Settings -> Result<'Settings, string list>
    /// None where it has nothing to say.
    Write: 'Settings -> string option
}

/// Settings by name.
[<RequireQualifiedAccess>]
module internal NamedSettings =

    let setting name (codec: Codec<'a>) (get: 'Settings -> 'a) set : NamedSetting<'Settings> = {
        Name = name
        Read = fun value settings -> codec.Read value |> Result.map (fun value -> set value settings)
        Write = get >> codec.Write >> Some
    }

    /// Settings of a part as settings of the whole.
    let within (get: 'Whole -> 'Part) set (settings: NamedSetting<'Part> list) : NamedSetting<'Whole> list =
        settings
        |> List.map (fun setting -> {
            Name = setting.Name
            Read = fun value whole -> setting.Read value (get whole) |> Result.map (fun part -> set part whole)
            Write = get >> setting.Write
        })

    /// `preset`: settings that go together, by name; given first, as all others win over it.
    let preset (presets: (string * 'Settings) list) : NamedSetting<'Settings> = {
        Name = "preset"
        Read =
            fun value _ ->
                (Codec.choice [ for name, _ in presets -> name, name ]).Read value
                |> Result.map (fun name -> List.find (fst >> (=) name) presets |> snd)
        Write = fun _ -> None
    }

    /// Every setting with its value as JSON, in order.
    let list (known: NamedSetting<'Settings> list) (settings: 'Settings) : (string * string) list =
        known
        |> List.choose (fun setting -> setting.Write settings |> Option.map (fun json -> setting.Name, json))

    /// Settings as JSON, a line each.
    let format (settings: (string * string) seq) : string =
        settings
        |> Seq.map (fun (name, json) -> $"  {JsonText.write name}: {json}")
        |> String.concat ",\n"
        |> fun lines -> $"{{\n{lines}\n}}\n"
