module BgmFunctional.Tests.Charts.PngTests

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open System.Text
open FsCheck
open FsCheck.FSharp
open Xunit
open BgmFunctional.Charts
open BgmFunctional.Tests

let private number (bytes: byte[]) at = BinaryPrimitives.ReadUInt32BigEndian(ReadOnlySpan(bytes, at, 4))

/// The chunks of a file, by name.
let private chunks (png: byte[]) =
    let rec from at =
        if at = png.Length then
            []
        else
            let length = int (number png at)
            let name = Encoding.ASCII.GetString(png, at + 4, 4)
            (name, png[at + 8 .. at + 7 + length]) :: from (at + 12 + length)

    from 8

let private assoc name chunks = chunks |> List.find (fun (known, _) -> known = name) |> snd

/// Width, height and grey values of a file.
let private read png =
    let chunks = chunks png
    let header = assoc "IHDR" chunks
    use zip = new ZLibStream(new MemoryStream(assoc "IDAT" chunks), CompressionMode.Decompress)
    use rows = new MemoryStream()
    zip.CopyTo rows
    let width = int (number header 0)
    let rows = rows.ToArray() |> Array.chunkBySize (width + 1)
    Assert.All(rows, fun row -> Assert.Equal(0uy, row[0]))
    width, int (number header 4), rows |> Array.collect Array.tail

[<Fact>]
let ``an image reads back the same`` () =
    let images =
        gen {
            let! width, height = Gen.zip (Gen.choose (1, 20)) (Gen.choose (1, 20))
            let! pixels = Gen.arrayOfLength (width * height) (ArbMap.generate<byte> ArbMap.defaults)
            return width, height, pixels
        }

    Prop.forAll (Arb.fromGen images) (fun (width, height, pixels) ->
        read (Png.gray width height pixels) = (width, height, pixels))
    |> Law.check

[<Fact>]
let ``the smallest image has the bytes that the standard wants`` () =
    let png = Png.gray 1 1 [| 255uy |]
    Assert.Equal<byte[]>([| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |], png[..7])
    // 1 × 1, 8 bits, grey; the check sum of an empty IEND is the same in every file.
    Assert.Equal<byte[]>(
        [| 0uy; 0uy; 0uy; 1uy; 0uy; 0uy; 0uy; 1uy; 8uy; 0uy; 0uy; 0uy; 0uy |],
        assoc "IHDR" (chunks png)
    )

    Assert.Equal(0x3A7E9B55u, number png 29)
    Assert.Equal(0xAE426082u, number png (png.Length - 4))

[<Fact>]
let ``a sheet has its images side by side, ink dark on white`` () =
    let images = [| [| 1.0f; 0.0f |]; [| 0.5f; 2.0f |]; [| -1.0f; 0.2f |] |]
    let width, height, pixels = read (Png.sheet 2 2 1 images)
    Assert.Equal((5, 3), (width, height))

    Assert.Equal<byte[]>(
        [|
            yield! [| 0uy; 255uy; 255uy; 127uy; 0uy |]
            yield! Array.create 5 255uy
            yield! [| 255uy; 204uy; 255uy; 255uy; 255uy |]
        |],
        pixels
    )

[<Fact>]
let ``values that do not fill the image, and a sheet of nothing, are refused`` () =
    let refused (part: string) (action: unit -> byte[]) =
        Assert.Contains(part, Assert.Throws<ArgumentException>(fun () -> action () |> ignore).Message)

    refused "3 grey values do not fill an image of 2 × 2" (fun () -> Png.gray 2 2 (Array.zeroCreate 3))
    refused "0 × 0" (fun () -> Png.gray 0 0 [||])
    refused "image 1 has 3 values" (fun () -> Png.sheet 2 2 2 [| Array.zeroCreate 4; Array.zeroCreate 3 |])
    refused "0 images" (fun () -> Png.sheet 2 2 2 [||])
    refused "0 columns" (fun () -> Png.sheet 0 2 2 [| Array.zeroCreate 4 |])
