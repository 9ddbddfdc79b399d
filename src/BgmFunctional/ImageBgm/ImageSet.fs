namespace BgmFunctional.ImageBgm

open System
open System.IO
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// Grey images of one size.
type ImageSet = {
    /// Rows of an image.
    Height: int
    /// Columns of an image.
    Width: int
    /// (n, height·width), float32 in [0, 1], NaN where a pixel is missing.
    Pixels: Tensor
}

/// Sets of images.
[<RequireQualifiedAccess>]
module ImageSet =

    /// n.
    let count (images: ImageSet) = images.Pixels.Shape[0]

    /// Pixels of an image.
    let pixels (images: ImageSet) = images.Height * images.Width

    /// The values one image after the other, row by row.
    let values (images: ImageSet) : float32[][] = Tensor.toFloat32 images.Pixels |> Array.chunkBySize (pixels images)

    let private wanted = "(n, height, width) or (n, height, width, 1)"

    /// Image, row and column, from 1, of value number i.
    let private locate height width i = i / (height * width) + 1, i / width % height + 1, i % width + 1

    /// Images from values in [0, 1], NaN where one is missing; place names them in refusals.
    let ofValues (place: string) (height: int) (width: int) (values: float32[]) : Result<ImageSet, ImageError> =
        let isGrey (value: float32) = Single.IsNaN value || value >= 0.0f && value <= 1.0f

        if
            height < 1
            || width < 1
            || values.Length = 0
            || values.Length % (height * width) <> 0
        then
            Error(ImageError.NotImages(place, [ values.Length ], $"a multiple of {height} × {width} values, not none,"))
        else
            match values |> Array.tryFindIndex (isGrey >> not) with
            | Some i ->
                let image, row, column = locate height width i
                Error(ImageError.OutOfRange(place, image, row, column, values[i]))
            | None ->
                Ok {
                    Height = height
                    Width = width
                    Pixels = Tensor.float32 [| values.Length / (height * width); height * width |] values
                }

    /// The values of an array as floats; bytes are grey values of 0 to 255.
    let private floats array =
        match array with
        | StoredArray.U8(_, values) -> values |> Array.map (fun value -> float32 value / 255.0f)
        | StoredArray.F32(_, values) -> values
        | StoredArray.F64(_, values) -> values |> Array.map float32
        | StoredArray.I32(_, values) -> values |> Array.map float32
        | StoredArray.I64(_, values) -> values |> Array.map float32

    /// Images from an array (n, height, width) or (n, height, width, 1) of bytes, or of values in [0, 1] with NaN where one is missing.
    let ofArray (place: string) (array: StoredArray) : Result<ImageSet, ImageError> =
        match StoredArray.shape array with
        | [ n; height; width ]
        | [ n; height; width; 1 ] when n > 0 && height > 0 && width > 0 -> ofValues place height width (floats array)
        | shape -> Error(ImageError.NotImages(place, shape, wanted))

    /// The array in a file: IDX, plain or .gz, NPY, or an NPZ archive of one array.
    let internal readArray (path: string) : Result<StoredArray, ImageError> =
        let result =
            match (Path.GetExtension path).ToLowerInvariant() with
            | ".npy" -> Npy.read path
            | ".npz" ->
                Npz.read path
                |> Result.bind (fun arrays ->
                    match arrays with
                    | [ _, array ] -> Ok array
                    | several ->
                        let problem = $"it holds {several.Length} arrays; one is needed."
                        Error(DataError.WrongFormat(path, "NPZ", problem)))
            | _ -> Idx.read path

        result |> Result.mapError ImageError.Data

    /// Images from such a file.
    let read (path: string) : Result<ImageSet, ImageError> = readArray path |> Result.bind (ofArray path)

    /// An array (n, height, width) of float32.
    let toArray (images: ImageSet) : StoredArray =
        StoredArray.F32([ count images; images.Height; images.Width ], Tensor.toFloat32 images.Pixels)

    /// Images first … first + length − 1.
    let slice (first: int) (length: int) (images: ImageSet) : ImageSet = {
        images with
            Pixels = Tensor.force (Tensor.slice 0 first length images.Pixels)
    }

    /// The first missing pixel refused.
    let internal requireWhole (place: string) (images: ImageSet) : Result<unit, ImageError> =
        match Tensor.toFloat32 images.Pixels |> Array.tryFindIndex Single.IsNaN with
        | Some i ->
            let image, row, column = locate images.Height images.Width i
            Error(ImageError.MissingPixel(place, image, row, column))
        | None -> Ok()

    /// The same as bytes.
    let private toBytes (images: ImageSet) : StoredArray =
        let grey (value: float32) = byte (Math.Clamp(MathF.Round(255.0f * value), 0.0f, 255.0f))
        StoredArray.U8([ count images; images.Height; images.Width ], Tensor.toFloat32 images.Pixels |> Array.map grey)

    let private writers = [
        ".npy", (fun path images -> Npy.write path (toArray images) |> Result.mapError ImageError.Data)
        ".npz", (fun path images -> Npz.write path [ "images", toArray images ] |> Result.mapError ImageError.Data)
        ".idx",
        (fun path images ->
            requireWhole path images
            |> Result.bind (fun () -> Idx.write path (toBytes images) |> Result.mapError ImageError.Data))
    ]

    /// How the names of files end that images are written to.
    let endings = writers |> List.map fst

    /// Writes images as NPY, NPZ, or IDX of bytes, which cannot say that a pixel is missing, as the path ends; as a whole or not at all.
    let write (path: string) (images: ImageSet) : Result<unit, ImageError> =
        let ending = (Path.GetExtension path).ToLowerInvariant()

        match writers |> List.tryFind (fst >> (=) ending) with
        | Some(_, write) -> write path images
        | None -> Error(ImageError.UnknownEnding(path, endings))

    /// A size that networks can halve twice.
    let internal requireSize (place: string) (images: ImageSet) : Result<unit, ImageError> =
        if images.Height % 4 = 0 && images.Width % 4 = 0 then
            Ok()
        else
            Error(ImageError.BadSize(place, images.Height, images.Width))
