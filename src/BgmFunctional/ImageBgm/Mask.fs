namespace BgmFunctional.ImageBgm

open System
open BgmFunctional.Autodiff
open BgmFunctional.Data

/// Which pixels are missing, image by image or of all alike.
type Mask =
    /// A square in the middle, half as high and wide as the image.
    | Hole
    /// Rows across the middle, a third of the image.
    | Stripe
    /// The lower half.
    | Half
    /// True where a pixel is missing: one image's, of all, (height·width).
    | Pixels of missing: bool[]
    /// The same for each image by itself.
    | PixelsOfEach of missing: bool[][]

/// Masks.
[<RequireQualifiedAccess; CompilationRepresentation(CompilationRepresentationFlags.ModuleSuffix)>]
module Mask =

    /// The masks that have names.
    let named = [ "hole", Hole; "stripe", Stripe; "half", Half ]

    /// The missing pixels of image number i of images of this size.
    let missing (height: int) (width: int) (i: int) (mask: Mask) : bool[] =
        let middle size share k = 2 * k >= size - size / share && 2 * k < size + size / share
        let pixel isMissing = Array.init (height * width) (fun at -> isMissing (at / width) (at % width))

        match mask with
        | Hole -> pixel (fun row column -> middle height 2 row && middle width 2 column)
        | Stripe -> pixel (fun row _ -> middle height 3 row)
        | Half -> pixel (fun row _ -> 2 * row >= height)
        | Pixels missing -> missing
        | PixelsOfEach missing -> missing[i]

    /// A mask from an array (height, width), or (n, height, width) for each image by itself, that is not 0 where a pixel is missing. One
    /// that is 0 everywhere is refused.
    let ofArray (place: string) (array: StoredArray) : Result<Mask, ImageError> =
        let isMissing =
            match array with
            | StoredArray.U8(_, values) -> values |> Array.map ((<>) 0uy)
            | StoredArray.F32(_, values) -> values |> Array.map ((<>) 0.0f)
            | StoredArray.F64(_, values) -> values |> Array.map ((<>) 0.0)
            | StoredArray.I32(_, values) -> values |> Array.map ((<>) 0)
            | StoredArray.I64(_, values) -> values |> Array.map ((<>) 0L)

        match StoredArray.shape array with
        | [ height; width ] when height > 0 && width > 0 -> Ok(Pixels isMissing)
        | [ n; height; width ] when n > 0 && height > 0 && width > 0 ->
            Ok(PixelsOfEach(Array.chunkBySize (height * width) isMissing))
        | shape -> Error(ImageError.NotImages(place, shape, "(height, width) or (n, height, width)"))
        |> Result.bind (fun mask ->
            if Array.contains true isMissing then
                Ok mask
            else
                Error(ImageError.NothingMissing place))

    /// A mask from a file, IDX, NPY or NPZ.
    let read (path: string) : Result<Mask, ImageError> = ImageSet.readArray path |> Result.bind (ofArray path)

    /// The images with these pixels missing besides those that are.
    let apply (mask: Mask) (images: ImageSet) : Result<ImageSet, ImageError> =
        let n, size = ImageSet.count images, ImageSet.pixels images
        let wrong found wanted = Error(ImageError.WrongSize("mask", found, wanted))

        let fits =
            match mask with
            | Pixels missing when missing.Length <> size -> wrong [ missing.Length ] [ images.Height; images.Width ]
            | PixelsOfEach missing when missing.Length <> n || missing[0].Length <> size ->
                wrong [ missing.Length; missing[0].Length ] [ n; images.Height; images.Width ]
            | _ -> Ok()

        fits
        |> Result.map (fun () ->
            let masked =
                ImageSet.values images
                |> Array.mapi (fun i image ->
                    Array.map2
                        (fun isMissing value -> if isMissing then Single.NaN else value)
                        (missing images.Height images.Width i mask)
                        image)

            {
                images with
                    Pixels = Tensor.float32 images.Pixels.Shape (Array.concat masked)
            })
