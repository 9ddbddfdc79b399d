module BgmFunctional.Tests.Data.SafetensorsTests

open System
open System.Text
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Data
open BgmFunctional.Tests

let private path = "model.safetensors"

/// A file with this header and so many bytes behind it, put together by hand.
let private file (header: string) bytes =
    let header = Encoding.UTF8.GetBytes header
    Array.concat [ BitConverter.GetBytes(int64 header.Length); header; Array.zeroCreate bytes ]

let private refused (reason: string) bytes =
    match Safetensors.ofBytes path bytes with
    | Error(DataError.NotSafetensors(at, found)) ->
        Assert.Equal(path, at)
        Assert.Contains(reason, found)
    | other -> failwith $"{other}"

[<Fact>]
let ``what is written reads back the same, to the bit`` () =
    Prop.forAll Generators.safetensors (fun content ->
        (Safetensors.ofBytes path (Safetensors.toBytes content)).Equals(Ok content: Result<_, DataError>))
    |> Law.check

[<Fact>]
let ``a file reads back the same`` () =
    use folder = new TemporaryFolder()

    let content = {
        Tensors = [ "weight", StoredArray.F32([ 2; 2 ], [| 1.0f; 2.0f; 3.0f; 4.0f |]) ]
        Metadata = Map [ "kind", "flow" ]
    }

    Expect.ok (Safetensors.write (folder.File "a.safetensors") content)
    Assert.Equal(Ok content, Safetensors.read (folder.File "a.safetensors"))

[<Fact>]
let ``a file cut short at any length is refused`` () =
    Prop.forAll Generators.safetensors (fun content ->
        let bytes = Safetensors.toBytes content

        seq { 0 .. bytes.Length - 1 }
        |> Seq.forall (fun length ->
            match Safetensors.ofBytes path (Array.truncate length bytes) with
            | Error(DataError.CutShort(_, found, expected)) -> found = length && expected > found
            | _ -> false))
    |> fun law -> Check.One(Law.config 10, law)

[<Fact>]
let ``a file with any byte changed is read or refused, never an exception`` () =
    Prop.forAll
        (Arb.zip (Generators.safetensors, ArbMap.defaults |> ArbMap.arbitrary<NonNegativeInt * byte>))
        (fun (content, (position, value)) ->
            let bytes = Safetensors.toBytes content
            bytes[position.Get % bytes.Length] <- value

            match Safetensors.ofBytes path bytes with
            | Ok _ -> true
            | Error refusal -> DataError.message refusal <> "")
    |> Law.check

/// The bytes as the format's description (https://github.com/huggingface/safetensors#format) lays them out.
[<Fact>]
let ``the bytes are those of the published format`` () =
    let content = {
        Tensors = [ "b", StoredArray.F32([ 1; 3 ], [| 1.0f; -2.0f; 0.5f |]); "n", StoredArray.I64([], [| 258L |]) ]
        Metadata = Map [ "kind", "flow" ]
    }

    let header =
        """{"__metadata__":{"kind":"flow"},"b":{"dtype":"F32","shape":[1,3],"data_offsets":[8,20]},"n":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}"""

    let padded = header.PadRight((header.Length + 7) / 8 * 8)

    let expected =
        Array.concat [
            [| byte padded.Length; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy |]
            Encoding.ASCII.GetBytes padded
            [| 2uy; 1uy; 0uy; 0uy; 0uy; 0uy; 0uy; 0uy |]
            [| 0uy; 0uy; 0x80uy; 0x3Fuy; 0uy; 0uy; 0uy; 0xC0uy; 0uy; 0uy; 0uy; 0x3Fuy |]
        ]

    Assert.Equal<byte[]>(expected, Safetensors.toBytes content)

[<Fact>]
let ``arrays begin at multiples of eight bytes, wider elements first`` () =
    Prop.forAll Generators.safetensors (fun content -> BitConverter.ToInt64(Safetensors.toBytes content, 0) % 8L = 0L)
    |> Law.check

[<Fact>]
let ``another file is refused`` () =
    refused "length of a header" (Encoding.UTF8.GetBytes "age,income\n1,2\n")
    refused "not JSON" (file "nonsense" 0)
    refused "not a JSON object" (file "[1, 2]  " 0)
    refused "length of a header" (file "" 8)
    refused "length of a header" (BitConverter.GetBytes -1L)

[<Fact>]
let ``a header that lies is refused`` () =
    let one dtype shape offsets = $"""{{"a":{{"dtype":{dtype},"shape":{shape},"data_offsets":{offsets}}}}}"""

    let two first second =
        $"""{{"a":{{"dtype":"I32","shape":[1],"data_offsets":{first}}},"b":{{"dtype":"I32","shape":[1],"data_offsets":{second}}}}}"""

    refused "dtype" (file (one "\"F8\"" "[1]" "[0,4]") 4)
    refused "dtype" (file "{\"a\":1}" 0)
    refused "shape of whole numbers" (file (one "\"F32\"" "[-1]" "[0,4]") 4)
    refused "shape of whole numbers" (file (one "\"F32\"" "[1.5]" "[0,4]") 4)
    refused "pair of data_offsets" (file (one "\"F32\"" "[1]" "[4]") 4)
    refused "does not fit" (file (one "\"F32\"" "[2]" "[0,4]") 4)
    refused "does not fit" (file (one "\"F32\"" "[1]" "[4,0]") 4)
    refused "does not fit" (file (one "\"F32\"" "[2147483647,2147483647,2147483647,8]" "[0,4]") 4)
    refused "overlaps" (file (two "[0,4]" "[0,4]") 4)
    refused "gap" (file (two "[0,4]" "[8,12]") 12)
    refused "gap" (file (one "\"F32\"" "[1]" "[4,8]") 8)
    refused "bytes follow" (file (one "\"F32\"" "[1]" "[0,4]") 5)
    refused "not JSON" (file """{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{}}""" 0)
    refused "not an object" (file """{"__metadata__":3}""" 0)
    refused "not a text" (file """{"__metadata__":{"a":3}}""" 0)
    refused "Unicode" (file """{"\ud800":{}}""" 0)

[<Fact>]
let ``arrays that are no file are the caller's mistake`` () =
    let wrong (part: string) tensors =
        let problem =
            Assert.Throws<ArgumentException>(fun () ->
                Safetensors.toBytes { Tensors = tensors; Metadata = Map.empty } |> ignore)

        Assert.Contains(part, problem.Message)

    let scalar = StoredArray.I32([], [| 1 |])
    wrong "'a' has 1 values" [ "a", StoredArray.I32([ 2 ], [| 1 |]) ]
    wrong "Two arrays are called 'a'" [ "a", scalar; "a", scalar ]
    wrong "__metadata__" [ "__metadata__", scalar ]
