namespace BgmFunctional.Charts

open System
open System.Buffers.Binary
open System.IO
open System.IO.Compression
open System.Text

/// Grey images as PNG files (ISO/IEC 15948): 8 bits a pixel, rows compressed as they are.
[<RequireQualifiedAccess>]
module Png =
    let private signature = [| 0x89uy; 0x50uy; 0x4Euy; 0x47uy; 0x0Duy; 0x0Auy; 0x1Auy; 0x0Auy |]

    /// CRC-32 of ISO 3309: the remainder of each byte, then one step a byte.
    let private remainders =
        let step r = if r &&& 1u = 1u then 0xEDB88320u ^^^ (r >>> 1) else r >>> 1
        Array.init 256 (fun byte -> Seq.fold (fun r _ -> step r) (uint32 byte) (seq { 1..8 }))

    let private crc (bytes: byte[]) =
        ~~~(bytes
            |> Array.fold (fun r byte -> remainders[int ((r ^^^ uint32 byte) &&& 0xFFu)] ^^^ (r >>> 8)) 0xFFFFFFFFu)

    let private bigEndian (number: uint32) =
        let bytes = Array.zeroCreate<byte> 4
        BinaryPrimitives.WriteUInt32BigEndian(Span bytes, number)
        bytes

    let private chunk (name: string) (content: byte[]) =
        let body = Array.append (Encoding.ASCII.GetBytes name) content
        Array.concat [ bigEndian (uint32 content.Length); body; bigEndian (crc body) ]

    let private compress (bytes: byte[]) =
        use buffer = new MemoryStream()
        using (new ZLibStream(buffer, CompressionLevel.SmallestSize)) (fun zip -> zip.Write(bytes, 0, bytes.Length))
        buffer.ToArray()

    /// An image of width × height grey values, 0 black and 255 white, row by row.
    /// <exception cref="System.ArgumentException">A number of values other than width × height, or an empty image.</exception>
    let gray (width: int) (height: int) (pixels: byte[]) : byte[] =
        if width < 1 || height < 1 || pixels.Length <> width * height then
            invalidArg (nameof pixels) $"png: {pixels.Length} grey values do not fill an image of {width} × {height}"

        // 8 bits a pixel, grey, and the one method of compression, filtering and order there is for each.
        let header =
            Array.concat [ bigEndian (uint32 width); bigEndian (uint32 height); [| 8uy; 0uy; 0uy; 0uy; 0uy |] ]

        let rows = pixels |> Array.chunkBySize width |> Array.collect (Array.append [| 0uy |])
        Array.concat [ signature; chunk "IHDR" header; chunk "IDAT" (compress rows); chunk "IEND" [||] ]

    /// What a value between 0 (black) and 1 (white) is in grey.
    let private grey (value: float32) = byte (Math.Clamp(MathF.Round(255.0f * value), 0.0f, 255.0f))

    /// Images of one size side by side, so many in a row, with a line of white between: values in [0, 1], black on white where light is ink.
    let sheet (columns: int) (width: int) (height: int) (images: float32[][]) : byte[] =
        if columns < 1 || images.Length = 0 then
            invalidArg (nameof images) $"png: {images.Length} images in {columns} columns make no sheet"

        match images |> Array.tryFindIndex (fun image -> image.Length <> width * height) with
        | Some i -> invalidArg (nameof images) $"png: image {i} has {images[i].Length} values, not {width} × {height}"
        | None -> ()

        let across = min columns images.Length
        let down = (images.Length + across - 1) / across
        let sheetWidth, sheetHeight = across * (width + 1) - 1, down * (height + 1) - 1

        Array.init (sheetWidth * sheetHeight) (fun i ->
            let x, y = i % sheetWidth, i / sheetWidth
            let image = y / (height + 1) * across + x / (width + 1)
            let column, row = x % (width + 1), y % (height + 1)

            if column = width || row = height || image >= images.Length then
                255uy
            else
                let value = images[image][row * width + column]
                255uy - grey value)
        |> gray sheetWidth sheetHeight
