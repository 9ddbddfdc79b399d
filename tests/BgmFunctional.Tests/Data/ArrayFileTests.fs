/// NPY, NPZ and IDX: what is written reads back, other software's bytes are read, and anything else is refused.
module BgmFunctional.Tests.Data.ArrayFileTests

open System
open System.IO
open System.IO.Compression
open System.Text
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Data
open BgmFunctional.Tests

let private arrays = Arb.fromGen Generators.storedArray

let private idx array =
    match Idx.toBytes "a.idx" array with
    | Ok bytes -> Some bytes
    | Error _ -> None

[<Fact>]
let ``an array reads back the same from NPY, to the bit`` () =
    Prop.forAll arrays (fun array -> (Npy.ofBytes "a.npy" (Npy.toBytes array)).Equals(Ok array: Result<_, DataError>))
    |> Law.check

[<Fact>]
let ``an array reads back the same from IDX, plain or zipped`` () =
    let zip (bytes: byte[]) =
        use buffer = new MemoryStream()
        using (new GZipStream(buffer, CompressionLevel.Fastest)) (fun zip -> zip.Write(bytes, 0, bytes.Length))
        buffer.ToArray()

    Prop.forAll arrays (fun array ->
        match idx array with
        | None -> array.IsI64
        | Some bytes ->
            let expected: Result<_, DataError> = Ok array

            (Idx.ofBytes "a.idx" bytes).Equals expected
            && (Idx.ofBytes "a.gz" (zip bytes)).Equals expected)
    |> Law.check

[<Fact>]
let ``arrays read back the same from NPZ, names and order kept`` () =
    Prop.forAll (Arb.fromGen (Gen.resize 5 (Gen.listOf Generators.storedArray))) (fun arrays ->
        let named = arrays |> List.mapi (fun i array -> $"part/{i} é", array)
        (Npz.ofBytes "a.npz" (Npz.toBytes named)).Equals(Ok named: Result<_, DataError>))
    |> fun law -> Check.One(Law.config 30, law)

[<Fact>]
let ``an array is written and read as a file`` () =
    use folder = new TemporaryFolder()
    let array = StoredArray.U8([ 2; 3 ], [| 0uy; 1uy; 2uy; 253uy; 254uy; 255uy |])
    Expect.ok (Npy.write (folder.File "a.npy") array)
    Expect.ok (Idx.write (folder.File "a.idx") array)
    Expect.ok (Npz.write (folder.File "a.npz") [ "x", array ])
    Assert.Equal(Ok array, Npy.read (folder.File "a.npy"))
    Assert.Equal(Ok array, Idx.read (folder.File "a.idx"))
    Assert.Equal(Ok [ "x", array ], Npz.read (folder.File "a.npz"))

/// A file as NumPy lays it out, by hand.
let private npy (header: string) (values: byte[]) =
    Array.concat [
        [| 0x93uy |]
        Encoding.ASCII.GetBytes "NUMPY"
        [| 1uy; 0uy |]
        BitConverter.GetBytes(uint16 header.Length)
        Encoding.ASCII.GetBytes header
        values
    ]

/// The bytes of numpy.save(f, x) of NumPy 1.24.2: a header of 118 bytes, so that values begin at 128.
let private numpy code shape values =
    npy
        ($"{{'descr': '{code}', 'fortran_order': False, 'shape': {shape}, }}".PadRight 117
         + "\n")
        values

[<Fact>]
let ``files are laid out as NumPy lays them out`` () =
    let values = [| 1.5f; -2.0f; 3.0f |]
    let bytes = values |> Array.collect (fun (value: float32) -> BitConverter.GetBytes value)
    Assert.Equal<byte[]>(numpy "<f4" "(3,)" bytes, Npy.toBytes (StoredArray.F32([ 3 ], values)))
    let ones = StoredArray.I64([ 1; 2 ], [| 1L; 1L |])

    Assert.Equal<byte[]>(
        numpy "<i8" "(1, 2)" (Array.collect (fun (value: int64) -> BitConverter.GetBytes value) [| 1L; 1L |]),
        Npy.toBytes ones
    )

    Assert.Equal<byte[]>(numpy "|u1" "()" [| 7uy |], Npy.toBytes (StoredArray.U8([], [| 7uy |])))

[<Fact>]
let ``truth values are bytes, and a single axis has one order only`` () =
    Assert.Equal(Ok(StoredArray.U8([ 2 ], [| 1uy; 0uy |])), Npy.ofBytes "a" (numpy "|b1" "(2,)" [| 1uy; 0uy |]))
    let header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }\n"
    Assert.Equal(Ok(StoredArray.U8([ 2 ], [| 1uy; 0uy |])), Npy.ofBytes "a" (npy header [| 1uy; 0uy |]))

[<Fact>]
let ``IDX is laid out as MNIST is`` () =
    let bytes = [| 0uy; 0uy; 8uy; 3uy; 0uy; 0uy; 0uy; 1uy; 0uy; 0uy; 0uy; 2uy; 0uy; 0uy; 0uy; 1uy; 9uy; 255uy |]
    Assert.Equal(Ok(StoredArray.U8([ 1; 2; 1 ], [| 9uy; 255uy |])), Idx.ofBytes "a" bytes)
    let half = [| 0uy; 0uy; 0x0Duy; 1uy; 0uy; 0uy; 0uy; 1uy; 0x3Fuy; 0uy; 0uy; 0uy |]
    Assert.Equal(Ok(StoredArray.F32([ 1 ], [| 0.5f |])), Idx.ofBytes "a" half)

[<Fact>]
let ``a file cut short at any length is refused`` () =
    Prop.forAll arrays (fun array ->
        let isRefused read (bytes: byte[]) =
            seq { 0 .. bytes.Length - 1 }
            |> Seq.forall (fun length ->
                match read "here" (Array.truncate length bytes) with
                | Error(DataError.CutShort("here", found, expected)) -> found = length && expected > found
                | _ -> false)

        isRefused Npy.ofBytes (Npy.toBytes array)
        && idx array |> Option.forall (isRefused Idx.ofBytes))
    |> fun law -> Check.One(Law.config 20, law)

[<Fact>]
let ``a file with any byte changed is read or refused, never an exception`` () =
    Prop.forAll
        (Arb.zip (arrays, ArbMap.defaults |> ArbMap.arbitrary<NonNegativeInt * byte>))
        (fun (array, (position, value)) ->
            let changed (bytes: byte[]) = Array.updateAt (position.Get % bytes.Length) value bytes
            Npy.ofBytes "a" (changed (Npy.toBytes array)) |> ignore
            idx array |> Option.iter (changed >> Idx.ofBytes "a" >> ignore)
            Npz.ofBytes "a" (changed (Npz.toBytes [ "x", array ])) |> ignore)
    |> Law.check

[<Fact>]
let ``a refusal names the file and what would do`` () =
    let refused (parts: string list) (result: Result<'a, DataError>) =
        match result with
        | Ok value -> failwith $"read as {value}"
        | Error error ->
            for part in parts do
                Assert.Contains(part, DataError.message error)

    let text = Encoding.ASCII.GetBytes "row,column\n1,2\n"
    let fortran = "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 1), }\n"
    refused [ "x.npy"; "NPY"; "NUMPY" ] (Npy.ofBytes "x.npy" text)
    refused [ "x.npy"; "'>f8'"; "<f8" ] (Npy.ofBytes "x.npy" (numpy ">f8" "(1,)" (Array.zeroCreate 8)))
    refused [ "x.npy"; "ascontiguousarray" ] (Npy.ofBytes "x.npy" (npy fortran (Array.zeroCreate 4)))
    refused [ "x.npy"; "shape" ] (Npy.ofBytes "x.npy" (numpy "<f4" "(-1,)" [||]))
    refused [ "x.npy"; "descr" ] (Npy.ofBytes "x.npy" (npy "{'descr': [('a', '<f4')], }\n" [||]))
    refused [ "x.npy"; "too long"; "129" ] (Npy.ofBytes "x.npy" (numpy "|u1" "(0,)" [| 1uy |]))
    refused [ "x.npy"; "version 9" ] (Npy.ofBytes "x.npy" (Array.updateAt 6 9uy (numpy "|u1" "(0,)" [||])))
    refused [ "x.npz"; "NPZ" ] (Npz.ofBytes "x.npz" text)
    refused [ "x.idx"; "IDX"; "two zeros" ] (Idx.ofBytes "x.idx" text)
    refused [ "x.idx"; "0x09"; "0x08" ] (Idx.ofBytes "x.idx" [| 0uy; 0uy; 9uy; 0uy; 1uy |])
    refused [ "x.idx"; "longer" ] (Idx.ofBytes "x.idx" [| 0uy; 0uy; 8uy; 1uy; 255uy; 0uy; 0uy; 0uy |])
    refused [ "x.idx"; "IDX has no I64" ] (Idx.write "x.idx" (StoredArray.I64([ 1 ], [| 1L |])))
    refused [ "nowhere.npy"; "no such file" ] (Npy.read "nowhere.npy")
