module BgmFunctional.Tests.ImageBgm.ImageSetTests

open System
open System.IO
open Xunit
open BgmFunctional.Autodiff
open BgmFunctional.Data
open BgmFunctional.ImageBgm
open BgmFunctional.Tests
open BgmFunctional.Tests.ImageBgm.Cases

let private inFolder (work: (string -> string) -> unit) =
    let folder = Directory.CreateTempSubdirectory "bgm-images"

    try
        work (fun name -> Path.Combine(folder.FullName, name))
    finally
        folder.Delete true

[<Fact>]
let ``images come back from NPY and NPZ as the same bits, and from IDX as bytes`` () =
    inFolder (fun path ->
        let images = images 5

        for name in [ "a.npy"; "a.npz" ] do
            ImageSet.write (path name) images |> ok
            Assert.Equal<int[]>(bits images.Pixels, bits (ImageSet.read (path name) |> ok).Pixels)

        ImageSet.write (path "a.idx") images |> ok
        let back = ImageSet.read (path "a.idx") |> ok
        Assert.Equal((5, height, width), (ImageSet.count back, back.Height, back.Width))

        Assert.All(
            Array.map2 (-) (Tensor.toArray images.Pixels) (Tensor.toArray back.Pixels),
            fun difference -> Assert.InRange(abs difference, 0.0, 0.5 / 255.0 + 1e-6)
        ))

[<Fact>]
let ``bytes are grey values of 0 to 255, and an axis of one channel may stand at the end`` () =
    let images =
        ImageSet.ofArray "x" (StoredArray.U8([ 1; 2; 2; 1 ], [| 0uy; 255uy; 51uy; 102uy |]))
        |> ok

    Assert.Equal((2, 2), (images.Height, images.Width))

    Array.iter2
        (fun (expected: float) (found: float) -> Assert.Equal(expected, found, 6))
        [| 0.0; 1.0; 0.2; 0.4 |]
        (Tensor.toArray images.Pixels)

[<Fact>]
let ``what is no image is refused with its place`` () =
    let refused (parts: string list) result =
        let message = refusal result
        Assert.All(parts, fun (part: string) -> Assert.Contains(part, message))

    let floats shape values = ImageSet.ofArray "file.npy" (StoredArray.F32(shape, values))
    refused [ "file.npy"; "(4)"; "(n, height, width)" ] (floats [ 4 ] (Array.zeroCreate 4))
    refused [ "(1, 2, 2, 3)" ] (floats [ 1; 2; 2; 3 ] (Array.zeroCreate 12))

    refused
        [ "image 2, row 1, column 2"; "1.5"; "[0, 1]" ]
        (floats [ 2; 2; 2 ] [| 0.0f; 0.0f; 0.0f; 0.0f; 0.0f; 1.5f; 0.0f; 0.0f |])

    refused [ "-0.5" ] (floats [ 1; 1; 1 ] [| -0.5f |])
    refused [ "[0, 1]" ] (floats [ 1; 1; 1 ] [| infinityf |])

    refused [ "nowhere.npy"; "no such file" ] (ImageSet.read "nowhere.npy")

[<Fact>]
let ``masks take a square, a stripe, or the lower half`` () =
    let missing mask =
        Mask.missing 4 6 0 mask
        |> Array.map (fun isMissing -> if isMissing then '#' else '.')
        |> String

    Assert.Equal("......" + "..###." + "..###." + "......", missing Hole)
    Assert.Equal("............" + "############", missing Half)
    let stripe = Mask.missing 28 28 0 Stripe |> Array.filter id |> Array.length
    Assert.InRange(stripe, 8 * 28, 10 * 28)
    Assert.Equal(14 * 14, Mask.missing 28 28 0 Hole |> Array.filter id |> Array.length)

[<Fact>]
let ``a mask makes pixels missing and leaves the others as they were`` () =
    let images = images 3
    let own = Array3D.init 3 height width (fun i row column -> (row + column) % 3 = i)
    let masked = Mask.apply (PixelsOfEach own) images |> ok |> ImageSet.values

    Array.iteri2
        (fun i (before: float32[]) (after: float32[]) ->
            for at in 0 .. before.Length - 1 do
                if own[i, at / width, at % width] then
                    Assert.True(Single.IsNaN after[at])
                else
                    Assert.Equal<float32>(before[at], after[at]))
        (ImageSet.values images)
        masked

[<Fact>]
let ``a mask of another size is refused`` () =
    let refused part result = Assert.Contains((part: string), refusal result)
    refused "mask: found 12 × 8; 8 × 12 is needed" (Mask.apply (Pixels(Array2D.create 12 8 true)) (images 2))

    refused
        "mask: found 1 × 8 × 12; 2 × 8 × 12 is needed"
        (Mask.apply (PixelsOfEach(Array3D.create 1 8 12 true)) (images 2))

    refused "(5)" (Mask.ofArray "mask.npy" (StoredArray.U8([ 5 ], Array.zeroCreate 5)))

[<Fact>]
let ``a mask from a file that hides nothing is refused`` () =
    let blank = Mask.ofArray "mask.npy" (StoredArray.U8([ 2; 4 ], Array.zeroCreate 8))
    Assert.Contains("mask.npy: no pixel is missing", refusal blank)

[<Fact>]
let ``images are written where the name says how, and where the format can say it`` () =
    let folder = Directory.CreateTempSubdirectory "bgm-images"

    try
        let at name = Path.Combine(folder.FullName, name)
        let masked = Mask.apply Half (images 2) |> ok

        for ending in ImageSet.endings do
            ImageSet.write (at $"whole{ending}") (images 2) |> ok
            Assert.Equal(2, ImageSet.read (at $"whole{ending}") |> ok |> ImageSet.count)

        for name in [ "images.txt"; "images.idx.gz"; "images" ] do
            Assert.Contains("images are written as .npy, .npz, .idx", ImageSet.write (at name) masked |> refusal)

        Assert.Contains("the pixel is missing", ImageSet.write (at "masked.idx") masked |> refusal)
        Assert.Equal(ImageSet.endings.Length, folder.GetFiles().Length)
    finally
        folder.Delete true

[<Fact>]
let ``the sheet in data has 50 of each digit`` () =
    let file name = Repository.data [ "digits"; name ]
    let images = ImageSet.read (file "images.idx.gz") |> ok
    Assert.Equal((500, 28, 28), (ImageSet.count images, images.Height, images.Width))

    match Idx.read (file "labels.idx.gz") with
    | Ok(StoredArray.U8([ 500 ], labels)) ->
        Assert.Equal<(byte * int)[]>(Array.init 10 (fun digit -> byte digit, 50), Array.countBy id labels |> Array.sort)
    | other -> failwith $"{other}"
