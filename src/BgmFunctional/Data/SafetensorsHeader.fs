namespace BgmFunctional.Data

open System
open System.Buffers
open System.Text.Json
open System.Text.Unicode

/// Where an array stands in the bytes behind the header: from `Begin` up to and without `End`.
type internal SafetensorsEntry = { Name: string; Type: ElementType; Shape: int list; Begin: int; End: int }

/// The header of a safetensors file: JSON that maps each name to its dtype, shape and data_offsets.
module internal SafetensorsHeader =
    /// The name under which the header keeps texts.
    let metadataName = "__metadata__"

    /// Places for arrays, one behind the other; wider elements first, so that each is aligned.
    let place tensors =
        let follow start (name, array) =
            let element = StoredArray.elementType array
            let finish = Checked.(+) start (Checked.(*) (ElementType.size element) (StoredArray.count array))

            {
                Name = name
                Type = element
                Shape = StoredArray.shape array
                Begin = start
                End = finish
            },
            finish

        tensors
        |> List.sortBy (fun (_, array) -> -(ElementType.size (StoredArray.elementType array)))
        |> List.mapFold follow 0
        |> fst

    let private writeNumbers (json: Utf8JsonWriter) (name: string) (numbers: int list) =
        json.WriteStartArray name
        numbers |> List.iter json.WriteNumberValue
        json.WriteEndArray()

    let private writeEntry (json: Utf8JsonWriter) entry =
        json.WriteStartObject entry.Name
        json.WriteString("dtype", ElementType.name entry.Type)
        writeNumbers json "shape" entry.Shape
        writeNumbers json "data_offsets" [ entry.Begin; entry.End ]
        json.WriteEndObject()

    /// The header's bytes, filled up with spaces so that what follows is aligned to 8 bytes.
    let write metadata entries =
        let buffer = ArrayBufferWriter<byte>()
        use json = new Utf8JsonWriter(buffer)
        json.WriteStartObject()

        if not (Map.isEmpty metadata) then
            json.WriteStartObject metadataName

            metadata
            |> Map.iter (fun (name: string) (text: string) -> json.WriteString(name, text))

            json.WriteEndObject()

        entries |> List.iter (writeEntry json)
        json.WriteEndObject()
        json.Flush()
        let padding = (8 - buffer.WrittenCount % 8) % 8
        Array.append (buffer.WrittenSpan.ToArray()) (Array.replicate padding (byte ' '))

    let private tryProperty (name: string) (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Object then
            None
        else
            match element.TryGetProperty name with
            | true, value -> Some value
            | false, _ -> None

    let private tryText (element: JsonElement) =
        if element.ValueKind = JsonValueKind.String then
            Option.ofObj (element.GetString())
        else
            None

    let private tryCount (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Number then
            None
        else
            match element.TryGetInt32() with
            | true, count when count >= 0 -> Some count
            | _ -> None

    /// Whole numbers from 0 on; None if anything else is among them.
    let private tryCounts (element: JsonElement) =
        if element.ValueKind <> JsonValueKind.Array then
            None
        else
            let items = List.ofSeq (element.EnumerateArray())
            let counts = List.choose tryCount items
            if counts.Length = items.Length then Some counts else None

    /// Whether the offsets hold as many bytes as the shape asks for. In floats, where a product cannot wrap around; up to
    /// 2⁵³ they are exact.
    let private fits entry =
        let values = entry.Shape |> List.fold (fun product length -> product * float length) 1.0
        values * float (ElementType.size entry.Type) = float (entry.End - entry.Begin)

    let private readEntry name value =
        let part name read = tryProperty name value |> Option.bind read
        let types = ElementType.all |> List.map ElementType.name |> String.concat ", "

        match
            part "dtype" (tryText >> Option.bind ElementType.tryParse),
            part "shape" tryCounts,
            part "data_offsets" tryCounts
        with
        | None, _, _ -> Error $"array '{name}' has no dtype that is read here ({types})."
        | _, None, _ -> Error $"array '{name}' has no shape of whole numbers."
        | Some element, Some shape, Some [ start; finish ] ->
            let entry = { Name = name; Type = element; Shape = shape; Begin = start; End = finish }

            if fits entry then
                Ok entry
            else
                Error $"the shape of array '{name}' does not fit its data_offsets."
        | _ -> Error $"array '{name}' has no pair of data_offsets."

    /// Ok if every result is, else the first refusal.
    let private collect results =
        let prepend result rest =
            result
            |> Result.bind (fun item -> rest |> Result.map (fun items -> item :: items))

        List.foldBack prepend results (Ok [])

    let private readMetadata value =
        let readText (item: JsonProperty) =
            match tryText item.Value with
            | Some text -> Ok(item.Name, text)
            | None -> Error $"'{item.Name}' in its {metadataName} is not a text."

        match tryProperty metadataName value with
        | None -> Ok Map.empty
        | Some texts when texts.ValueKind <> JsonValueKind.Object -> Error $"its {metadataName} is not an object."
        | Some texts ->
            texts.EnumerateObject()
            |> Seq.map readText
            |> List.ofSeq
            |> collect
            |> Result.map Map.ofList

    /// Refuses a gap or an overlap: each array begins where the one before it ends.
    let private contiguous entries =
        let sorted = entries |> List.sortBy (fun entry -> entry.Begin, entry.End)
        let begins = sorted |> List.scan (fun _ entry -> entry.End) 0 |> List.take sorted.Length

        match
            List.zip sorted begins
            |> List.tryFind (fun (entry, start) -> entry.Begin <> start)
        with
        | Some(entry, _) -> Error $"array '{entry.Name}' overlaps the one before it, or leaves a gap."
        | None -> Ok entries

    let private readEntries (root: JsonElement) =
        root.EnumerateObject()
        |> Seq.filter (fun item -> item.Name <> metadataName)
        |> Seq.map (fun item -> readEntry item.Name item.Value)
        |> List.ofSeq
        |> collect
        |> Result.bind contiguous

    /// The texts and places that a header's bytes tell, or what is wrong with them.
    let read (bytes: ReadOnlyMemory<byte>) =
        try
            use document = JsonDocument.Parse(bytes, JsonDocumentOptions(AllowDuplicateProperties = false))
            let root = document.RootElement

            if not (Utf8.IsValid bytes.Span) then
                Error "its header is not UTF-8."
            elif root.ValueKind <> JsonValueKind.Object then
                Error "its header is not a JSON object."
            else
                match readMetadata root, readEntries root with
                | Ok metadata, Ok entries -> Ok(metadata, entries)
                | Error reason, _
                | _, Error reason -> Error reason
        with
        | :? JsonException as problem -> Error $"its header is not JSON: {problem.Message}"
        | :? InvalidOperationException -> Error "a name or text in its header is not valid Unicode."
