namespace BgmFunctional.ImageBgm

open BgmFunctional.Data

/// Why images cannot be used, or a model of them not be fitted.
[<RequireQualifiedAccess>]
type ImageError =
    /// A setting outside its range.
    | BadOption of name: string * found: string * wanted: string
    /// A file that cannot be used.
    | Data of DataError
    /// A setting of a configuration: where, which one, and what is wrong with it.
    | BadSetting of place: string * setting: string * problem: string
    /// An array of another form than images or masks have.
    | NotImages of place: string * shape: int list * wanted: string
    /// A grey value outside [0, 1]; image, row and column from 1.
    | OutOfRange of place: string * image: int * row: int * column: int * value: float32
    /// A size that networks do not divide by 4.
    | BadSize of place: string * height: int * width: int
    /// Images or a mask of another size than is needed: rows and columns, and for a mask the number of images.
    | WrongSize of place: string * found: int list * wanted: int list
    /// A pixel is missing where whole images are needed; image, row and column from 1.
    | MissingPixel of place: string * image: int * row: int * column: int
    /// No pixel is missing where missing ones are to be filled in.
    | NothingMissing of place: string
    /// A file to be written whose name ends as no format does.
    | UnknownEnding of path: string * endings: string list
    /// A file whose parts do not make a model.
    | BadModelFile of path: string * problem: string
    /// A loss that is not finite.
    | Diverged of stage: string * at: int

/// Messages of one line: the place, what was found, what would do.
[<RequireQualifiedAccess>]
module ImageError =

    let private shape (lengths: int list) =
        let list = lengths |> List.map string |> String.concat ", "
        $"({list})"

    let private size (lengths: int list) = lengths |> List.map string |> String.concat " × "

    /// The message of an error.
    let message error =
        match error with
        | ImageError.BadOption(name, found, wanted) -> $"{name}: found {found}; it must be {wanted}"
        | ImageError.Data error -> DataError.message error
        | ImageError.BadSetting(place, setting, problem) -> $"{place}: {setting}: {problem}"
        | ImageError.NotImages(place, found, wanted) ->
            $"{place}: found an array of shape {shape found}; {wanted} is needed"
        | ImageError.OutOfRange(place, image, row, column, value) ->
            $"{place}, image {image}, row {row}, column {column}: found {value}; grey values lie in [0, 1] (or are bytes; NaN is missing)"
        | ImageError.BadSize(place, height, width) ->
            $"{place}: found {height} × {width}; height and width must be divisible by 4, and at least 4"
        | ImageError.WrongSize(place, found, wanted) -> $"{place}: found {size found}; {size wanted} is needed"
        | ImageError.MissingPixel(place, image, row, column) ->
            $"{place}, image {image}, row {row}, column {column}: the pixel is missing; whole images are needed here"
        | ImageError.NothingMissing place ->
            $"{place}: no pixel is missing; hide some by a mask, or have NaN in the places to fill in"
        | ImageError.UnknownEnding(path, endings) ->
            $"""{path}: images are written as {endings |> String.concat ", "}; let the name end so"""
        | ImageError.BadModelFile(path, problem) -> $"{path}: this model cannot be read: {problem}"
        | ImageError.Diverged(stage, at) -> $"{stage}: the loss is not finite at {at}; a smaller learning rate would do"
