// Configurations of a kind of model: JSON texts that give some of its settings by name, the rest being defaults.
namespace BgmFunctional.LatentVariables

open System.Text
open System.Text.Json
open System.Text.Unicode
open BgmFunctional.Data

/// Settings by name, each as JSON text: what a file says, before defaults fill the rest.
type GivenSettings = Map<string, string>

/// What a configuration of a kind of model may say, and how it is refused.
[<NoComparison; NoEquality>]
type internal SettingsForm<'Settings, 'Error> = {
    /// In the order in which they are taken.
    Known: NamedSetting<'Settings> list
    /// Published parameters without a meaning here, and what has it instead: a published configuration is read as it is.
    Idle: Map<string, string>
    Defaults: 'Settings
    /// Settings outside their ranges: the name, what was found, what would do.
    Problems: 'Settings -> (string * string * string) option list
    /// A place, a setting, and what is wrong with it.
    BadSetting: string * string * string -> 'Error
    /// A file that cannot be read.
    Unread: DataError -> 'Error
}

/// Reading configurations.
[<RequireQualifiedAccess>]
module internal SettingsForm =

    /// What has no meaning here, whatever the model.
    let idle =
        Map [
            "dataset", "files are where they are asked for"
            "output_dir", "files are where they are asked for"
            "timestamp", "files are where they are asked for"
            "save_model", "the model is saved where it is asked for"
            "save_res", "results are saved where they are asked for"
            "verbose", "progress is shown on standard error"
        ]

    let private refuse form place name problem = Error(form.BadSetting(place, name, problem))
    let private whole = "the whole file"

    let private refuseUnknown form place name =
        let names = form.Known |> List.map _.Name |> String.concat ", "
        refuse form place $"'{name}'" $"there is no such setting; there are {names}"

    let private isKnown form name = form.Known |> List.exists (fun setting -> setting.Name = name)

    /// The settings in a JSON text, each as JSON by its name; the place is for refusals. Unknown names, and names that come twice, are refused; idle ones are
    /// left out, with a note each that says what has their meaning here.
    let parse
        (form: SettingsForm<'Settings, 'Error>)
        (place: string)
        (json: string)
        : Result<GivenSettings * string list, 'Error> =
        try
            use document = JsonDocument.Parse json

            match JsonValue.members document.RootElement with
            | Error problems -> refuse form place whole (String.concat "; " problems)
            | Ok members ->
                let twice = members |> List.countBy fst |> List.tryFind (fun (_, count) -> count > 1)

                let unknown =
                    members
                    |> List.tryFind (fun (name, _) -> not (isKnown form name || form.Idle.ContainsKey name))

                match twice, unknown with
                | Some(name, _), _ -> refuse form place $"'{name}'" "it is given twice; give it once"
                | None, Some(name, _) -> refuseUnknown form place name
                | None, None ->
                    let used, idling = members |> List.partition (fst >> isKnown form)

                    Ok(
                        used |> List.map (fun (name, value) -> name, value.GetRawText()) |> Map.ofList,
                        idling
                        |> List.map (fun (name, _) -> $"{place}: '{name}' changes nothing: {form.Idle[name]}")
                    )
        with
        | :? JsonException as error ->
            let line = error.LineNumber.GetValueOrDefault() + 1L
            let reason = error.Message.Split(" LineNumber:")[0]
            refuse form place $"line {line}" $"this is not JSON: {reason}"
        | :? System.InvalidOperationException -> refuse form place whole "a text in it is not valid Unicode"

    /// The settings in a file.
    let read (form: SettingsForm<'Settings, 'Error>) (path: string) : Result<GivenSettings * string list, 'Error> =
        AtomicFile.read path
        |> Result.mapError form.Unread
        |> Result.bind (fun bytes ->
            if Utf8.IsValid bytes then
                parse form path ((Encoding.UTF8.GetString bytes).TrimStart '\uFEFF')
            else
                refuse form path whole "it is not UTF-8; save it as UTF-8")

    /// The defaults with the given settings in their places. Refused: names that are not known, values of another type or out of range, each by its name.
    let complete
        (form: SettingsForm<'Settings, 'Error>)
        (place: string)
        (given: GivenSettings)
        : Result<'Settings, 'Error> =
        let take settings (setting: NamedSetting<'Settings>) =
            match settings, given.TryFind setting.Name with
            | Ok settings, Some json ->
                let refuse problem = refuse form place $"'{setting.Name}'" problem

                try
                    use document = JsonDocument.Parse json

                    match setting.Read document.RootElement settings with
                    | Ok settings -> Ok settings
                    | Error problems -> refuse (String.concat "; " problems)
                with :? JsonException ->
                    refuse $"found {json}, which is not JSON; a word stands in quotes"
            | settings, _ -> settings

        let requireRange settings =
            match List.tryPick id (form.Problems settings) with
            | Some(name, found, wanted) -> refuse form place name $"found {found}; it must be {wanted}"
            | None -> Ok settings

        match given |> Map.tryFindKey (fun name _ -> not (isKnown form name)) with
        | Some name -> refuseUnknown form place name
        | None -> List.fold take (Ok form.Defaults) form.Known |> Result.bind requireRange
