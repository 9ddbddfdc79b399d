namespace BgmFunctional.Data

open System
open System.Buffers.Binary

/// Named arrays and a few texts: what a safetensors file holds.
type Safetensors = {
    /// The arrays by name, in the order of the header.
    Tensors: (string * StoredArray) list
    /// Texts by name; a model's configuration is one of them.
    Metadata: Map<string, string>
}

/// The safetensors format: eight bytes that say the header's length (little-endian), the header, then the arrays' bytes
/// without gaps. https://github.com/huggingface/safetensors#format
[<RequireQualifiedAccess>]
module Safetensors =
    let private prefixLength = 8

    /// The format's own bound, against a header that would take minutes to parse.
    let private longestHeader = 100_000_000L

    let private check tensors =
        for name, array in tensors do
            let shape = StoredArray.shape array

            if name = SafetensorsHeader.metadataName then
                invalidArg (nameof tensors) $"The format itself uses the name '{name}'; call the array something else."

            if
                List.fold (fun product length -> product * int64 length) 1L shape
                <> int64 (StoredArray.count array)
            then
                invalidArg
                    (nameof tensors)
                    $"Array '{name}' has {StoredArray.count array} values, which is not what shape {shape} needs."

        match tensors |> List.countBy fst |> List.tryFind (fun (_, count) -> count > 1) with
        | Some(name, _) ->
            invalidArg (nameof tensors) $"Two arrays are called '{name}'; every array needs a name of its own."
        | None -> ()

    /// The bytes of a file. An ArgumentException names an array whose shape and values disagree or whose name is taken.
    let toBytes content =
        check content.Tensors
        let arrays = Map.ofList content.Tensors
        let places = SafetensorsHeader.place content.Tensors
        let placeOf = places |> List.map (fun entry -> entry.Name, entry) |> Map.ofList

        let header =
            content.Tensors
            |> List.map (fun (name, _) -> placeOf[name])
            |> SafetensorsHeader.write content.Metadata

        let prefix = Array.zeroCreate prefixLength
        BinaryPrimitives.WriteInt64LittleEndian(Span prefix, header.LongLength)

        places
        |> List.map (fun entry -> StoredArray.toBytes arrays[entry.Name])
        |> List.append [ prefix; header ]
        |> Array.concat

    /// What a file's bytes hold, everything checked before anything is used; the path is for the refusal.
    let ofBytes path (bytes: byte[]) =
        let refuse reason = Error(DataError.NotSafetensors(path, reason))

        let cutShort expected = Error(DataError.CutShort(path, bytes.LongLength, expected))

        let arrays start (metadata, entries) =
            let finish = int64 start + int64 (entries |> List.map _.End |> List.fold max 0)

            let array entry =
                let span = ReadOnlySpan(bytes, start + entry.Begin, entry.End - entry.Begin)
                entry.Name, StoredArray.ofBytes entry.Type entry.Shape span

            if bytes.LongLength < finish then
                cutShort finish
            elif bytes.LongLength > finish then
                refuse $"{bytes.LongLength - finish} bytes follow its last array."
            else
                Ok { Tensors = List.map array entries; Metadata = metadata }

        if bytes.Length < prefixLength then
            cutShort (int64 prefixLength)
        else
            let headerLength = BinaryPrimitives.ReadInt64LittleEndian(ReadOnlySpan bytes)
            let start = int64 prefixLength + headerLength

            if headerLength < 2L || headerLength > longestHeader then
                refuse "its first eight bytes are not the length of a header."
            elif bytes.LongLength < start then
                cutShort start
            else
                match SafetensorsHeader.read (ReadOnlyMemory(bytes, prefixLength, int headerLength)) with
                | Ok header -> arrays (int start) header
                | Error reason -> refuse reason

    /// What a file holds; a file that is missing, cut short or of another kind is refused.
    let read path = AtomicFile.read path |> Result.bind (ofBytes path)

    /// Writes a file as a whole or not at all.
    let write path content =
        let bytes = toBytes content
        AtomicFile.write path (fun stream -> stream.Write(bytes, 0, bytes.Length))
