// Graphs as JSON: node name → {"kind": "continuous" | "ordinal", …}. An ordinal node says its "levels" (a count, or their names, lowest first);
// a continuous one may say its "transform": "bernstein", with its number of "parameters"; "spline", with its number of "bins" and its
// "tails", "learned" or "fixed"; or "affine". Parents stand as labelled edges, "parents": {"a": "ci", "b": "ls", "c": "cs"}, where all "ci"
// parents feed one joint network, or as "terms": ["I(a)", "CS(b,c)", "LS(d)"].
namespace BgmFunctional.Flows

open System
open System.IO
open System.Text
open System.Text.Encodings.Web
open System.Text.Json
open System.Text.Unicode
open BgmFunctional.Data

/// The graph of a flow as JSON.
[<RequireQualifiedAccess>]
module GraphFile =

    // ---- reading ----------------------------------------------------------------------------------------------------

    /// The keys of a node with their values, and where they stand.
    type private Entry = { Path: string; Node: string; Values: Map<string, JsonElement> }

    /// Transformations, and the keys that each has for itself.
    let private transforms = [ "bernstein", [ "parameters" ]; "spline", [ "bins"; "tails" ]; "affine", [] ]

    let private tailsNames = [ Tails.Learned, "learned"; Tails.Fixed, "fixed" ]

    let private keysOf kind =
        match kind with
        | "continuous" -> [ "kind"; "transform"; yield! List.collect snd transforms; "parents"; "terms" ]
        | _ -> [ "kind"; "levels"; "parents"; "terms" ]

    let private list (names: string seq) = String.concat ", " names

    let private problem entry key text = FlowError.BadGraphFile(entry.Path, $"node '{entry.Node}', key '{key}'", text)

    let private refuse entry key text = Error [ problem entry key text ]

    /// The value of a key, or what its absence means.
    let private value key read absent entry =
        match entry.Values.TryFind key with
        | Some value -> read value |> Result.mapError (List.map (problem entry key))
        | None -> absent

    let private each read values = values |> List.map read |> JsonValue.collect

    let private transform entry =
        let tails text =
            match List.tryFind (snd >> (=) text) tailsNames with
            | Some(tails, _) -> Ok tails
            | None -> Error [ $"found '{text}'; the tails are {list (List.map snd tailsNames)}" ]

        let read name =
            match name with
            | "bernstein" ->
                entry
                |> value "parameters" JsonValue.whole (Ok Node.defaultParameters)
                |> Result.map Bernstein
            | "spline" ->
                match
                    entry |> value "bins" JsonValue.whole (Ok Node.defaultBins),
                    entry |> value "tails" (JsonValue.text >> Result.bind tails) (Ok Tails.Learned)
                with
                | Ok bins, Ok tails -> Ok(Spline(bins, tails))
                | bins, tails -> Error(JsonValue.refusals bins @ JsonValue.refusals tails)
            | "affine" -> Ok Affine
            | other -> refuse entry "transform" $"found '{other}'; the transforms are {list (List.map fst transforms)}"

        /// A key of another transformation.
        let foreign name =
            transforms
            |> List.tryPick (fun (owner, keys) ->
                keys
                |> List.tryFind (fun key -> owner <> name && entry.Values.ContainsKey key)
                |> Option.map (fun key -> key, owner))

        entry
        |> value "transform" JsonValue.text (Ok "bernstein")
        |> Result.bind (fun name ->
            match read name, foreign name with
            | Ok _, Some(key, owner) -> refuse entry key $"only the transform {owner} has it"
            | result, _ -> result)

    let private levels entry =
        let read (found: JsonElement) =
            match found.ValueKind with
            | JsonValueKind.Array -> JsonValue.items found |> Result.bind (each JsonValue.text) |> Result.map Names
            | _ -> JsonValue.whole found |> Result.map Codes

        entry
        |> value
            "levels"
            read
            (refuse entry "levels" "it is missing; give the number of levels, or their names, lowest first")

    let private kind entry =
        let surplus kind = entry.Values.Keys |> Seq.except (keysOf kind) |> List.ofSeq

        let only kind read =
            match surplus kind with
            | [] -> read entry
            | keys ->
                Error [
                    for key in keys ->
                        problem entry key $"it has no meaning here; the keys of {kind} nodes are {list (keysOf kind)}"
                ]

        entry
        |> value "kind" JsonValue.text (refuse entry "kind" "it is missing; the kinds are continuous, ordinal")
        |> Result.bind (fun kind ->
            match kind with
            | "continuous" -> only kind (transform >> Result.map Continuous)
            | "ordinal" -> only kind (levels >> Result.map Ordinal)
            | other -> refuse entry "kind" $"found '{other}'; the kinds are continuous, ordinal")

    let private edge (parent: string, label) =
        JsonValue.text label
        |> Result.bind (fun label ->
            match label with
            | "ci" -> Ok(parent, Intercept [ parent ])
            | "ls" -> Ok(parent, LinearShift parent)
            | "cs" -> Ok(parent, ComplexShift [ parent ])
            | other -> Error [ $"parent '{parent}' has label '{other}'; the labels are ci, ls, cs" ])

    let private terms entry =
        let edges = JsonValue.members >> Result.bind (each edge) >> Result.map Node.termsOfEdges

        let texts =
            JsonValue.items
            >> Result.bind (each (JsonValue.text >> Result.bind TermText.parse))

        if entry.Values.ContainsKey "parents" && entry.Values.ContainsKey "terms" then
            refuse entry "terms" "there are parents too; give one of the two"
        else
            entry |> value "terms" texts (entry |> value "parents" edges (Ok []))

    let private node path (name: string, found) =
        let read members =
            let entry = { Path = path; Node = name; Values = Map.ofList members }

            match
                members |> List.countBy fst |> List.tryFind (fun (_, count) -> count > 1), kind entry, terms entry
            with
            | Some(key, _), _, _ -> refuse entry key "it is given twice"
            | None, Ok kind, Ok terms -> Ok { Name = name; Kind = kind; Terms = terms }
            | None, kind, terms -> Error(JsonValue.refusals kind @ JsonValue.refusals terms)

        JsonValue.members found
        |> Result.mapError (List.map (fun text -> FlowError.BadGraphFile(path, $"node '{name}'", text)))
        |> Result.bind read

    /// The graph that a JSON text says, or every mistake in it; the path is for the refusals.
    let parse (path: string) (json: string) : Result<Dag, FlowError list> =
        let refuse place text = Error [ FlowError.BadGraphFile(path, place, text) ]

        try
            use document = JsonDocument.Parse json

            match JsonValue.members document.RootElement with
            | Ok members -> members |> each (node path) |> Result.bind Dag.create
            | Error problems -> problems |> String.concat "; " |> refuse "the whole file"
        with
        | :? JsonException as error ->
            let reason = error.Message.Split(" LineNumber:")[0]

            refuse
                $"line {error.LineNumber.GetValueOrDefault() + 1L}, byte {error.BytePositionInLine.GetValueOrDefault() + 1L}"
                reason
        | :? InvalidOperationException -> refuse "the whole file" "a name or text in it is not valid Unicode"

    /// The graph in a file, or every mistake in it.
    let read (path: string) : Result<Dag, FlowError list> =
        match AtomicFile.read path with
        | Error error -> Error [ FlowError.Data error ]
        | Ok bytes when not (Utf8.IsValid bytes) ->
            Error [ FlowError.BadGraphFile(path, "the whole file", "it is not UTF-8; save it as UTF-8") ]
        | Ok bytes -> (Encoding.UTF8.GetString bytes).TrimStart '\uFEFF' |> parse path

    // ---- writing ----------------------------------------------------------------------------------------------------

    let private writerOptions =
        JsonWriterOptions(Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping)

    let private writeKind (json: Utf8JsonWriter) kind =
        match kind with
        | Continuous(Bernstein count) ->
            json.WriteString("kind", "continuous")
            json.WriteString("transform", "bernstein")
            json.WriteNumber("parameters", count)
        | Continuous(Spline(bins, tails)) ->
            json.WriteString("kind", "continuous")
            json.WriteString("transform", "spline")
            json.WriteNumber("bins", bins)
            json.WriteString("tails", tailsNames |> List.find (fst >> (=) tails) |> snd)
        | Continuous Affine ->
            json.WriteString("kind", "continuous")
            json.WriteString("transform", "affine")
        | Ordinal(Codes count) ->
            json.WriteString("kind", "ordinal")
            json.WriteNumber("levels", count)
        | Ordinal(Names names) ->
            json.WriteString("kind", "ordinal")
            json.WriteStartArray "levels"
            names |> List.iter json.WriteStringValue
            json.WriteEndArray()

    /// Labelled edges where they say the same, else terms.
    let private writeTerms (json: Utf8JsonWriter) (terms: Term list) =
        let edge term (parent: string) =
            match term with
            | Intercept _ -> parent, Intercept [ parent ]
            | LinearShift _ -> parent, LinearShift parent
            | ComplexShift _ -> parent, ComplexShift [ parent ]

        let edges = terms |> List.collect (fun term -> Term.parents term |> List.map (edge term))

        if terms.IsEmpty then
            ()
        elif Node.termsOfEdges edges = terms then
            json.WriteStartObject "parents"

            edges
            |> List.iter (fun (parent, term) -> json.WriteString(parent, Term.label term))

            json.WriteEndObject()
        else
            json.WriteStartArray "terms"
            terms |> List.iter (TermText.format >> json.WriteStringValue)
            json.WriteEndArray()

    /// The JSON text of a graph, which reads back as the same graph.
    let format (dag: Dag) : string =
        use stream = new MemoryStream()
        use json = new Utf8JsonWriter(stream, writerOptions)
        json.WriteStartObject()

        for node in Dag.nodes dag do
            json.WriteStartObject node.Name
            writeKind json node.Kind
            writeTerms json node.Terms
            json.WriteEndObject()

        json.WriteEndObject()
        json.Flush()
        Encoding.UTF8.GetString(stream.ToArray())
