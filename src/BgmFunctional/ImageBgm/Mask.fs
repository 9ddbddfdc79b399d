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
    /// True where a pixel is missing: one image's, of all, (height, width).
    | Pixels of missing: bool[,]
    /// The same for each image by itself, (n, height, width).
    | PixelsOfEach of missing: bool[,,]

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
        | Pixels missing -> pixel (fun row column -> missing[row, column])
        | PixelsOfEach missing -> pixel (fun row column -> missing[i, row, column])

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
        | [ height; width ] when height > 0 && width > 0 ->
            Ok(Pixels(Array2D.init height width (fun row column -> isMissing[row * width + column])))
        | [ n; height; width ] when n > 0 && height > 0 && width > 0 ->
            let at i row column = (i * height + row) * width + column
            Ok(PixelsOfEach(Array3D.init n height width (fun i row column -> isMissing[at i row column])))
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
        let one = [ images.Height; images.Width ]

        let wanted, found =
            match mask with
            | Hole
            | Stripe
            | Half -> one, one
            | Pixels missing -> one, [ Array2D.length1 missing; Array2D.length2 missing ]
            | PixelsOfEach missing ->
                ImageSet.count images :: one,
                [ Array3D.length1 missing; Array3D.length2 missing; Array3D.length3 missing ]

        if found <> wanted then
            Error(ImageError.WrongSize("mask", found, wanted))
        else
            let hide isMissing value = if isMissing then Single.NaN else value

            let masked =
                ImageSet.values images
                |> Array.mapi (fun i image -> Array.map2 hide (missing images.Height images.Width i mask) image)

            Ok {
                images with
                    Pixels = Tensor.float32 images.Pixels.Shape (Array.concat masked)
            }
