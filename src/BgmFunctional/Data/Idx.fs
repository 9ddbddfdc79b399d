namespace BgmFunctional.Data

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression

/// The IDX files in which MNIST's digits are published, plain or as .gz: two zeros, a type, the number of axes, the big-endian length of
/// each, and the values, big-endian as well.
[<RequireQualifiedAccess>]
module Idx =
    let private codes = [
        0x08uy, ElementType.U8
        0x0Cuy, ElementType.I32
        0x0Duy, ElementType.F32
        0x0Euy, ElementType.F64
    ]

    let private prefixLength = 4

    /// Bytes whose values, from a start on, have their own bytes in the other order.
    let private reversed element start (bytes: byte[]) =
        let size = ElementType.size element
        let result = Array.copy bytes

        if size > 1 then
            for at in start..size .. bytes.Length - size do
                Array.Reverse(result, at, size)

        result

    let private bigEndian (length: int) =
        let bytes = Array.zeroCreate<byte> 4
        BinaryPrimitives.WriteInt32BigEndian(Span bytes, length)
        bytes

    /// An array as the bytes of a file, not compressed. 64-bit integers have no code there: they are refused under the path.
    let toBytes (path: string) (array: StoredArray) : Result<byte[], DataError> =
        let element, shape = StoredArray.elementType array, StoredArray.shape array

        match codes |> List.tryFind (fun (_, known) -> known = element) with
        | None ->
            Error(DataError.FileUnwritable(path, $"IDX has no {ElementType.name element}; convert the values first."))
        | Some(code, _) ->
            Ok(
                Array.concat [
                    [| 0uy; 0uy; code; byte shape.Length |]
                    shape |> List.map bigEndian |> Array.concat
                    reversed element 0 (StoredArray.toBytes array)
                ]
            )

    let private unzip (bytes: byte[]) =
        use zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)
        use content = new MemoryStream()
        zip.CopyTo content
        content.ToArray()

    let private ofPlain (path: string) (bytes: byte[]) =
        let refuse reason = Error(DataError.WrongFormat(path, "IDX", reason))
        let cutShort (expected: int) = Error(DataError.CutShort(path, bytes.LongLength, int64 expected))

        if bytes.Length < prefixLength then
            cutShort prefixLength
        elif bytes[0] <> 0uy || bytes[1] <> 0uy then
            refuse "it does not begin with two zeros."
        else
            let start = prefixLength + 4 * int bytes[3]

            match codes |> List.tryFind (fun (code, _) -> code = bytes[2]) with
            | None -> refuse $"elements of type 0x{bytes[2]:X2} are not read here; 0x08, 0x0C, 0x0D and 0x0E are."
            | Some _ when bytes.Length < start -> cutShort start
            | Some(_, element) ->
                let shape = [
                    for at in prefixLength..4 .. start - 4 ->
                        BinaryPrimitives.ReadInt32BigEndian(ReadOnlySpan(bytes, at, 4))
                ]

                if shape |> List.exists (fun length -> length < 0) then
                    refuse "an axis is longer than 2³¹ − 1."
                else
                    StoredArray.ofRest path element shape start (reversed element start bytes)

    /// The array in a file's bytes, which may be compressed by gzip; one that is cut short or of another kind is refused under the path.
    let ofBytes (path: string) (bytes: byte[]) : Result<StoredArray, DataError> =
        if bytes.AsSpan().StartsWith(ReadOnlySpan [| 0x1Fuy; 0x8Buy |]) then
            try
                ofPlain path (unzip bytes)
            with :? InvalidDataException as problem ->
                Error(DataError.WrongFormat(path, "IDX", problem.Message))
        else
            ofPlain path bytes

    /// The array in a file.
    let read path = AtomicFile.read path |> Result.bind (ofBytes path)

    /// Writes an array as a whole file or not at all.
    let write path array =
        toBytes path array
        |> Result.bind (fun bytes -> AtomicFile.write path (fun stream -> stream.Write(bytes, 0, bytes.Length)))
