namespace BgmFunctional.Data

open System
open System.Runtime.InteropServices

/// An array as it stands in a file: its shape, and its values in row-major order.
[<RequireQualifiedAccess>]
type StoredArray =
    /// 32-bit floats.
    | F32 of shape: int list * values: float32[]
    /// 64-bit floats.
    | F64 of shape: int list * values: float[]
    /// 32-bit integers.
    | I32 of shape: int list * values: int[]
    /// 64-bit integers.
    | I64 of shape: int list * values: int64[]
    /// Bytes, such as the grey values of pixels.
    | U8 of shape: int list * values: byte[]

/// The types of element that are read and written, as the safetensors format names them.
[<RequireQualifiedAccess>]
type internal ElementType =
    | F32
    | F64
    | I32
    | I64
    | U8

module internal ElementType =
    let all = [ ElementType.F32; ElementType.F64; ElementType.I32; ElementType.I64; ElementType.U8 ]

    let name element = string<ElementType> element

    let tryParse text = all |> List.tryFind (fun element -> name element = text)

    /// Bytes per value.
    let size element =
        match element with
        | ElementType.F32
        | ElementType.I32 -> 4
        | ElementType.F64
        | ElementType.I64 -> 8
        | ElementType.U8 -> 1

/// What arrays have in common whatever their type.
[<RequireQualifiedAccess>]
module StoredArray =
    /// The lengths along each axis; the empty list is a scalar.
    let shape array =
        match array with
        | StoredArray.F32(shape, _)
        | StoredArray.F64(shape, _)
        | StoredArray.I32(shape, _)
        | StoredArray.I64(shape, _)
        | StoredArray.U8(shape, _) -> shape

    /// The number of values.
    let count array =
        match array with
        | StoredArray.F32(_, values) -> values.Length
        | StoredArray.F64(_, values) -> values.Length
        | StoredArray.I32(_, values) -> values.Length
        | StoredArray.I64(_, values) -> values.Length
        | StoredArray.U8(_, values) -> values.Length

    let internal elementType array =
        match array with
        | StoredArray.F32 _ -> ElementType.F32
        | StoredArray.F64 _ -> ElementType.F64
        | StoredArray.I32 _ -> ElementType.I32
        | StoredArray.I64 _ -> ElementType.I64
        | StoredArray.U8 _ -> ElementType.U8

    /// The values' bytes, little-endian like every machine that .NET 10 is released for.
    let internal toBytes array =
        match array with
        | StoredArray.F32(_, values) -> MemoryMarshal.AsBytes(ReadOnlySpan values).ToArray()
        | StoredArray.F64(_, values) -> MemoryMarshal.AsBytes(ReadOnlySpan values).ToArray()
        | StoredArray.I32(_, values) -> MemoryMarshal.AsBytes(ReadOnlySpan values).ToArray()
        | StoredArray.I64(_, values) -> MemoryMarshal.AsBytes(ReadOnlySpan values).ToArray()
        | StoredArray.U8(_, values) -> Array.copy values

    /// The array whose values have these bytes.
    let internal ofBytes element shape (bytes: ReadOnlySpan<byte>) =
        match element with
        | ElementType.F32 -> StoredArray.F32(shape, MemoryMarshal.Cast<byte, float32>(bytes).ToArray())
        | ElementType.F64 -> StoredArray.F64(shape, MemoryMarshal.Cast<byte, float>(bytes).ToArray())
        | ElementType.I32 -> StoredArray.I32(shape, MemoryMarshal.Cast<byte, int>(bytes).ToArray())
        | ElementType.I64 -> StoredArray.I64(shape, MemoryMarshal.Cast<byte, int64>(bytes).ToArray())
        | ElementType.U8 -> StoredArray.U8(shape, bytes.ToArray())

    /// The array whose values fill a file's bytes from a start to the end; fewer or more bytes are refused under the path.
    let internal ofRest path element shape (start: int) (bytes: byte[]) =
        // In floats, where a product cannot wrap around; up to 2⁵³ they are exact.
        let expected =
            float start
            + float (ElementType.size element)
              * List.fold (fun product length -> product * float length) 1.0 shape

        if float bytes.LongLength = expected then
            Ok(ofBytes element shape (ReadOnlySpan(bytes, start, bytes.Length - start)))
        elif float bytes.LongLength < expected then
            Error(DataError.CutShort(path, bytes.LongLength, int64 expected))
        else
            Error(DataError.TooLong(path, bytes.LongLength, int64 expected))
