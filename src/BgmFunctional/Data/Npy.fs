namespace BgmFunctional.Data

open System
open System.Buffers.Binary
open System.Text
open System.Text.RegularExpressions

/// NumPy's array files (NPY 1.0 to 3.0): little-endian numbers or bytes in C order behind a header that is a Python dictionary.
[<RequireQualifiedAccess>]
module Npy =
    let private magic = [| 0x93uy; byte 'N'; byte 'U'; byte 'M'; byte 'P'; byte 'Y' |]

    /// The header is filled up so that the values begin at a multiple of this.
    let private alignment = 64

    let private codes = [
        ElementType.F32, "<f4"
        ElementType.F64, "<f8"
        ElementType.I32, "<i4"
        ElementType.I64, "<i8"
        ElementType.U8, "|u1"
    ]

    /// Truth values are bytes of 0 and 1.
    let private tryElement code =
        if code = "|b1" then
            Some ElementType.U8
        else
            codes
            |> List.tryPick (fun (element, known) -> if known = code then Some element else None)

    /// An array as a file of version 1.0.
    let toBytes (array: StoredArray) : byte[] =
        let code =
            codes
            |> List.find (fun (element, _) -> element = StoredArray.elementType array)
            |> snd

        let lengths =
            match StoredArray.shape array with
            | [ length ] -> $"{length},"
            | lengths -> lengths |> List.map string |> String.concat ", "

        let header = $"{{'descr': '{code}', 'fortran_order': False, 'shape': ({lengths}), }}"
        let start = magic.Length + 4
        let whole = (start + header.Length + alignment) / alignment * alignment
        let padded = header.PadRight(whole - start - 1) + "\n"

        Array.concat [
            magic
            [| 1uy; 0uy |]
            BitConverter.GetBytes(uint16 padded.Length)
            Encoding.ASCII.GetBytes padded
            StoredArray.toBytes array
        ]

    let private field name pattern header =
        let found = Regex.Match(header, $"'{name}'\s*:\s*{pattern}")
        if found.Success then Some found.Groups[1].Value else None

    /// The lengths in "3, 4" or "5,"; None if one is no whole number.
    let private tryShape (text: string) =
        let parts = text.Split(',', StringSplitOptions.TrimEntries ||| StringSplitOptions.RemoveEmptyEntries)

        let lengths =
            parts
            |> Array.choose (fun part ->
                match Int32.TryParse part with
                | true, n when n >= 0 -> Some n
                | _ -> None)

        if lengths.Length = parts.Length then Some(List.ofArray lengths) else None

    /// The element type and the shape that a header tells, or what is wrong with it.
    let private readHeader header =
        let known = codes |> List.map snd |> String.concat ", "

        match
            field "descr" "'([^']*)'" header,
            field "fortran_order" "(True|False)" header,
            field "shape" "\(([^)]*)\)" header |> Option.bind tryShape
        with
        | None, _, _ -> Error "its header has no 'descr' of one element type."
        | _, None, _ -> Error "its header does not say whether it is in 'fortran_order'."
        | _, _, None -> Error "its header has no 'shape' of whole numbers."
        | Some code, Some order, Some shape ->
            match tryElement code with
            | None -> Error $"elements of type '{code}' are not read here; convert them to one of {known}, |b1."
            | Some _ when order = "True" && shape.Length > 1 ->
                Error "its values are in Fortran order; save numpy.ascontiguousarray of it."
            | Some element -> Ok(element, shape)

    /// The array in a file's bytes; one that is cut short or of another kind is refused under the path.
    let ofBytes (path: string) (bytes: byte[]) : Result<StoredArray, DataError> =
        let refuse reason = Error(DataError.WrongFormat(path, "NPY", reason))
        let cutShort expected = Error(DataError.CutShort(path, bytes.LongLength, expected))
        let version = if bytes.Length > magic.Length then int bytes[magic.Length] else 1
        let start = magic.Length + 2 + (if version = 1 then 2 else 4)

        if not (bytes.AsSpan().StartsWith(ReadOnlySpan(magic, 0, min magic.Length bytes.Length))) then
            refuse "it does not begin with \\x93NUMPY."
        elif version < 1 || version > 3 then
            refuse $"version {version} is not known; 1 to 3 are."
        elif bytes.Length < start then
            cutShort (int64 start)
        else
            let stated = ReadOnlySpan(bytes, magic.Length + 2, start - magic.Length - 2)

            let values =
                int64 start
                + if version = 1 then
                      int64 (BinaryPrimitives.ReadUInt16LittleEndian stated)
                  else
                      int64 (BinaryPrimitives.ReadUInt32LittleEndian stated)

            if bytes.LongLength < values then
                cutShort values
            else
                match readHeader (Encoding.UTF8.GetString(bytes, start, int values - start)) with
                | Error reason -> refuse reason
                | Ok(element, shape) -> StoredArray.ofRest path element shape (int values) bytes

    /// The array in a file.
    let read path = AtomicFile.read path |> Result.bind (ofBytes path)

    /// Writes an array as a whole file or not at all.
    let write path array =
        let bytes = toBytes array
        AtomicFile.write path (fun stream -> stream.Write(bytes, 0, bytes.Length))
