// Settings of a model and its fit by name, as JSON: what a configuration file says and a model file keeps.
namespace BgmFunctional.LatentVariables

open System.Text
open System.Text.Json
open System.Text.Unicode
open BgmFunctional.Data
open BgmFunctional.Flows

/// Settings by name, each as JSON text: what a file says, before defaults fill the rest.
type GivenSettings = Map<string, string>

/// A setting in a record of many.
[<NoComparison; NoEquality>]
type internal NamedSetting<'Settings> = {
    Name: string
    Read: JsonElement -> 'Settings -> Result<'Settings, string list>
    /// None where it has nothing to say.
    Write: 'Settings -> string option
}

/// Settings by name. A refusal is its place, the setting, and what is wrong with it.
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

    /// Published parameters without a meaning here, and what has it instead: a published configuration is read as it is.
    let idle =
        Map [
            "dataset", "files are where they are asked for"
            "output_dir", "files are where they are asked for"
            "timestamp", "files are where they are asked for"
            "save_model", "the model is saved where it is asked for"
            "save_res", "results are saved where they are asked for"
            "verbose", "progress is shown on standard error"
        ]

    let private refuse place key problem = Error(place, key, problem)
    let private whole = "the whole file"

    let private refuseUnknown (known: NamedSetting<'Settings> list) place name =
        let names = known |> List.map _.Name |> String.concat ", "
        refuse place $"'{name}'" $"there is no such setting; there are {names}"

    let private isKnown (known: NamedSetting<'Settings> list) name =
        known |> List.exists (fun setting -> setting.Name = name)

    /// The settings in a JSON text, each as JSON by its name; the place is for refusals. Unknown names, and names that come twice, are refused; idle ones are
    /// left out, with a note each that says what has their meaning here.
    let parse (known: NamedSetting<'Settings> list) (idle: Map<string, string>) (place: string) (json: string) =
        try
            use document = JsonDocument.Parse json

            match JsonValue.members document.RootElement with
            | Error problems -> refuse place whole (String.concat "; " problems)
            | Ok members ->
                let twice = members |> List.countBy fst |> List.tryFind (fun (_, count) -> count > 1)

                let unknown =
                    members
                    |> List.tryFind (fun (name, _) -> not (isKnown known name || idle.ContainsKey name))

                match twice, unknown with
                | Some(name, _), _ -> refuse place $"'{name}'" "it is given twice; give it once"
                | None, Some(name, _) -> refuseUnknown known place name
                | None, None ->
                    let used, idling = members |> List.partition (fst >> isKnown known)

                    Ok(
                        used |> List.map (fun (name, value) -> name, value.GetRawText()) |> Map.ofList,
                        idling
                        |> List.map (fun (name, _) -> $"{place}: '{name}' changes nothing: {idle[name]}")
                    )
        with
        | :? JsonException as error ->
            refuse place $"line {error.LineNumber.GetValueOrDefault() + 1L}" (error.Message.Split(" LineNumber:")[0])
        | :? System.InvalidOperationException -> refuse place whole "a text in it is not valid Unicode"

    /// The same of a file. One that cannot be read, and a text that is refused, each as an error of the model's own.
    let read ofData ofSetting known idle (path: string) =
        AtomicFile.read path
        |> Result.mapError ofData
        |> Result.bind (fun bytes ->
            (if Utf8.IsValid bytes then
                 parse known idle path ((Encoding.UTF8.GetString bytes).TrimStart '\uFEFF')
             else
                 refuse path whole "it is not UTF-8; save it as UTF-8")
            |> Result.mapError ofSetting)

    /// Settings with the given ones in their places; a name that none of them has is refused.
    let take (known: NamedSetting<'Settings> list) (place: string) (given: GivenSettings) (settings: 'Settings) =
        let take settings (setting: NamedSetting<'Settings>) =
            match settings, given.TryFind setting.Name with
            | Ok settings, Some json ->
                let refuse problem = refuse place $"'{setting.Name}'" problem

                try
                    use document = JsonDocument.Parse json

                    match setting.Read document.RootElement settings with
                    | Ok settings -> Ok settings
                    | Error problems -> refuse (String.concat "; " problems)
                with :? JsonException ->
                    refuse $"found {json}, which is not JSON; a word stands in quotes"
            | settings, _ -> settings

        match given |> Map.tryFindKey (fun name _ -> not (isKnown known name)) with
        | Some name -> refuseUnknown known place name
        | None -> List.fold take (Ok settings) known

    /// Settings without problems, or the first problem, by its name.
    let inRange (place: string) problems (settings: 'Settings) =
        match List.tryPick id (problems settings) with
        | Some(name: string, found: string, wanted: string) -> refuse place name $"found {found}; it must be {wanted}"
        | None -> Ok settings

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
